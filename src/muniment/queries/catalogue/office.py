"""The catalogue as the office keeps it: every edition, what stands on it, and where it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from muniment import models
from muniment.queries import access, asked, editions
from muniment.rulebook import words
from muniment.rulebook.words import Role

KEEPING = frozenset({Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER, Role.DATA_ENGINEER})
READING = KEEPING | {Role.ADMINISTRATOR, Role.AUDITOR}
_STAGES = [stage.value for stage in words.OPEN_STAGES]
_OPEN = Q(part__case__stage__in=_STAGES, part__status__in=asked.DELIVERED)
_OPEN_PART = Q(case__stage__in=_STAGES, status__in=asked.DELIVERED)
_RELEASED = Q(part__lines__builds__released_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One edition in the list. `open` counts open requests that ask for it."""

    edition: models.DatasetEdition
    status: str
    holdings: int
    open: int
    released: int


@dataclass(frozen=True, slots=True)
class Methods:
    """How the fields of a holding leave: what its descriptor says, and its newest method policy."""

    holding: models.Holding
    programme: models.Programme
    roles: frozenset[Role]
    policy: models.MethodPolicy | None
    signed: int
    """Agreements in force whose builds need new signatures once the rules are others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A programme's catalogue."""

    programme: models.Programme
    roles: frozenset[Role]
    rows: tuple[Row, ...]
    datasets: tuple[models.Dataset, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A request that waits because this edition was taken back."""

    reference: str
    title: str
    stage: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """A release that contains this edition, and who received it."""

    reference: str
    number: int
    released_at: datetime
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One edition with everything the office has to know before and after a change to it."""

    edition: models.DatasetEdition
    programme: models.Programme
    roles: frozenset[Role]
    status: str
    restrictions: tuple[str, ...]
    """Titles of the policy rules on the dataset."""
    may_add: Mapping[str, str]
    """Rule id to title, of those that could be put on it."""
    replacements: tuple[models.DatasetEdition, ...]
    open: int
    """Open requests on it, also those that this reader's office may not open yet."""
    held: tuple[Held, ...]
    released: tuple[Gone, ...]


def find_kept(person: models.Person, *, now: datetime) -> Kept | None:
    """The catalogue of the programme whose office this person holds; a fixed number of queries."""
    home = _home(person, now)
    if home is None:
        return None
    programme, roles = home
    rows = models.DatasetEdition.objects.filter(dataset__programme=programme)
    told = ~Q(part__case__in=access.recused_from(person))
    counted = rows.select_related("dataset").annotate(
        holding_count=Count("holdings", distinct=True),
        open_count=Count("part__case", filter=_OPEN & told, distinct=True),
        released_count=Count("part__lines__builds", filter=_RELEASED & told, distinct=True),
    )
    listed = tuple(
        Row(
            each,
            asked.status_of(each),
            each.holding_count,
            each.open_count,
            each.released_count,
        )
        for each in counted.order_by("dataset__title", "label")
    )
    datasets = tuple(programme.datasets.order_by("title"))
    return Kept(programme, roles, listed, datasets)


def find_sheet(person: models.Person, pk: int, *, now: datetime) -> Sheet | None:
    """One edition for whoever keeps or reads the catalogue of its programme."""
    home = _home(person, now)
    if home is None:
        return None
    programme, roles = home
    found = models.DatasetEdition.objects.filter(dataset__programme=programme, pk=pk)
    edition = found.select_related("dataset", "successor").first()
    if edition is None:
        return None
    rules = _rules(programme)
    on_it = _restrictions(programme, edition.dataset.slug)
    siblings = edition.dataset.editions.exclude(pk=edition.pk).filter(withdrawn_at__isnull=True)
    parts = models.Part.objects.filter(dataset_edition=edition)
    parts = parts.exclude(case__in=access.recused_from(person))
    counted = parts.filter(_OPEN_PART).values("case").distinct().count()
    return Sheet(
        edition,
        programme,
        roles,
        asked.status_of(edition),
        tuple(rules.get(rule, rule) for rule in on_it),
        {rule: title for rule, title in rules.items() if rule not in on_it},
        tuple(siblings.filter(holdings__isnull=False).distinct().order_by("label")),
        counted,
        _held(person, edition, now),
        _released(person, edition, now),
    )


def find_methods(person: models.Person, pk: int, *, now: datetime) -> Methods | None:
    """One holding for whoever keeps or reads the catalogue of its programme."""
    home = _home(person, now)
    if home is None:
        return None
    programme, roles = home
    rows = programme.holdings.select_related("dataset_edition__dataset", "programme")
    holding = rows.filter(pk=pk).first()
    if holding is None:
        return None
    policy = holding.policies.select_related("made_by__person").order_by("-pk").first()
    signed = models.Agreement.objects.filter(
        case__parts__holding=holding, issued_at__isnull=False, superseded_at__isnull=True
    ).filter(case__stage__in=_STAGES)
    return Methods(holding, programme, roles, policy, signed.distinct().count())


def _home(person: models.Person, now: datetime) -> tuple[models.Programme, frozenset[Role]] | None:
    """The first programme in which they keep or read the catalogue, and in which offices."""
    held = access.offices_by_programme(person, now=now)
    mine = {key: roles & READING for key, roles in held.items() if roles & READING}
    rows = models.Programme.objects.filter(pk__in=mine, active_edition__isnull=False)
    programme = rows.select_related("active_edition__bundle").order_by("pk").first()
    return None if programme is None else (programme, mine[programme.pk])


def _rules(programme: models.Programme) -> dict[str, str]:
    """The rules of the policy that apply where a dataset lists them."""
    rules = editions.active_bundle(programme)["policy"]["rules"]
    return {rule["id"]: rule["title"] for rule in rules if rule.get("applies") == "listed"}


def _restrictions(programme: models.Programme, slug: str) -> tuple[str, ...]:
    listed = editions.active_bundle(programme)["information_list"]["datasets"]
    found = (each for each in listed if each["slug"] == slug)
    entry: Mapping[str, Any] = next(found, {})
    return tuple(entry.get("restrictions", ()))


def _held(person: models.Person, edition: models.DatasetEdition, now: datetime) -> tuple[Held, ...]:
    """The requests on hold for it, of those that this reader may open."""
    seen = access.office_door(person, now=now).cases
    holds = models.Hold.objects.filter(
        dataset_edition=edition, lifted_at__isnull=True, case__in=seen.values("pk")
    )
    rows = holds.select_related("case").order_by("made_at", "pk")
    return tuple(
        Held(row.case.reference, row.case.title, row.case.stage, row.made_at) for row in rows
    )


def _released(
    person: models.Person, edition: models.DatasetEdition, now: datetime
) -> tuple[Gone, ...]:
    """Every release that contains it, of requests that this reader may open, newest first."""
    seen = access.office_door(person, now=now).cases
    builds = models.Build.objects.filter(
        line__part__dataset_edition=edition,
        released_at__isnull=False,
        line__part__case__in=seen.values("pk"),
    )
    rows = builds.select_related("line__part__case").prefetch_related("deliveries__recipient")
    return tuple(
        Gone(
            row.line.part.case.reference,
            row.number,
            row.released_at,
            tuple(sorted({each.recipient.name for each in row.deliveries.all()})),
        )
        for row in rows.order_by("-released_at", "-pk")
        if row.released_at is not None
    )
