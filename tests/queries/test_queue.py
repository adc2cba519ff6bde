"""The queue: what waits for whom, counted without being read; found by words; never leaking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import finding
from muniment.queries import access, queue, timeline
from muniment.queries.queue import Tab, Wanted
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
    for paid in (100, 120_000):
        case = office.case(Stage.AGREEMENT)
        office.agrees(case, *everybody)
        office.bills(case, paid_minor=paid)
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
    return office


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
    assert found.bars["applicant"] == found.counts[Tab.APPLICANT] == 4
    assert found.bars["committee"] == 2


def test_tabs_hold_what_is_open_in_use_and_closed(db: None) -> None:
    office = rows.kept("every turn", every_turn)
    office.case(Stage.DRAFT)
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
