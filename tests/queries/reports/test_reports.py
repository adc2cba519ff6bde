"""Figures of one cohort: who counts, what a gate took, and what is too few to tell."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.queries import reports
from muniment.queries.reports import Span
from muniment.rulebook.words import Role, Stage, Track
from tests.pages import rows
from tests.pages.conftest import office

__all__ = ["office"]

YEAR = 2025
MONDAY = datetime(YEAR, 3, 3, 15, tzinfo=rows.NOW.tzinfo)


def case(office: rows.Office, stage: Stage = Stage.SUBMITTED, **more: object) -> models.Case:
    return office.case(stage, **{"made_at": MONDAY, **more})


def visit(
    office: rows.Office, of: models.Case, stage: Stage, *lengths: int, stands: bool = False
) -> None:
    """Runs and pauses in turn, each of so many calendar days, from a Monday on."""
    begin = MONDAY
    for number, length in enumerate(lengths):
        end = begin + timedelta(days=length)
        last = number == len(lengths) - 1
        ended = {} if stands and last else {"ended_at": end, "ended_by": office.system}
        models.ClockSegment.objects.create(
            case=of, stage=stage.value, paused=bool(number % 2), made_at=begin,
            made_by=office.system, **ended,
        )  # fmt: skip
        begin = end


def decided(office: rows.Office, of: models.Case) -> None:
    models.GatePass.objects.create(
        case=of, gate="policy", parts={}, answers_sha256="0" * 64, made_at=MONDAY,
        made_by=office.system,
    )  # fmt: skip
    models.Determination.objects.create(
        case=of, round=1, outcome="approved", reason="Good.", made_at=MONDAY,
        made_by=office.system,
    )  # fmt: skip


def came(office: rows.Office, spans: Sequence[tuple[date, date]], *, sound: bool = True) -> None:
    for number, (received, end) in enumerate(spans):
        models.Origin.objects.create(
            case=case(office, Stage.CLOSED, made_at=rows.NOW), programme=office.programme,
            source="old", source_id=f"{sound}{number}", row_sha256="0" * 64, earlier=True,
            received_on=received, decided_on=end, sound=sound, made_at=rows.NOW,
            made_by=office.system,
        )  # fmt: skip


def report(office: rows.Office, year: int | None = YEAR, *, reader: str = "cora") -> reports.Report:
    person = office.people[reader]
    return reports.report_of(office.programme, reader=person, year=year, now=rows.NOW)


def happens(office: rows.Office, of: models.Case) -> None:
    """All of which a report counts something."""
    visit(office, of, Stage.SUBMITTED, 2, 7, 5)
    decided(office, of)
    office.asks(of, "How many?")
    models.Assignment.objects.create(
        case=of, person=office.people["paula"], role=Role.POLICY_OFFICER.value,
        made_at=MONDAY, made_by=office.system,
    )  # fmt: skip


def test_a_track_of_a_few_is_not_told_by_the_others(office: rows.Office) -> None:
    for _ in range(6):
        case(office)
    assert report(office).tracks == {Track.FULL: (6, 0)}
    few = [case(office, track=Track.EXPEDITED.value) for _ in range(2)]
    assert report(office).tracks is None
    for _ in range(3):
        case(office, track=Track.EXPEDITED.value)
    assert report(office).tracks == {Track.EXPEDITED: (5, 0), Track.FULL: (6, 0)}
    decided(office, few[0])
    told = report(office).tracks
    assert told == {Track.EXPEDITED: (5, None), Track.FULL: (6, 0)}


def test_a_few_questions_are_not_told_by_their_share(office: rows.Office) -> None:
    asked = [case(office) for _ in range(20)]
    for each in asked[:4]:
        office.asks(each, "How many?")
    assert (report(office).questions, report(office).per_request) == (None, "")
    office.asks(asked[5], "How many?")
    assert (report(office).questions, report(office).per_request) == (5, "0.3")


def test_the_funnel_follows_one_cohort_down_the_line(office: rows.Office) -> None:
    for number in range(18):
        each = case(office, Stage.DRAFT if number < 5 else Stage.AGREEMENT)
        if number >= 10:
            decided(office, each)
    told = report(office)
    assert told.funnel == {
        "started": 18, "submitted": 13, "screened": 8, "approved": 8, "released": 0,
    }  # fmt: skip
    assert not told.close


def test_a_level_a_few_below_one_that_is_told_is_not_told_nor_what_tells_it(
    office: rows.Office,
) -> None:
    """Of 14 that were started 3 were never sent: 14 less 11 would say so."""
    asked = []
    for number in range(14):
        each = case(office, Stage.DRAFT if number < 3 else Stage.AGREEMENT)
        if number >= 3:
            asked.append(each)
        if number >= 8:
            decided(office, each)
    for each in asked:
        office.asks(each, "How many?")
    told = report(office)
    assert told.funnel == {
        "started": 14, "submitted": None, "screened": 6, "approved": 6, "released": 0,
    }  # fmt: skip
    assert told.close == {"submitted"}
    assert (told.tracks, told.per_request, told.asked) == (None, "", None)


def test_who_left_a_gate_is_not_told_a_few_apart_from_who_came(office: rows.Office) -> None:
    for number in range(9):
        each = case(office, Stage.AVAILABILITY)
        if number < 7:
            visit(office, each, Stage.SUBMITTED, 4)
    gate = report(office).gates[0]
    assert report(office).funnel["submitted"] == 9
    assert (gate.net.number, gate.gross.number) == (None, None)
    assert gate.net.median is not None


def test_a_number_below_the_limit_is_not_told_and_nought_is(office: rows.Office) -> None:
    for _ in range(4):
        case(office)
    told = report(office)
    assert (told.funnel["started"], told.funnel["released"]) == (None, 0)
    assert told.per_request == ""
    assert told.tracks == {Track.FULL: (None, 0)}


def test_another_year_and_an_earlier_request_are_no_part_of_a_cohort(office: rows.Office) -> None:
    for _ in range(5):
        case(office)
    case(office, made_at=MONDAY - timedelta(days=365))
    came(office, [(date(YEAR, 1, 6), date(YEAR, 1, 10))])
    assert report(office).funnel["started"] == 5
    this = rows.NOW.year
    assert report(office, year=None).year == this
    assert set(report(office).years) >= {this, YEAR, YEAR - 1}


def test_a_gate_takes_business_days_with_pauses_and_without(office: rows.Office) -> None:
    for extra in (0, 0, 0, 0, 7):
        each = case(office, Stage.AVAILABILITY)
        visit(office, each, Stage.SUBMITTED, 2, 7, 5 + extra)
    gate = next(each for each in report(office).gates if each.stage is Stage.SUBMITTED)
    assert gate.target == 5
    assert gate.net == Span(5, 5, 10)
    assert gate.gross == Span(5, 10, 15)


def test_the_stage_at_which_a_request_stands_is_not_measured_yet(office: rows.Office) -> None:
    for _ in range(5):
        visit(office, case(office), Stage.SUBMITTED, 2, 7, 5, stands=True)
    gate = report(office).gates[0]
    assert gate.net == gate.gross == Span(0, None, None)


def test_fewer_than_the_limit_have_no_median(office: rows.Office) -> None:
    for _ in range(4):
        visit(office, case(office, Stage.POLICY), Stage.SUBMITTED, 7)
    assert report(office).gates[0].net == Span(None, None, None)


def test_questions_of_the_office_are_counted_and_not_those_of_the_applicant(
    office: rows.Office,
) -> None:
    cases = [case(office) for _ in range(10)]
    for each in cases[:5]:
        office.asks(each, "How many?")
    for each in cases[:5]:
        office.asks(each, "And why?")
    models.Question.objects.create(
        case=cases[5], about="fee", text="Why so dear?", blocking=False, due_on=rows.TODAY,
        made_at=rows.NOW, made_by=office.acting("alice", Role.APPLICANT),
    )  # fmt: skip
    told = report(office)
    assert (told.asked, told.questions, told.per_request) == (5, 10, "1.0")


def test_the_days_of_a_register_leave_out_what_cannot_be_right(office: rows.Office) -> None:
    came(office, [(date(YEAR, 1, 6), date(YEAR, 1, 6 + days)) for days in (1, 2, 3, 4, 7)])
    came(office, [(date(YEAR, 1, 6), date(1900, 1, 1))] * 9, sound=False)
    assert report(office).earlier == Span(5, 3, 5)


def test_a_persons_load_is_told_as_it_is(office: rows.Office) -> None:
    late = case(office, due_on=LONG_AGO)
    for each in (late, case(office), case(office, Stage.CLOSED)):
        given(office, each, "cora", Role.COORDINATOR)
    assert report(office).loads == (reports.Load("Cora Example", Role.COORDINATOR, 2, 1),)


LONG_AGO = rows.TODAY - timedelta(days=3)


def given(office: rows.Office, of: models.Case, name: str, role: Role) -> None:
    models.Assignment.objects.create(
        case=of, person=office.people[name], role=role.value, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "late"),
    [
        (Stage.SUBMITTED, Role.COORDINATOR),
        (Stage.POLICY, Role.POLICY_OFFICER),
        (Stage.RETURNED, None),
        (Stage.CLOSE_OUT, None),
        (Stage.IN_REVIEW, None),
        (Stage.DETERMINATION, Role.DETERMINING_OFFICER),
        (Stage.AGREEMENT, Role.COORDINATOR),
    ],
)
def test_late_is_who_has_the_turn_and_not_everybody_who_holds_it(
    office: rows.Office, stage: Stage, late: Role | None
) -> None:
    overdue = case(office, stage, due_on=LONG_AGO)
    for name, role in (
        ("cora", Role.COORDINATOR),
        ("paula", Role.POLICY_OFFICER),
        ("audra", Role.DETERMINING_OFFICER),
    ):
        given(office, overdue, name, role)
    loads = {load.role: load.late for load in report(office).loads}
    assert loads == {role: int(role is late) for role in loads}
    assert len(loads) == 3


def test_a_late_answer_is_late_for_the_office_that_owes_it(office: rows.Office) -> None:
    asked = case(office, Stage.IN_REVIEW, due_on=rows.TODAY + timedelta(days=9))
    given(office, asked, "cora", Role.COORDINATOR)
    given(office, asked, "paula", Role.POLICY_OFFICER)
    models.Question.objects.create(
        case=asked, about="", text="When?", blocking=False, due_on=LONG_AGO, made_at=rows.NOW,
        made_by=office.acting("alice", Role.APPLICANT),
    )  # fmt: skip
    loads = {load.role: load.late for load in report(office).loads}
    assert loads == {Role.COORDINATOR: 1, Role.POLICY_OFFICER: 0}


def test_no_figure_counts_what_its_reader_is_recused_from(office: rows.Office) -> None:
    for _ in range(5):
        happens(office, case(office, Stage.AGREEMENT))
    came(office, [(date(YEAR, 1, 6), date(YEAR, 1, 8))] * 5)
    before = report(office)
    hidden = case(office, Stage.AGREEMENT)
    happens(office, hidden)
    came(office, [(date(YEAR - 30, 1, 6), date(YEAR - 30, 1, 8))], sound=False)
    earlier = models.Origin.objects.get(sound=False).case
    models.Origin.objects.filter(case=earlier).update(sound=True)
    for each in (hidden, earlier):
        office.declares(each, "cora", conflicted=True)
    assert report(office) == before
    assert report(office, YEAR - 30).earlier == Span(0, None, None)
    told = report(office, reader="audra")
    assert (told.funnel["approved"], told.asked, told.gates[0].net.number) == (6, 6, 6)
    assert told.tracks == {Track.FULL: (6, 6)}
    assert (told.loads[0].open, before.loads[0].open) == (6, 5)
    assert YEAR - 30 in told.years
    assert report(office, YEAR - 30, reader="audra").earlier == Span(None, None, None)


@pytest.mark.parametrize(("name", "reads"), [("cora", 1), ("audra", 1), ("fay", 0), ("stan", 0)])
def test_reports_are_for_who_runs_the_programme_or_looks_after_it(
    office: rows.Office, name: str, reads: int
) -> None:
    assert len(reports.list_programmes(office.people[name], now=rows.NOW)) == reads


def test_the_number_of_queries_does_not_grow_with_the_cohort(office: rows.Office) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            report(office)
        return len(captured)

    case(office)
    before = queries()
    for _ in range(12):
        each = case(office, Stage.AGREEMENT)
        visit(office, each, Stage.SUBMITTED, 3, 2, 1)
        decided(office, each)
        office.asks(each, "Why?")
    assert queries() == before
