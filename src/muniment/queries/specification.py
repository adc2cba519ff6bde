"""The specification of a request as its writers see it: parts, versions, what waits for a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from muniment import models
from muniment.dataplane.spec import check, diff, faults, specification
from muniment.dataplane.spec import holding as holdings
from muniment.programme import Bundle, fees, tracks
from muniment.queries import access, asked, editions, schedule
from muniment.queries.payment import counted
from muniment.rulebook.words import Role, Stage, Track

DRAFTERS = frozenset({Role.STATISTICIAN, Role.COORDINATOR})
"""The offices that draft a specification from the applicant's words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A dataset that is asked for. `holding` is None where nothing describes its variables yet;
    `written` is None until its variables are chosen."""

    name: str
    title: str
    slug: str
    edition: str
    level: str
    holding: holdings.Holding | None
    written: specification.Part | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the pages show of a request's specification; `row` is None before the first.

    `version` is the newest number, whether or not that version stands: what an edit starts from.
    """

    parts: tuple[Part, ...]
    row: models.Specification | None
    written: specification.Specification | None
    version: int

    @property
    def unfinished(self) -> list[Part]:
        """Datasets that are chosen, of which nothing is asked yet."""
        return [part for part in self.parts if part.written is None]

    @property
    def confirmed_at(self) -> datetime | None:
        """When the applicant took the present version as their own."""
        return self.row.confirmed_at if self.row else None

    def find_part(self, name: str) -> Part | None:
        """The part of that name."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A smaller scope that waits for the applicant, and how it differs from the present one."""

    row: models.Specification
    reason: str
    by: str
    changes: tuple[diff.Change, ...]
    sentence: str


def asked_of(case: models.Case) -> Asked:
    """The present specification with its parts; a fixed number of queries."""
    row = asked.find_specification(case)
    written = asked.parsed(row)
    by_name = {} if written is None else {part.id: part for part in written.parts}
    described = asked.holdings_of(case.programme)
    last = case.specifications.order_by("-version").values_list("version", flat=True).first()
    parts = [_part(each, by_name.get(each.part_id), described) for each in asked.live_parts(case)]
    return Asked(tuple(parts), row, written, last or 0)


def list_choosable(case: models.Case) -> list[models.DatasetEdition]:
    """Dataset editions with a description, open today, that the request does not ask for yet."""
    chosen = asked.live_parts(case).values_list("dataset_edition_id", flat=True)
    found = models.DatasetEdition.objects.filter(
        dataset__programme=case.programme,
        dataset__status=models.Dataset.Status.OPEN,
        withdrawn_at__isnull=True,
        holdings__isnull=False,
    ).exclude(pk__in=list(chosen))
    listed = found.select_related("dataset").distinct().order_by("dataset__title", "-label")
    return [each for each in listed if asked.status_of(each) == models.Dataset.Status.OPEN]


def find_choosable(case: models.Case, pk: str) -> models.DatasetEdition | None:
    """One of them."""
    return next((each for each in list_choosable(case) if str(each.pk) == pk), None)


def faults_of(case: models.Case, document: Mapping[str, Any]) -> list[faults.Fault]:
    """What is wrong with a document, place by place: its shape first, then its holdings."""
    try:
        written = specification.parse(document)
    except faults.Faulty as faulty:
        return list(faulty.faults)
    return check.against(written, asked.holdings_of(case.programme))


def find_proposal(case: models.Case) -> Proposal | None:
    """The smaller scope that the office proposed and nobody has answered."""
    waiting = schedule.list_proposed(case)
    row = waiting.select_related("proposed_by__person").order_by("-version").first()
    proposed, present = asked.parsed(row), asked.parsed(asked.find_specification(case))
    if row is None or proposed is None or present is None:
        return None
    person = row.proposed_by.person if row.proposed_by else None
    changes = tuple(diff.diff(present, proposed))
    return Proposal(row, row.reason, person.name if person else "", changes, proposed.sentence())


def estimate(case: models.Case, parts: Sequence[Part], *, today: date) -> str:
    """What the schedule asks for these datasets, before hours and waivers; empty where unknown."""
    bundle = editions.bundle_of(case.edition)
    who = str(asked.find_answer(case, "applicant_class") or "academic")
    charged = tracks.terms_of(bundle, Track(case.track or "full"))["fee"] == "schedule"
    try:
        order = fees.Order(who, _items(bundle, parts))
        computed = fees.estimate(bundle, order, today=today, charged=charged)
    except fees.FeeFault:
        return ""
    return fees.written(computed.total_minor, computed.currency)


def _items(bundle: Bundle, parts: Sequence[Part]) -> tuple[fees.Item, ...]:
    wanted = [
        counted.Wanted(part.slug, part.edition, part.holding, part.written)
        for part in parts
        if part.slug
    ]
    return counted.items(bundle, wanted)


def find_words(case: models.Case) -> models.Enquiry | None:
    """What the applicant wrote about the data in their own words, and what the office answered."""
    return case.enquiries.order_by("-pk").first()


def find_drafting(
    person: models.Person, reference: str, *, now: datetime
) -> tuple[models.Case, Role] | None:
    """A request whose writers asked the office to draft, for an office that drafts.

    The narrow door to a draft: it opens by what the applicant wrote to the office, and shows that
    and the specification, nothing else of the request. Once it was sent, only for whom the request
    is there at all.
    """
    found = models.Case.objects.filter(reference=reference, enquiries__isnull=False)
    case = found.exclude(pk__in=access.recused_from(person)).first()
    sight = access.find_sight(person, reference, now=now)
    if case is None or (sight is not None and sight.is_party):
        return None
    if sight is None and case.stage not in {stage.value for stage in _WRITING}:
        return None
    offices = access.offices_by_programme(person, now=now)
    held = offices.get(case.programme_id, frozenset()) & DRAFTERS
    return (case, min(held, key=list(Role).index)) if held else None


_WRITING = (Stage.DRAFT, Stage.RETURNED, Stage.REVISING)


def _part(
    row: models.Part,
    written: specification.Part | None,
    described: Mapping[tuple[str, str], holdings.Holding],
) -> Part:
    edition = row.dataset_edition
    holding = row.holding or edition.holdings.order_by("-pk").first()
    return Part(
        name=row.part_id,
        title=edition.dataset.title,
        slug=edition.dataset.slug,
        edition=edition.label,
        level=row.level,
        holding=described.get((holding.slug, holding.edition)) if holding else None,
        written=written,
    )
