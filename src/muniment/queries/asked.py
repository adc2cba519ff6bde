"""What a case asks for at present: answers, specification, parts, and what stands behind them."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import rfc8785
from django.db.models import QuerySet

from muniment import models
from muniment.dataplane.spec import holding as holdings
from muniment.dataplane.spec import specification
from muniment.programme import forms
from muniment.queries import prepared

LIVE = (models.Part.Status.ASKED, models.Part.Status.APPROVED)
DELIVERED = (*LIVE, models.Part.Status.FOLLOWING)
"""Those, and later editions of them under a standing request."""
Status = models.Dataset.Status
OFFICIAL = "signing_official"
"""The field that asks who signs for the institution."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures were counted for: SHA-256 of the part, and of what stands behind it."""

    part_sha256: str
    source_sha256: str


def answers_of(case: models.Case) -> dict[str, dict[str, Any]]:
    """{section: {field: answer}} as saved."""
    return dict(_sections(case=case.pk))


@prepared.query
def _sections(*, case: int) -> QuerySet[models.Section, Any]:
    return models.Section.objects.filter(case=case).order_by("name").values_list("name", "answers")


def answers_sha256(case: models.Case) -> str:
    """One hash over all answers, in RFC 8785 form."""
    return _sha256(answers_of(case))


def find_answer(case: models.Case, field: str) -> Any:
    """The answer to one field, wherever the form asks it; None while there is none."""
    return forms.flat(answers_of(case)).get(field)


def find_specification(case: models.Case) -> models.Specification | None:
    """The newest version, without those the office proposed and nobody has accepted."""
    waiting = case.specifications.filter(proposed_at__isnull=False, confirmed_at__isnull=True)
    versions = case.specifications.exclude(pk__in=waiting.values("pk"))
    return versions.order_by("-version").first()


def parsed(row: models.Specification | None) -> specification.Specification | None:
    """A stored version as the data plane reads it."""
    return None if row is None else specification.parse(row.document)


def written_for(part: models.Part) -> specification.Specification | None:
    """What is asked for of a part: as the case has it, or in the later edition that it is of."""
    asked = find_specification(part.case)
    if asked is None or part.follows is None:
        return parsed(asked)
    return specification.parse(followed(json.loads(asked.document), part))


def id_of(part: models.Part) -> str:
    """The name of the part in the specification: its own, or that of the part it follows."""
    return part.part_id if part.follows is None else part.follows.part_id


def followed(document: Any, part: models.Part) -> Any:
    """A specification or terms, with the later edition of a following part in the earlier's place.

    Nothing else changes: the same variables, methods and thresholds. Whoever holds the signed terms
    and the name of the edition comes to the same hash.
    """
    before, after = part.follows, part.holding
    assert before is not None
    assert before.holding is not None
    assert after is not None  # it follows into an edition with a holding
    names = (before.holding.slug, before.holding.edition, after.edition)
    return _moved(document, *names)


def _moved(value: Any, holding: str, earlier: str, later: str) -> Any:
    """Every `holding` beside its `edition`, and every name `holding@edition`."""
    names = {f"{holding}@{earlier}": f"{holding}@{later}"}
    if isinstance(value, list):
        return [_moved(each, holding, earlier, later) for each in value]
    if not isinstance(value, dict):
        return value
    moved = {
        names.get(name, name): _moved(each, holding, earlier, later) for name, each in value.items()
    }
    if (moved.get("holding"), moved.get("edition")) == (holding, earlier):
        moved["edition"] = later
    return moved


def live_parts(case: models.Case) -> QuerySet[models.Part]:
    """The parts that are still asked for or were approved, in the order of their names."""
    live = case.parts.filter(status__in=LIVE).order_by("part_id")
    return live.select_related("dataset_edition__dataset", "holding")


def get_part(pk: int) -> models.Part:
    """A part with its case, holding and what it follows; raises Part.DoesNotExist."""
    return models.Part.objects.select_related("case", "holding", "follows__holding").get(pk=pk)


def live_answer(part: models.Part) -> models.Availability | None:
    """The availability answer of a part that stands."""
    return part.availabilities.filter(superseded_at__isnull=True).first()


def basis_of(part: models.Part) -> Basis:
    """What figures for this part have to be counted for today."""
    asked = written_for(part)
    part_hash = asked.part_hashes.get(id_of(part), "") if asked else ""
    return Basis(part_hash.removeprefix("sha256:"), source_sha256(part))


def source_sha256(part: models.Part) -> str:
    """Hash of what stands behind a part: a loaded holding's content, else what is declared."""
    row = part.holding
    if row is None:
        return _sha256(part.dataset_edition.entry)
    return row.content_sha256 or _sha256(row.descriptor)


def parts_by_hash(case: models.Case) -> dict[str, str]:
    """Part id -> hash over the part as asked and what stands behind it."""
    bases = {part.part_id: basis_of(part) for part in live_parts(case)}
    return {
        name: _sha256({"part": basis.part_sha256, "source": basis.source_sha256})
        for name, basis in bases.items()
    }


def holdings_of(owner: models.Programme) -> dict[tuple[str, str], holdings.Holding]:
    """Every holding of the programme as its descriptor declares it, by id and edition."""
    rows = models.Holding.objects.filter(programme=owner)
    return {(row.slug, row.edition): _declared(json.dumps(row.descriptor)) for row in rows}


@lru_cache(maxsize=256)
def _declared(descriptor: str) -> holdings.Holding:
    """A descriptor as read; reading one takes longer than the rest of a step, and it is frozen."""
    return holdings.parse(json.loads(descriptor))


def find_holding(owner: models.Programme, part: specification.Part) -> models.Holding | None:
    """The holding that a part of a specification names."""
    rows = owner.holdings.filter(slug=part.holding, edition=part.edition)
    return rows.select_related("dataset_edition__dataset").first()


def find_edition(owner: models.Programme, part: specification.Part) -> models.DatasetEdition | None:
    """The dataset edition a part asks for: by its holding, else by the list's own names.

    A dataset that is not open may be named with any edition, because it has none to name.
    """
    holding = find_holding(owner, part)
    if holding is not None:
        return holding.dataset_edition
    named = models.DatasetEdition.objects.filter(
        dataset__programme=owner, dataset__slug=part.holding
    ).select_related("dataset")
    closed = named.exclude(dataset__status=Status.OPEN)
    return named.filter(label=part.edition).first() or closed.first()


def status_of(edition: models.DatasetEdition) -> str:
    """As the list in force says, open only where dataset and edition are; a withdrawal wins."""
    if edition.withdrawn_at is not None:
        return Status.WITHDRAWN.value
    dataset = edition.dataset.status
    return str(edition.entry.get("status", dataset)) if dataset == Status.OPEN else dataset


def _sha256(document: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()
