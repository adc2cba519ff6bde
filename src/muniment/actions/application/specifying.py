"""The data specification: datasets chosen, versions written, one confirmed by the applicant.

A version never changes; what is wrong with a document is refused whole, with every fault.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, people, step
from muniment.dataplane.spec import check, faults, specification
from muniment.programme import Bundle, information, tracks
from muniment.queries import asked, editions
from muniment.rulebook import words

from .answers import WRITERS, EditedElsewhere
from .drafts import start_draft
from .written import unless_being_written

Document = Mapping[str, Any] | bytes | str | specification.Specification


def choose_dataset(
    case: models.Case,
    edition: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
    level: str = "record",
    part_id: str = "",
) -> models.Part:
    """Choose a dataset edition; its part is named p1, p2 … unless the caller names it."""
    about = {"edition": edition, "level": level}
    with step.taking("choose_dataset", case, actor=actor, now=now, about=about) as taken:
        name = part_id or _free_name(case)
        part, _ = models.Part.objects.update_or_create(
            case=case,
            part_id=name,
            defaults={
                "dataset_edition": edition,
                "holding": edition.holdings.order_by("-pk").first(),
                "level": level,
                "track": track_of(case, edition.dataset.slug).value,
                "status": models.Part.Status.ASKED,
            },
        )
        taken.records(part=name, dataset=edition.dataset.slug, edition=edition.label, level=level)
    return part


def start_request_for(
    edition: models.DatasetEdition, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Start a draft with this dataset chosen; where it cannot be asked for, no draft is left."""
    with transaction.atomic():
        case = start_draft(edition.dataset.programme, actor=actor, now=now)
        applicant = people.acting(
            actor.person, words.Role.APPLICANT, via=models.Actor.Via(actor.via)
        )
        choose_dataset(case, edition, actor=applicant, now=now, level=level_of(edition))
    return case


def level_of(edition: models.DatasetEdition) -> str:
    """What may leave of a dataset: records, or aggregates where its list entry says so."""
    return str(edition.entry.get("level") or "record")


def put_specification(
    case: models.Case,
    document: Document,
    *,
    version: int,
    actor: models.Actor,
    now: datetime,
    unfinished: Collection[str] = (),
) -> models.Specification:
    """Write a new version; `version` is the one that was edited, 0 where there is none.

    An edit by those who write the request. Datasets that it names anew are chosen by the step;
    `unfinished` names chosen parts that stay although nothing is asked of them yet.
    Refused whole: with the codes of a malformed document, of `check.against`, and of
    `choose_dataset`. Raises EditedElsewhere where someone else wrote a version since.
    """
    step.only_for(WRITERS, case, actor=actor, now=now)
    unless_being_written(case)
    written = read_specification(document)
    named = editions_of(case, written)
    input_refused.unless_empty(_refusals_to_choose(case, written, named, actor=actor, now=now))
    input_refused.unless_empty(faults_of(case, written))
    with transaction.atomic():
        models.Case.objects.select_for_update().get(pk=case.pk)  # two writers, one after the other
        _unless_latest(case, written, version)
        present = asked.find_specification(case)
        if present is not None and present.sha256 == _sha256(written):
            return present
        _choose(case, written, named, actor=actor, now=now)
        follow(case, written, named, unfinished=unfinished)
        return new_version(case, written, actor=actor, now=now)


def draft_specification(
    case: models.Case,
    document: Document,
    *,
    actor: models.Actor,
    now: datetime,
    original: models.StoredFile | None = None,
) -> models.Specification:
    """Draft a version from the applicant's words; it counts once the applicant confirms it."""
    written = read_specification(document)
    about = {"specification": written, "original": original}
    _refuse_with_faults("draft_specification", case, written, actor=actor, now=now, about=about)
    with step.taking("draft_specification", case, actor=actor, now=now, about=about) as taken:
        follow(case, written, editions_of(case, written))
        version = new_version(case, written, actor=actor, now=now)
        taken.records(specification=version.sha256, version=version.version)
    return version


def confirm_specification(
    case: models.Case, *, sha256: str, actor: models.Actor, now: datetime
) -> models.Specification:
    """Confirm the version that was shown, named by its hash."""
    with step.taking("confirm_specification", case, actor=actor, now=now) as taken:
        present = asked.find_specification(case)
        assert present is not None  # the rulebook needs a valid one
        if present.sha256 != sha256:
            raise EditedElsewhere(yours=sha256, theirs=present.sha256, version=present.version)
        present.confirmed_at, present.confirmed_by = now, actor
        present.save(update_fields=["confirmed_at", "confirmed_by"])
        taken.records(specification=present.sha256, version=present.version)
    return present


def read_specification(document: Document) -> specification.Specification:
    """A document as the data plane reads it; raises Refused with every fault and its place."""
    if isinstance(document, specification.Specification):
        return document
    try:
        return specification.parse(dict(document) if isinstance(document, Mapping) else document)
    except faults.Faulty as faulty:
        raise step.Refused(
            [words.Refusal(fault.code, str(fault)) for fault in faulty.faults]
        ) from None


def faults_of(case: models.Case, written: specification.Specification) -> list[words.Refusal]:
    """What the holdings cannot answer, place by place."""
    found = check.against(written, asked.holdings_of(case.programme))
    return [words.Refusal(fault.code, str(fault)) for fault in found]


def editions_of(
    case: models.Case, written: specification.Specification
) -> dict[str, models.DatasetEdition]:
    """Part id -> the dataset edition it asks for, where the list has one."""
    found = {part.id: asked.find_edition(case.programme, part) for part in written.parts}
    return {name: edition for name, edition in found.items() if edition is not None}


def follow(
    case: models.Case,
    written: specification.Specification,
    named: Mapping[str, models.DatasetEdition],
    *,
    unfinished: Collection[str] = (),
) -> None:
    """Make the case's parts those of the document; one that is no longer asked for is dropped."""
    for part in written.parts:
        edition = named[part.id]
        models.Part.objects.update_or_create(
            case=case,
            part_id=part.id,
            defaults={
                "dataset_edition": edition,
                "holding": asked.find_holding(case.programme, part),
                "level": part.level.value,
                "track": track_of(case, edition.dataset.slug).value,
                "status": models.Part.Status.ASKED,
            },
        )
    kept = [part.id for part in written.parts] + list(unfinished)
    gone = case.parts.exclude(part_id__in=kept)
    gone.filter(availabilities__isnull=True, lines__isnull=True).delete()
    gone.filter(status=models.Part.Status.ASKED).update(status=models.Part.Status.DROPPED)


def new_version(
    case: models.Case,
    written: specification.Specification,
    *,
    actor: models.Actor,
    now: datetime,
    **marks: Any,
) -> models.Specification:
    """The next version's row, in canonical form."""
    last = case.specifications.order_by("-version").first()
    return models.Specification.objects.create(
        case=case,
        version=(last.version if last else 0) + 1,
        document=written.canonical().decode(),
        sha256=_sha256(written),
        made_at=now,
        made_by=actor,
        **marks,
    )


def track_of(case: models.Case, dataset: str) -> words.Track:
    """The track of a dataset for this applicant; the full one where the edition has no such one."""
    bundle: Bundle = editions.bundle_of(case.edition)
    applies_as = asked.find_answer(case, "applicant_class") or ""
    try:
        return tracks.for_part(bundle, dataset, applicant_class=applies_as)
    except information.UnknownDataset:
        return words.Track.FULL


def _refusals_to_choose(
    case: models.Case,
    written: specification.Specification,
    named: Mapping[str, models.DatasetEdition],
    *,
    actor: models.Actor,
    now: datetime,
) -> list[words.Refusal]:
    """Why the datasets of a document may not be asked for, each reason once."""
    found: dict[words.Refusal, None] = {}
    for part in written.parts:
        if part.id in named:
            about = {"edition": named[part.id], "level": part.level.value}
            said = step.refusals("choose_dataset", case, actor=actor, now=now, about=about)
            found.update(dict.fromkeys(said))
    return list(found)


def _choose(
    case: models.Case,
    written: specification.Specification,
    named: Mapping[str, models.DatasetEdition],
    *,
    actor: models.Actor,
    now: datetime,
) -> None:
    """Take the step for every part that is not chosen yet in this way."""
    parts = asked.live_parts(case)
    chosen = {(part.part_id, part.dataset_edition_id, part.level) for part in parts}
    for part in written.parts:
        edition, level = named[part.id], part.level.value
        if (part.id, edition.pk, level) not in chosen:
            choose_dataset(case, edition, actor=actor, now=now, level=level, part_id=part.id)


def _refuse_with_faults(
    name: str,
    case: models.Case,
    written: specification.Specification,
    *,
    actor: models.Actor,
    now: datetime,
    about: Mapping[str, Any],
) -> None:
    """Where the rule says that the document is invalid, say why as well."""
    reasons = step.refusals(name, case, actor=actor, now=now, about=about)
    if any(reason.code == "specification-invalid" for reason in reasons):
        raise step.Refused([*reasons, *faults_of(case, written)])


def _unless_latest(case: models.Case, written: specification.Specification, version: int) -> None:
    last = case.specifications.order_by("-version").first()
    if last is not None and last.version != version:
        theirs = specification.parse(last.document).document()
        raise EditedElsewhere(yours=written.document(), theirs=theirs, version=last.version)


def _sha256(written: specification.Specification) -> str:
    return written.hash.removeprefix("sha256:")


def _free_name(case: models.Case) -> str:
    taken = set(case.parts.values_list("part_id", flat=True))
    return next(name for number in range(1, 100) if (name := f"p{number}") not in taken)
