"""The catalogue: what the information list names, and the holdings behind it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from muniment import models
from muniment.dataplane.spec import faults, specification
from muniment.dataplane.spec import holding as holdings
from muniment.programme import Bundle
from muniment.queries import asked, editions
from muniment.rulebook import words

from . import case, input_refused, people, step

UNDATED = "undated"
"""The label of a dataset's only edition where the list names none: it has nothing to ask for."""


def follow_list(programme: models.Programme, bundle: Bundle) -> None:
    """Make the tables say what the information list in force says; rows are never removed.

    A dataset that the list no longer names is not offered. An edition that was withdrawn stays so.
    """
    named = set()
    for entry in bundle["information_list"]["datasets"]:
        named.add(entry["slug"])
        dataset, _ = models.Dataset.objects.update_or_create(
            programme=programme,
            slug=entry["slug"],
            defaults={
                "title": entry["title"],
                "information_type": entry["type"],
                "status": entry["status"],
            },
        )
        _follow_editions(dataset, entry)
    gone = programme.datasets.exclude(slug__in=named)
    gone.update(status=models.Dataset.Status.NOT_OFFERED)


def _follow_editions(dataset: models.Dataset, entry: Mapping[str, Any]) -> None:
    """One row for each dated edition: the dataset's entry with the edition's own words over it."""
    common = {key: value for key, value in entry.items() if key != "editions"}
    dated = entry.get("editions") or [{"edition": UNDATED}]
    for each in dated:
        models.DatasetEdition.objects.update_or_create(
            dataset=dataset,
            label=each["edition"],
            defaults={"entry": plain({**common, **each})},
        )


def plain(value: Any) -> Any:
    """A frozen tree of a bundle as dicts and lists, for a JSON column."""
    if isinstance(value, Mapping):
        return {key: plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    return value


def publish_list_edition(
    programme: models.Programme,
    information_list: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Publish a new edition of the list: the programme's edition in force, with this list in it."""
    sections = editions.active_bundle(programme).plain()
    bundle = Bundle.from_data({**sections, "information_list": information_list})
    about = {"bundle": bundle, "second_person": second_person}
    with step.taking("publish_list_edition", programme, actor=actor, now=now, about=about) as taken:
        edition = models.ProgrammeEdition.objects.create(
            programme=programme,
            number=programme.editions.count() + 1,
            sha256=bundle.sha256,
            activated_at=now,
            activated_by=actor,
            made_at=now,
            made_by=actor,
        )
        text = bundle.canonical.decode()
        models.EditionBundle.objects.create(edition=edition, canonical=text)
        programme.active_edition = edition
        programme.save(update_fields=["active_edition"])
        follow_list(programme, bundle)
        taken.records(edition=bundle.sha256, number=edition.number)
    return edition


def load_holding(
    programme: models.Programme,
    descriptor: Mapping[str, Any],
    *,
    dataset_edition: models.DatasetEdition,
    content_sha256: str,
    folder: str,
    found: Sequence[str],
    actor: models.Actor,
    now: datetime,
) -> models.Holding:
    """Take in a holding whose data the engine can count.

    `found` are the faults that the check of its files named, none for a sound one; `folder` is
    inside the home's holdings; `content_sha256` is the hash over all its files.
    """
    declared = _declared(descriptor, kind=holdings.Kind.LOADED)
    about = {"faults": found, "edition": dataset_edition}
    with step.taking("load_holding", programme, actor=actor, now=now, about=about) as taken:
        row = _holding(
            programme,
            declared,
            descriptor,
            dataset_edition,
            content_sha256,
            folder,
            actor=actor,
            now=now,
        )
        taken.records(holding=row.slug, edition=row.edition, content=content_sha256)
    return row


def describe_holding(
    programme: models.Programme,
    descriptor: Mapping[str, Any],
    *,
    dataset_edition: models.DatasetEdition,
    actor: models.Actor,
    now: datetime,
) -> models.Holding:
    """Take in a description of data that a statistician answers for; no file comes with it."""
    declared = _declared(descriptor, kind=holdings.Kind.DESCRIBED)
    about: dict[str, Any] = {"faults": (), "edition": dataset_edition}
    with step.taking("describe_holding", programme, actor=actor, now=now, about=about) as taken:
        row = _holding(
            programme, declared, descriptor, dataset_edition, "", "", actor=actor, now=now
        )
        taken.records(holding=row.slug, edition=row.edition)
    return row


def _declared(descriptor: Mapping[str, Any], *, kind: holdings.Kind) -> holdings.Holding:
    """The descriptor as the data plane reads it; raise Refused with every fault and its place."""
    try:
        declared = holdings.parse(dict(descriptor))
    except faults.Faulty as faulty:
        raise step.Refused(
            [words.Refusal(fault.code, str(fault)) for fault in faulty.faults]
        ) from None
    if declared.kind is not kind:
        message = "This descriptor is of a {kind} holding."
        raise step.Refused([words.Refusal("other-kind", message, {"kind": declared.kind.value})])
    return declared


def _holding(
    programme: models.Programme,
    declared: holdings.Holding,
    descriptor: Mapping[str, Any],
    dataset_edition: models.DatasetEdition,
    content_sha256: str,
    folder: str,
    *,
    actor: models.Actor,
    now: datetime,
) -> models.Holding:
    if programme.holdings.filter(slug=declared.holding, edition=declared.edition).exists():
        message = "The holding {name} {edition} is here already; correct the edition instead."
        params = {"name": declared.holding, "edition": declared.edition}
        raise step.Refused([words.Refusal("holding-exists", message, params)])
    return models.Holding.objects.create(
        programme=programme,
        dataset_edition=dataset_edition,
        slug=declared.holding,
        edition=declared.edition,
        kind=declared.kind.value,
        descriptor=dict(descriptor),
        content_sha256=content_sha256,
        folder=folder,
        made_at=now,
        made_by=actor,
    )


def withdraw_edition(
    programme: models.Programme,
    edition: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> list[models.Case]:
    """Withdraw a dataset edition; return the open cases on it, which are now on hold."""
    about = {"edition": edition, "reason": reason}
    with step.taking("withdraw_edition", programme, actor=actor, now=now, about=about) as taken:
        edition.withdrawn_at, edition.withdrawn_by = now, actor
        edition.withdrawn_reason = reason
        edition.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        taken.records(dataset=edition.dataset.slug, edition=edition.label, reason=reason)
        parts = models.Part.objects.filter(dataset_edition=edition, status__in=asked.LIVE)
        held = list(
            models.Case.objects.filter(
                pk__in=parts.values("case"), stage__in=words.OPEN_STAGES
            ).order_by("pk")
        )
        for each in held:
            case.hold_for_edition(each, edition, actor=people.system(), now=now)
    return held


def publish_counts(
    holding: models.Holding,
    document: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.PublishedCounts:
    """Publish the public tables of a holding: the document that `muniment cube` wrote, unchanged.

    What was published before is kept and marked as superseded. Raises Refused for a document of
    another holding, of other rules than the descriptor's, or with a number that must not show.
    """
    about = {"figures": [document], "second_person": second_person}
    with step.taking("publish_counts", holding, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_not_of(holding, document))
        text = specification.canonical(dict(document))
        earlier = holding.published_counts.filter(superseded_at__isnull=True)
        earlier.update(superseded_at=now, superseded_by=actor)
        row = models.PublishedCounts.objects.create(
            holding=holding,
            document=text.decode(),
            sha256=hashlib.sha256(text).hexdigest(),
            made_at=now,
            made_by=actor,
        )
        taken.records(holding=holding.slug, edition=holding.edition, document=row.sha256)
    return row


def _not_of(holding: models.Holding, document: Mapping[str, Any]) -> list[words.Refusal]:
    """Where the document and the descriptor of the holding say different things."""
    ours = holding.descriptor["muniment"]
    told = {**ours, "holding": holding.slug, "edition": holding.edition}
    named = ("holding", "edition", "unit", "threshold", "rounding")
    message = "The tables say {name} {said}, this holding {ours}. Publish those made from it."
    return [
        words.Refusal(
            "other-holding", message, {"name": name, "said": document[name], "ours": told[name]}
        )
        for name in named
        if document[name] != told[name]
    ]


def register_interest(
    programme: models.Programme, dataset: models.Dataset, *, actor: models.Actor, now: datetime
) -> models.Interest:
    """Ask to be told when a planned dataset opens; asking twice is asking once."""
    about = {"dataset": dataset}
    with step.taking("register_interest", programme, actor=actor, now=now, about=about) as taken:
        if actor.person is None:
            message = "Sign in, so that we know whom to tell."
            raise step.Refused([words.Refusal("account-unverified", message)])
        interest, _ = models.Interest.objects.get_or_create(
            dataset=dataset, person=actor.person, defaults={"made_at": now, "made_by": actor}
        )
        taken.records(dataset=dataset.slug)
    return interest


def tell_interested(
    programme: models.Programme, dataset: models.Dataset, *, actor: models.Actor, now: datetime
) -> int:
    """Tell everyone who asked that a dataset has opened, once; return how many were told."""
    about = {"dataset": dataset}
    with step.taking("tell_interested", programme, actor=actor, now=now, about=about) as taken:
        waiting = list(
            dataset.interests.filter(told_at__isnull=True).select_related("person").order_by("pk")
        )
        for interest in waiting:
            interest.told_at, interest.told_by = now, actor
            interest.save(update_fields=["told_at", "told_by"])
            taken.tells(interest.person, "edition-open", datasets=dataset.title)
        taken.records(dataset=dataset.slug, told=len(waiting))
    return len(waiting)
