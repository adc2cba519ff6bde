"""Holdings: the data behind an edition, loaded or described, and the public tables made of them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, step
from muniment.dataplane.spec import faults, specification
from muniment.dataplane.spec import holding as holdings
from muniment.rulebook import words


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
    another holding, of other rules than the descriptor's, with a number that must not show, that
    names editions which the holding never had, or that was not compared with every edition whose
    tables were ever published.
    """
    about = {"figures": [document], "second_person": second_person}
    with step.taking("publish_counts", holding, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(
            [
                *_not_of(holding, document),
                *_beside_strangers(holding, document),
                *_apart(holding, document),
            ]
        )
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


def _beside_strangers(holding: models.Holding, document: Mapping[str, Any]) -> list[words.Refusal]:
    """Where a name among the earlier editions is of no edition of this holding."""
    ours = models.Holding.objects.filter(programme=holding.programme_id, slug=holding.slug)
    known = set(ours.values_list("edition", flat=True))
    unknown = sorted(set(document.get("earlier", [])) - known)
    message = (
        "These tables say that they were compared with {editions}, but {holding} has no such "
        "edition. Make them again from this holding's own editions."
    )
    params = {"editions": ", ".join(unknown), "holding": holding.slug}
    return [words.Refusal("editions-unknown", message, params)] if unknown else []


def _apart(holding: models.Holding, document: Mapping[str, Any]) -> list[words.Refusal]:
    """Where the numbers of other editions stand printed, and these were made as if they did not.

    Also those that were superseded or withdrawn: whoever read them can still subtract.
    """
    others = models.PublishedCounts.objects.filter(
        holding__programme=holding.programme_id, holding__slug=holding.slug
    ).exclude(holding__edition=holding.edition)
    published = sorted(set(others.values_list("holding__edition", flat=True)))
    missing = [each for each in published if each not in document.get("earlier", [])]
    message = (
        "These tables were not compared with those published of {editions}. Make them again with "
        "muniment cube, and name every edition published so far with --previous and "
        "--previous-holding."
    )
    params = {"editions": ", ".join(missing)}
    return [words.Refusal("editions-not-compared", message, params)] if missing else []
