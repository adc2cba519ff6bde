"""What a programme did with one cohort: the requests that were started in one year.

A fixed number of queries, each over the cohort as a whole. Whatever the reader is recused from is
left out first. Counts of requests below a limit are not given, and no median of fewer. What was
brought in from a register is a cohort of its own: it has no gates here, only the days on which it
came and was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from muniment import models
from muniment.programme import Bundle, clocks
from muniment.queries import access, editions
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage

from . import durations, money, telling
from .durations import FEWEST, Span
from .loads import Load, list_loads
from .telling import Hidden, shown

__all__ = ["FEWEST", "READERS", "Gate", "Load", "Report", "Span", "list_programmes", "report_of"]

READERS = frozenset({Role.COORDINATOR, Role.DETERMINING_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR})
GATES = (
    Stage.SUBMITTED,
    Stage.AVAILABILITY,
    Stage.POLICY,
    Stage.IN_REVIEW,
    Stage.DETERMINATION,
    Stage.AGREEMENT,
    Stage.BUILDING,
    Stage.CHECKING,
)
APPROVED = (models.Outcome.APPROVED, models.Outcome.CONDITIONS)


@dataclass(frozen=True, slots=True)
class Gate:
    """How long the cohort took at one stage, in business days, against the most it should."""

    stage: Stage
    target: int | None
    net: Span
    """Without the days in which the clock stood."""
    gross: Span


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one cohort. A count is None where it is below the limit and not nought."""

    year: int
    years: tuple[int, ...]
    funnel: Mapping[str, int | None]
    """started, submitted, screened, approved, released."""
    close: frozenset[str]
    """The levels that are not told because they lie a few below one that is."""
    gates: tuple[Gate, ...]
    tracks: Mapping[words.Track, tuple[int | None, int | None]] | None
    """Track to the requests submitted on it, and those approved; None where one track would tell
    the few of another, since the sum is in the funnel."""
    questions: int | None
    asked: int | None
    """Questions of the office, and requests in which it asked any."""
    per_request: str
    """Questions for each submitted request, with one decimal; empty where either is not told."""
    fees: money.Fees
    loads: tuple[Load, ...]
    earlier: Span
    """clocks.Days from receipt to decision of what came from a register in that year."""


def list_programmes(person: models.Person, *, now: datetime) -> list[models.Programme]:
    """The programmes whose reports this person may read."""
    held = access.offices_by_programme(person, now=now)
    mine = [key for key, roles in held.items() if roles & READERS]
    rows = models.Programme.objects.filter(pk__in=mine, active_edition__isnull=False)
    return list(rows.select_related("active_edition__bundle").order_by("pk"))


def report_of(
    programme: models.Programme, *, reader: models.Person, year: int | None, now: datetime
) -> Report:
    """The report of the requests started in a year of the programme's zone; else of this year."""
    hidden = access.recused_from(reader)
    bundle = editions.active_bundle(programme)
    calendar = clocks.calendar_of(bundle)
    today = calendar.local_day(now)
    chosen = year or today.year
    cohort = _cohort(programme, chosen, calendar.zone).exclude(pk__in=hidden)
    days = clocks.Days(calendar)
    asked, questions = _questions(cohort)
    funnel, apart = _funnel(cohort), telling.Apart()
    levels = {name: apart.tell(number) for name, number in funnel.items()}
    close = {name for name in levels if levels[name] is None and shown(funnel[name]) is not None}
    tracks = _tracks(cohort)
    return Report(
        chosen,
        _years(programme, today, hidden=hidden),
        levels,
        frozenset(close),
        _gates(cohort, bundle, days, apart),
        None if close & {"submitted", "approved"} else tracks,
        shown(questions),
        apart.tell(asked),
        "" if "submitted" in close else _per_request(questions, funnel["submitted"]),
        money.fees_of(cohort, shown=shown),
        list_loads(programme, today, hidden=hidden),
        durations.of_register(programme.origins.exclude(case__in=hidden), chosen, days),
    )


def _cohort(programme: models.Programme, year: int, zone: str) -> QuerySet[models.Case]:
    """The requests started in that year, without changes to one and without earlier ones."""
    begin = datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    own = models.Case.objects.filter(programme=programme, made_at__gte=begin, made_at__lt=end)
    requests = Q(parent__isnull=True) | Q(child_kind__in=("resubmission", "split"))
    return own.filter(requests).exclude(origin__earlier=True)


def _funnel(cohort: QuerySet[models.Case]) -> dict[str, int]:
    """How many came how far; each level counts those of the one before that came further."""
    own = {"case": OuterRef("pk")}
    passed = models.GatePass.objects.filter(gate=models.GatePass.Gate.POLICY, **own)
    approved = models.Determination.objects.filter(outcome__in=APPROVED, **own)
    released = models.Build.objects.filter(
        line__part__case=OuterRef("pk"), released_at__isnull=False
    )
    marked = cohort.annotate(
        has_passed=Exists(passed), is_approved=Exists(approved), is_released=Exists(released)
    )
    sent = Q(submitted_on__isnull=False)
    screened = sent & Q(has_passed=True)
    agreed = screened & Q(is_approved=True)
    return marked.aggregate(
        started=Count("pk"),
        submitted=Count("pk", filter=sent),
        screened=Count("pk", filter=screened),
        approved=Count("pk", filter=agreed),
        released=Count("pk", filter=agreed & Q(is_released=True)),
    )


def _gates(
    cohort: QuerySet[models.Case], bundle: Bundle, days: clocks.Days, apart: telling.Apart
) -> tuple[Gate, ...]:
    taken = durations.at_gates(cohort, zone=bundle["calendar"]["zone"], days=days)
    found = []
    for stage in GATES:
        limit = clocks.limit_for(bundle, stage.value)
        spans = taken.get(stage.value, (Span.of([]), Span.of([])))
        net, gross = (
            span if span.number is None else replace(span, number=apart.tell(span.number))
            for span in spans
        )
        found.append(Gate(stage, limit.days if limit else None, net, gross))
    return tuple(found)


def _tracks(
    cohort: QuerySet[models.Case],
) -> dict[words.Track, tuple[int | None, int | None]] | None:
    approved = models.Determination.objects.filter(case=OuterRef("pk"), outcome__in=APPROVED)
    rows = cohort.filter(submitted_on__isnull=False).exclude(track="")
    marked = rows.annotate(approved=Exists(approved)).values("track")
    counted = marked.annotate(sent=Count("pk"), agreed=Count("pk", filter=Q(approved=True)))
    columns = [[row[name] for row in counted] for name in ("sent", "agreed")]
    if any(_tells_few(column) for column in columns):
        return None
    found = {row["track"]: (shown(row["sent"]), shown(row["agreed"])) for row in counted}
    return {track: found[track.value] for track in words.Track if track.value in found}


def _tells_few(parts: list[int]) -> bool:
    """Whether the sum less the parts that are told is a few requests."""
    told = [part for part in parts if shown(part) is not None]
    return any(told) and shown(sum(parts) - sum(told)) is None


def _questions(cohort: QuerySet[models.Case]) -> tuple[int, int]:
    """Requests in which the office asked, and how many questions; one query.

    What was answered in the moment it was written was told, not asked: `actions.questions.tell`.
    """
    office = [role.value for role in words.OFFICE_ROLES]
    asked = models.Question.objects.filter(case__in=cohort.values("pk"), made_by__role__in=office)
    asked = asked.exclude(answered_at=F("made_at"))
    told = asked.aggregate(asked=Count("case", distinct=True), number=Count("pk"))
    return told["asked"], told["number"]


def _per_request(questions: int, submitted: int) -> str:
    if submitted < FEWEST or shown(questions) is None:
        return ""
    whole, tenth = divmod((questions * 20 + submitted) // (2 * submitted), 10)
    return f"{whole}.{tenth}"


def _years(programme: models.Programme, today: date, *, hidden: Hidden) -> tuple[int, ...]:
    """The years of which there is something to report, the newest first."""
    started = programme.cases.filter(origin__isnull=True).exclude(pk__in=hidden)
    told = programme.origins.filter(received_on__isnull=False).exclude(case__in=hidden)
    years = {day.year for day in told.dates("received_on", "year")}
    years |= {at.year for at in started.datetimes("made_at", "year")}
    return tuple(sorted(years | {today.year}, reverse=True))
