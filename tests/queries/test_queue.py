"""The queue: what waits for whom, counted without being read; found by words; never leaking."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import finding
from muniment.queries import access, queue, timeline
from muniment.queries.queue import Tab, Wanted, owed, rare
from muniment.rulebook.words import Role, Stage
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def see(office: rows.Office, name: str, wanted: Wanted | None = None, page: int = 1) -> queue.Queue:
    found = queue.open_queue(office.people[name], wanted or Wanted(), page=page, now=rows.NOW)
    assert found is not None
    return found


def listed(office: rows.Office, name: str, **asked: str) -> list[str]:
    return [row.sight.case.reference for row in see(office, name, Wanted.read(asked)).rows]


def give(office: rows.Office, case: models.Case, name: str, role: Role) -> models.Assignment:
    return models.Assignment.objects.create(
        case=case, person=office.people[name], role=role.value, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


def away(office: rows.Office, name: str, substitute: str) -> models.Absence:
    return models.Absence.objects.create(
        person=office.people[name], substitute=office.people[substitute],
        from_on=rows.TODAY - timedelta(days=1), until_on=rows.TODAY + timedelta(days=6),
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def appoint(office: rows.Office, name: str, role: Role) -> None:
    models.RoleGrant.objects.create(
        person=office.people[name], programme=office.programme, role=role.value,
        from_on=rows.TODAY - timedelta(days=9), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def every_turn() -> rows.Office:
    """One request at each stage, and at its agreement each mark that may be missing."""
    office = rows.office()
    for stage in Stage:
        if stage is not Stage.DRAFT:
            office.case(stage)
    office.asks(office.case(Stage.POLICY), "Which stages?")
    held = office.case(Stage.AVAILABILITY)
    models.Hold.objects.create(
        case=held, reason="Recalled.", made_at=rows.NOW, made_by=office.system
    )
    everybody = ("applicant", "signing_official", "programme_signatory")
    for signed in range(4):
        office.agrees(office.case(Stage.AGREEMENT), *everybody[:signed])
    for signed in (2, 3):  # with a pledge of the team that is missing
        case = office.case(Stage.AGREEMENT)
        member = office.joins(case, "tess")
        member.will_access_data = True
        member.save()
        office.agrees(case, *everybody[:signed])
        office.bills(case, paid_minor=120_000)
    for paid in (100, 120_000):
        case = office.case(Stage.AGREEMENT)
        office.agrees(case, *everybody)
        office.bills(case, paid_minor=paid)
    for track in ("internal", "expedited"):
        office.case(Stage.DETERMINATION, track=track)
    for signed in range(3):
        case = office.case(Stage.AGREEMENT)
        models.ClauseChange.objects.create(
            agreement=office.agrees(case, *everybody[:signed]), clause="term", text="Other.",
            made_at=rows.NOW, made_by=office.system,
        )  # fmt: skip
    waived = office.case(Stage.AGREEMENT, track="expedited")
    office.agrees(waived, *everybody)
    models.Waiver.objects.create(
        case=waived, reason="A trainee.", approved_at=rows.NOW, approved_by=office.system,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    for when in ("before_agreement", "before_release", "after"):
        case = office.case(Stage.AGREEMENT)
        office.agrees(case, *everybody)
        office.bills(case, paid_minor=120_000)
        decided = models.Determination.objects.create(
            case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
            made_at=rows.NOW, made_by=office.system,
        )  # fmt: skip
        models.Condition.objects.create(
            determination=decided, when=when, text="Ethics approval.", made_at=rows.NOW,
            made_by=office.system,
        )  # fmt: skip
    _owed(office)
    office.proposes(office.case(Stage.AVAILABILITY))
    for filed, certified, longer in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 0, 1)):
        office.ends(
            office.case(Stage.CLOSE_OUT),
            filed=bool(filed),
            certified=bool(certified),
            longer=bool(longer),
        )
    for certified, issued in ((False, False), (False, True), (True, False), (True, True)):
        ended = office.case(Stage.CLOSE_OUT)
        office.ends(ended, filed=True, certified=certified, longer=False)
        office.amends(ended, issued=issued)
    for filed, certified in ((False, False), (False, True), (True, False), (True, True)):
        alone = office.case(Stage.CLOSE_OUT, institution=None)
        office.ends(alone, filed=filed, certified=certified, longer=False)
    return office


def _owed(office: rows.Office) -> None:
    """Evidence and questions that wait for the office, at stages that wait for nothing else."""
    for stage, evidence in (
        (Stage.AGREEMENT, "Letter 7."), (Stage.ACTIVE, ""), (Stage.ACTIVE, "Letter 7."),
        (Stage.CHECKING, "Letter 7."), (Stage.CLOSE_OUT, "Letter 7."),
    ):  # fmt: skip
        condition(office, office.case(stage), evidence)
    for stage in (Stage.POLICY, Stage.ACTIVE, Stage.CLOSED):
        for about in ("", "fee: waiver"):
            case = office.case(stage)
            office.agrees(case)
            question(office, case, about)
    reviewed = office.case(Stage.IN_REVIEW)
    office.declares(reviewed, "stan", conflicted=False)
    models.Review.objects.create(
        case=reviewed, member=office.people["stan"], round=1, comment="Sound.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def condition(
    office: rows.Office, case: models.Case, evidence: str, *, due: int = 5
) -> models.Condition:
    """A condition after release, due in so many days."""
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    return models.Condition.objects.create(
        determination=decided, when="after", text="Send the paper.", evidence=evidence,
        due_on=rows.TODAY + timedelta(days=due), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def question(
    office: rows.Office, case: models.Case, about: str = "", *, due: int = 5
) -> models.Question:
    """Alice asks the office."""
    return models.Question.objects.create(
        case=case, about=about, text="When?", blocking=False, made_at=rows.NOW,
        due_on=rows.TODAY + timedelta(days=due), made_by=office.acting("alice", Role.APPLICANT),
    )  # fmt: skip


@pytest.mark.parametrize("role", sorted({*access.FROM_SUBMISSION, *access.FROM_AGREEMENT}))
@pytest.mark.parametrize("more", ["", "member"])
def test_what_the_database_finds_waiting_is_what_the_page_says(
    db: None, role: Role, more: str
) -> None:
    office = rows.kept("every turn", every_turn)
    appoint(office, "stan", role)
    if more:
        appoint(office, "stan", Role(more))
    door = access.office_door(office.people["stan"], now=rows.NOW)
    cases = [door.sight(case) for case in door.cases]
    yours = {s.case.reference for s in cases if timeline.turn_of(s, now=rows.NOW).yours}
    assert set(listed(office, "stan", tab="mine")) == yours
    assert see(office, "stan").counts[Tab.MINE] == len(yours)
    assert all(row.yours for row in see(office, "stan", Wanted(Tab.MINE)).rows)


def test_what_a_colleague_has_in_hand_waits_for_the_colleague(office: rows.Office) -> None:
    appoint(office, "stan", Role.COORDINATOR)
    case = office.case(Stage.SUBMITTED)
    assert listed(office, "cora", tab="mine") == listed(office, "stan", tab="mine") != []
    give(office, case, "stan", Role.COORDINATOR)
    assert listed(office, "cora", tab="mine") == []
    assert listed(office, "stan", tab="mine") == [case.reference]
    (row,) = see(office, "cora").rows
    assert not row.yours
    assert [hand.person for hand in row.hands] == [office.people["stan"]]


def test_who_stands_in_has_it_while_the_colleague_is_away(office: rows.Office) -> None:
    appoint(office, "stan", Role.COORDINATOR)
    case = office.case(Stage.SUBMITTED)
    give(office, case, "stan", Role.COORDINATOR)
    absence = away(office, "stan", "cora")
    (row,) = see(office, "cora", Wanted(Tab.MINE)).rows
    assert row.yours
    assert row.hands[0].substitute == office.people["cora"]
    assert row.hands[0].away_until == absence.until_on
    absence.until_on = rows.TODAY - timedelta(days=1)
    absence.save()
    assert listed(office, "cora", tab="mine") == []


def test_the_latest_comes_first_and_where_the_clock_stands_last(office: rows.Office) -> None:
    soon = office.case(Stage.POLICY, due_on=rows.TODAY + timedelta(days=2))
    late = office.case(Stage.POLICY, due_on=rows.TODAY - timedelta(days=9))
    stands = office.case(Stage.POLICY)
    today = office.case(Stage.POLICY, due_on=rows.TODAY)
    in_order = [case.reference for case in (late, today, soon, stands)]
    assert listed(office, "paula") == in_order
    assert listed(office, "paula", tab="late") == [late.reference]
    assert see(office, "paula").urgent == late.reference
    assert see(office, "stella").urgent == ""
    newest = listed(office, "paula", order="newest")
    assert newest == listed(office, "paula", order="oldest")[::-1] != in_order


def test_the_bars_say_where_every_open_request_is(db: None) -> None:
    office = rows.kept("every turn", every_turn)
    found = see(office, "cora")
    assert sum(found.bars.values()) == found.counts[Tab.OPEN]
    assert found.bars["applicant"] == found.counts[Tab.APPLICANT] == 14
    assert found.bars["committee"] == 5
    assert found.bars["afterwards"] == 10


def test_what_the_office_owes_is_late_whatever_the_stage(office: rows.Office) -> None:
    asked, shown = office.case(Stage.ACTIVE), office.case(Stage.ACTIVE)
    question(office, asked, due=-3)
    evidence = condition(office, shown, "Letter 7.", due=-1)
    office.case(Stage.ACTIVE)
    found = see(office, "cora", Wanted(Tab.LATE))
    assert {row.sight.case.reference: row.turn.what for row in found.rows} == {
        asked.reference: timeline.What.ANSWER_APPLICANT,
        shown.reference: timeline.What.CONFIRM_CONDITION,
    }
    assert all(row.turn.late and row.yours for row in found.rows)
    assert (found.counts[Tab.LATE], found.counts[Tab.MINE], found.bars["afterwards"]) == (2, 2, 2)
    assert listed(office, "paula", tab="mine") == [shown.reference]
    evidence.evidence = ""
    evidence.save()
    assert listed(office, "cora") == [asked.reference]
    sight = access.find_sight(office.people["alice"], shown.reference, now=rows.NOW)
    assert sight is not None
    mine = timeline.turn_of(sight, now=rows.NOW)
    assert (mine.what, mine.yours, mine.late) == (timeline.What.MEET_CONDITION, True, True)


def test_only_who_reads_questions_learns_what_another_office_owes(office: rows.Office) -> None:
    asked, billed, shown = (office.case(Stage.ACTIVE) for _ in range(3))
    for case in (asked, billed, shown):
        office.agrees(case)
    question(office, asked, due=-3)
    question(office, billed, "fee: hours", due=-3)
    condition(office, shown, "Letter 7.", due=-3)
    every = {asked.reference, billed.reference, shown.reference}
    readers = dict.fromkeys(("cora", "stella", "paula"), every)
    known = {**readers, "fay": {billed.reference}, "dana": set()}
    for name, found in known.items():
        late = see(office, name, Wanted(Tab.LATE))
        assert set(listed(office, name)) == {row.sight.case.reference for row in late.rows} == found
        assert all(row.turn.late for row in late.rows)
        counted = (late.counts[Tab.OPEN], late.counts[Tab.LATE], late.bars["afterwards"])
        assert counted == (len(found),) * 3, name
    office.declares(asked, "stella", conflicted=True)
    assert set(listed(office, "stella", tab="late")) == every - {asked.reference}


def test_what_is_late_comes_before_what_is_not_of_the_same_reader(office: rows.Office) -> None:
    case = office.case(Stage.SUBMITTED, due_on=rows.TODAY + timedelta(days=2))
    late = question(office, case, due=-3)
    (row,) = see(office, "cora", Wanted(Tab.LATE)).rows
    assert row.turn.what is timeline.What.ANSWER_APPLICANT
    late.due_on = rows.TODAY + timedelta(days=3)
    late.save()
    assert listed(office, "cora", tab="late") == []
    (row,) = see(office, "cora").rows
    assert row.turn.what is timeline.What.CHECK_COMPLETENESS


def test_what_is_owed_sooner_than_the_stage_is_due_moves_a_request_up(
    office: rows.Office,
) -> None:
    due = {days: rows.TODAY + timedelta(days=days) for days in (2, 4, 8, 9)}
    soon, later = (office.case(Stage.SUBMITTED, due_on=due[days]) for days in (2, 4))
    asked, shown = (office.case(Stage.SUBMITTED, due_on=due[days]) for days in (8, 9))
    used = office.case(Stage.ACTIVE)
    stage = office.case(Stage.SUBMITTED, due_on=rows.TODAY)
    question(office, asked, due=3)
    condition(office, used, "Letter 7.", due=1)
    question(office, used, due=6)
    question(office, stage, due=5)
    in_order = [case.reference for case in (stage, used, soon, asked, later, shown)]
    assert listed(office, "cora") == listed(office, "cora", tab="mine") == in_order
    told = {row.sight.case.reference: row.turn for row in see(office, "cora").rows}
    assert told[asked.reference].what is timeline.What.ANSWER_APPLICANT
    assert told[used.reference].what is timeline.What.CONFIRM_CONDITION
    assert told[stage.reference].what is timeline.What.CHECK_COMPLETENESS
    days = [told[reference].until for reference in in_order]
    assert days == sorted(days)
    assert listed(office, "cora", order="oldest") != in_order


def test_what_may_not_be_opened_takes_no_place_of_what_may(office: rows.Office) -> None:
    """It is left out before anything is cut; and of what is counted nothing is."""
    hidden, first, asked = (
        office.case(Stage.SUBMITTED, due_on=rows.TODAY + timedelta(days=days)) for days in (6, 7, 8)
    )
    question(office, asked, due=3)
    many = question(office, hidden, due=1)
    models.Question.objects.bulk_create(copies(many, [{}] * owed.MOST))
    office.declares(hidden, "cora", conflicted=True)
    assert listed(office, "cora") == [asked.reference, first.reference]
    used = office.case(Stage.ACTIVE)
    named = ({"reference": f"COPY-{number}"} for number in range(owed.MOST))
    others = models.Case.objects.bulk_create(copies(used, named))
    due = question(office, used, due=2)
    models.Question.objects.bulk_create(copies(due, ({"case_id": each.pk} for each in others)))
    assert see(office, "cora").counts[Tab.OPEN] == owed.MOST + 3


def copies(row: Any, others: Iterable[Mapping[str, object]]) -> list[Any]:
    """Unsaved rows like it but for what each of the others says."""
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(row, name) for name in fields}
    return [type(row)(**{**values, **each}) for each in others]


def test_what_a_colleague_owes_moves_nothing_up_among_one_s_own(office: rows.Office) -> None:
    appoint(office, "fay", Role.DATA_ENGINEER)
    first, second = (
        office.case(Stage.BUILDING, due_on=rows.TODAY + timedelta(days=days)) for days in (2, 4)
    )
    for case in (first, second):
        office.agrees(case)
    question(office, second, due=-1)
    as_due = [first.reference, second.reference]
    assert listed(office, "fay") == listed(office, "fay", tab="mine") == as_due
    assert listed(office, "cora") == as_due[::-1]
    assert see(office, "fay").urgent == first.reference
    assert see(office, "cora").urgent == second.reference
    question(office, second, "fee: hours", due=0)
    assert listed(office, "fay", tab="mine") == as_due[::-1]
    assert see(office, "fay").urgent == second.reference


def test_pages_hold_each_request_once_in_the_order_of_all_their_days(
    office: rows.Office,
) -> None:
    """Rows moved up stand on the first page, on the border of two, and on the last."""
    days: dict[str, int] = {}
    for number in range(60):
        case = office.case(Stage.SUBMITTED, due_on=rows.TODAY + timedelta(days=number % 40))
        days[case.reference] = number % 40
        if number % 9 == 8:
            question(office, case, due=(number * 7) % 40)
            days[case.reference] = min(days[case.reference], (number * 7) % 40)
    found = [
        row.sight.case.reference
        for page in (1, 2, 3)
        for row in see(office, "cora", page=page).rows
    ]
    assert sorted(found) == sorted(days)
    assert [days[each] for each in found] == sorted(days.values())


def test_tabs_hold_what_is_open_in_use_and_closed(office: rows.Office) -> None:
    for stage in Stage:
        office.case(stage)
    stages = {
        tab: {row.sight.case.stage for row in see(office, "cora", Wanted(tab)).rows}
        for tab in (Tab.OPEN, Tab.IN_USE, Tab.CLOSED)
    }
    assert stages[Tab.IN_USE] == {"active"}
    assert stages[Tab.CLOSED] == {
        "closed", "denied", "not_available", "redirected", "withdrawn", "lapsed", "revoked"
    }  # fmt: skip
    assert not stages[Tab.OPEN] & (stages[Tab.IN_USE] | stages[Tab.CLOSED] | {"draft"})


def test_a_request_is_found_by_every_word_of_it_folded_alike(office: rows.Office) -> None:
    office.people["alice"].name = "Zoë Šimůnek"
    case = office.case(
        Stage.SUBMITTED, title="Ångström dosing in ÆTHER", applicant=office.people["alice"]
    )
    models.Section.objects.create(
        case=case,
        name="project",
        answers={"aims": "Überleben nach STRASSE", "rows": [{"a": "Köln"}]},
    )
    finding.keep_words(case)
    office.case(Stage.SUBMITTED)
    for words in ("angstrom", "ÅNGSTRÖM dos", "zoe simunek", "uberleben", "straße", "koln",
                  case.reference.lower(), "Lakeside"):  # fmt: skip
        assert listed(office, "cora", words=words) == [case.reference], words
    assert listed(office, "cora", words="angstrom lung") == []
    assert listed(office, "cora", words="%") == listed(office, "cora")


def test_a_word_that_stands_in_an_answer_is_found_only_by_who_reads_answers(
    office: rows.Office,
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    models.Section.objects.create(case=case, name="project", answers={"aims": "Sarcoma"})
    finding.keep_words(case)
    assert listed(office, "cora", words="sarcoma") == [case.reference]
    assert listed(office, "fay", words="sarcoma") == []
    assert listed(office, "fay", words="dose") == [case.reference]


def test_a_word_that_few_hold_narrows_and_one_that_many_hold_finds_the_same(
    office: rows.Office,
) -> None:
    common = [f"common{number:03}" for number in range(rare.FEW + 1)]
    found, other = office.case(Stage.POLICY), office.case(Stage.POLICY)
    models.SearchWord.objects.bulk_create(
        models.SearchWord(case=found, word=word, in_answers=False) for word in [*common, "zebra"]
    )
    models.SearchWord.objects.create(case=other, word="zebra", in_answers=True)
    assert rare.find_by_beginning(["common"]) is None
    assert rare.find_by_beginning(["common", "zebra"]) == (found.pk, other.pk)
    assert rare.find_by_beginning(["zebra", "nowhere"]) == ()
    assert rare.find_by_beginning([]) is None
    named = {f"word_{number}": word for number, word in enumerate(common)}
    assert rare.find_by_title(**named) is None
    assert rare.find_by_title(word_0="zebra") == (found.pk,)
    for words in ("common", "common zebra", "zeb common000"):
        assert listed(office, "cora", words=words) == [found.reference]
    assert listed(office, "cora", words="zebra nowhere") == []
    assert see(office, "cora", Wanted.read({"words": "zebra nowhere"})).found == 0


def test_nothing_is_counted_or_found_that_may_not_be_opened(office: rows.Office) -> None:
    case = office.case(Stage.SUBMITTED)
    finding.keep_words(case)
    appoint(office, "mia", Role.COORDINATOR)
    assert see(office, "mia").counts[Tab.OPEN] == 1
    office.declares(case, "mia", conflicted=True)
    found = see(office, "mia", Wanted(words="dose"))
    assert (found.counts[Tab.OPEN], found.found, found.rows, found.urgent) == (0, 0, (), "")
    assert set(found.bars.values()) == {0}
    assert see(office, "fay").counts[Tab.OPEN] == 0
    appoint(office, "alice", Role.COORDINATOR)
    assert see(office, "alice").counts[Tab.OPEN] == 0, "their own request is no work of theirs"


@pytest.mark.parametrize("name", ["stan", "alice", "max"])
def test_who_holds_no_office_has_no_queue(office: rows.Office, name: str) -> None:
    assert queue.open_queue(office.people[name], Wanted(), page=1, now=rows.NOW) is None


def test_filters_leave_what_is_asked_for(office: rows.Office) -> None:
    mine, other = office.case(Stage.POLICY), office.case(Stage.POLICY)
    other.parts.update(
        dataset_edition=models.DatasetEdition.objects.exclude(dataset__slug="sdtm-pilot")[0]
    )
    give(office, mine, "paula", Role.POLICY_OFFICER)
    assert listed(office, "cora", dataset="sdtm-pilot") == [mine.reference]
    assert listed(office, "cora", assignee="nobody") == [other.reference]
    public = office.people["paula"].public_id
    assert listed(office, "cora", assignee=public) == [mine.reference]
    assert listed(office, "cora", assignee="never") == []
    assert see(office, "cora").assignees == ((public, "Paula Example"),)
    assert ("sdtm-pilot", mine.parts.get().dataset_edition.dataset.title) in see(
        office, "cora"
    ).datasets


def test_what_an_address_says_wrongly_is_left_out() -> None:
    asked = Wanted.read({"tab": "none", "order": "up", "words": " a "})
    assert asked == Wanted(words="a")
    assert asked.said == {"words": "a"}
    assert asked.narrowed
    assert not Wanted(Tab.LATE).narrowed
    assert Wanted.read(Wanted(Tab.LATE, "b").said) == Wanted(Tab.LATE, "b")


def test_pages_follow_one_another(office: rows.Office) -> None:
    for _ in range(27):
        office.case(Stage.SUBMITTED)
    first, second = see(office, "cora"), see(office, "cora", page=2)
    assert (len(first.rows), len(second.rows), first.pages, first.found) == (25, 2, 2, 27)
    assert see(office, "cora", page=99).page == 2


def test_one_row_and_many_cost_the_same_number_of_queries(office: rows.Office) -> None:
    def another() -> None:
        case = office.case(Stage.AGREEMENT)
        office.agrees(case, "applicant")
        give(office, case, "dana", Role.DATA_ENGINEER)
        office.asks(case, "Which?")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            see(office, "dana")
        return len(seen)

    another()
    one = cost()
    for _ in range(29):
        another()
    assert len(see(office, "dana").rows) == 25
    assert cost() == one
