"""The queue's page: what waits, the tabs, the filters, kept views, reminders, who is away."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import finding
from muniment.pages.wording import turns
from muniment.queries.queue import pace
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]


def page(client: Client, address: str = "/office/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count('class="btn btn-primary') <= 1
    return text


def clocked(office: rows.Office, *, days: int) -> models.Case:
    """A request at the coordinator's gate that is due in so many days."""
    return office.case(Stage.SUBMITTED, due_on=rows.TODAY + timedelta(days=days))


def test_the_queue_says_what_waits_and_opens_the_most_urgent(office: rows.Office, as_: As) -> None:
    late, today = clocked(office, days=-9), clocked(office, days=0)
    early = clocked(office, days=5)
    text = page(as_("cora"))
    assert f"{rows.TODAY:%A} {rows.TODAY.day} {rows.TODAY:%B %Y}" in text
    assert "3 requests are waiting for you" in text
    assert f'<a class="btn btn-primary" href="/office/{late.reference}/">' in text
    assert "9 days late" in text
    assert "Due today" in text
    assert "On time" in text
    for case in (late, today, early):  # the day in one piece, however narrow the column
        day = turns.day(case.due_on).replace(" ", "\N{NO-BREAK SPACE}")
        assert f"due\N{NO-BREAK SPACE}{day}" in text
    assert text.index(late.reference) < text.index(today.reference)
    assert "Late <span" in text


def test_who_has_nothing_to_do_is_told_so(office: rows.Office, as_: As) -> None:
    clocked(office, days=1)
    text = page(as_("stella"))
    assert "No request is waiting for you" in text
    assert "btn-primary" not in text


def test_a_paused_request_says_so_and_whose_turn_it_is(office: rows.Office, as_: As) -> None:
    office.asks(office.case(Stage.POLICY), "Which stages?")
    text = page(as_("paula"), "/office/?tab=applicant")
    assert "Clock paused" in text
    assert "Asked" in text
    assert "The applicant" in text


def test_words_find_a_request_and_may_look_into_closed_ones(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.DENIED, title="Telehealth in rural practices")
    finding.keep_words(case)
    text = page(as_("cora"), "/office/?words=telehealth")
    assert case.title not in text
    assert "/office/?words=telehealth&amp;tab=every" in text
    assert case.title in page(as_("cora"), "/office/?tab=every&words=TELE")


def test_pages_of_the_queue_keep_what_was_asked(office: rows.Office, as_: As) -> None:
    for _ in range(26):
        finding.keep_words(office.case(Stage.SUBMITTED))
    text = page(as_("cora"), "/office/?words=dose&order=newest")
    assert "1 to 25 of 26" in text
    assert "/office/?words=dose&amp;order=newest&amp;page=2" in text
    assert "26 to 26 of 26" in page(as_("cora"), "/office/?words=dose&page=2")
    assert page(as_("cora"), "/office/?page=none&tab=none&order=none")


def test_a_view_is_kept_under_a_name_and_is_its_owner_s_alone(office: rows.Office, as_: As) -> None:
    cora, paula = as_("cora"), as_("paula")
    address = "/office/?tab=late&words=dose"
    assert cora.post(address, {"do": "keep", "name": "Late doses"}).status_code == 302
    view = models.SavedView.objects.get()
    assert (view.name, view.asked) == ("Late doses", {"tab": "late", "words": "dose"})
    assert 'href="?tab=late&amp;words=dose">Late doses' in page(cora)
    assert "Late doses" not in page(paula)
    assert paula.post("/office/", {"do": "forget", "view": view.pk}).status_code == 404
    for wrong in ("x", "9" * 30, "9" * 5_000):
        assert cora.post("/office/", {"do": "forget", "view": wrong}).status_code == 404
    assert cora.post("/office/", {"do": "forget", "view": view.pk}).status_code == 302
    assert not models.SavedView.objects.exists()
    assert cora.post("/office/", {"do": "keep", "name": " "}).status_code == 409


def test_reminders_go_to_those_chosen_and_the_page_says_to_whom(
    office: rows.Office, as_: As
) -> None:
    returned, held = office.case(Stage.RETURNED), office.case(Stage.POLICY)
    models.Hold.objects.create(case=held, reason="Recalled.", made_at=rows.NOW,
                               made_by=office.system)  # fmt: skip
    cora = as_("cora")
    answer = cora.post("/office/", {"do": "remind", "chosen": [returned.reference, held.reference]})
    text = answer.content.decode()
    assert "a reminder to Alice Example" in text
    assert "on hold" in text
    assert [each.case for each in models.Message.objects.filter(kind="reminder")] == [returned]
    assert cora.post("/office/", {"do": "remind"}).status_code == 409
    assert cora.post("/office/", {"do": "approve"}).status_code == 404


def test_only_who_may_remind_chooses(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.RETURNED)
    assert 'name="chosen"' not in page(as_("paula"))
    answer = as_("paula").post("/office/", {"do": "remind", "chosen": case.reference})
    assert "This step is taken only by" in answer.content.decode()
    assert not models.Message.objects.exists()


def test_an_absence_names_who_stands_in_and_the_queue_shows_it(
    office: rows.Office, as_: As
) -> None:
    models.RoleGrant.objects.create(
        person=office.people["stan"], programme=office.programme, role=Role.COORDINATOR.value,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    case = clocked(office, days=1)
    models.Assignment.objects.create(
        case=case, person=office.people["cora"], role="coordinator", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    cora = as_("cora")
    days = {"from_on": rows.TODAY.isoformat(), "until_on": rows.TODAY.isoformat()}
    assert "Stan Example" in page(cora, "/office/away/")
    wrong = cora.post("/office/away/", {"do": "away", **days, "substitute": "nobody"})
    assert "There is 1 thing to fix" in wrong.content.decode()
    swapped = {"from_on": "2026-12-09", "until_on": "2026-12-01"}
    stan = office.people["stan"].public_id
    assert cora.post(
        "/office/away/", {"do": "away", **swapped, "substitute": stan}
    ).status_code == 409  # fmt: skip
    assert cora.post("/office/away/", {"do": "away", **days, "substitute": stan}).status_code == 302
    assert "Stan Example stands in" in page(as_("audra"))
    assert "1 request is waiting for you" in page(as_("stan"))
    assert "Cora Example" in page(as_("stan"), "/office/away/")
    assert "nobody can stand in" in page(as_("audra"), "/office/away/")


@pytest.mark.parametrize("address", ["/office/", "/office/away/"])
def test_who_holds_no_office_and_who_is_signed_out_see_nothing(
    office: rows.Office, as_: As, address: str
) -> None:
    assert as_("alice").get(address).status_code == 404
    assert Client().get(address).status_code == 401


def test_one_row_and_many_cost_the_same_number_of_queries(office: rows.Office, as_: As) -> None:
    def another() -> None:
        case = office.case(Stage.AGREEMENT)
        office.agrees(case, "applicant")
        office.asks(case, "Which?")
        models.Assignment.objects.create(
            case=case, person=office.people["dana"], role="data_engineer", made_at=rows.NOW,
            made_by=office.system,
        )  # fmt: skip

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_("cora"))
        return len(seen)

    another()
    page(as_("cora"))
    one = cost()
    for _ in range(24):
        another()
    assert cost() == one


def decided(office: rows.Office, *, days: int, number: int, ago: int = 0) -> None:
    """Requests on the full track that were decided after so many days, some days ago."""
    at = rows.NOW - timedelta(days=ago)
    for _ in range(number):
        case = office.case(Stage.AGREEMENT, submitted_on=at.date() - timedelta(days=days))
        models.Determination.objects.create(
            case=case, round=1, outcome="approved", reason="Sound.", made_at=at,
            made_by=office.acting("olga", Role.DETERMINING_OFFICER),
        )  # fmt: skip


def test_the_time_to_a_decision_is_drawn_by_quarter_against_the_target(
    office: rows.Office, as_: As
) -> None:
    assert "No request on the full track was decided" in page(as_("cora"))
    decided(office, days=14, number=5)
    decided(office, days=70, number=1)
    decided(office, days=21, number=4, ago=100)
    text = page(as_("cora"))
    assert "Target is 62." in text
    bars = text[text.index('id="pace"') : text.index('id="views"')]
    assert bars.count("<tr><th") == 1 + 4
    assert bars.count("fewer than 5") == 3, "the other quarters, however few were decided in them"
    day = rows.TODAY
    assert f"Q{(day.month + 2) // 3} {day.year}" in bars
    assert re.search(r"\d+\s+days</span>", bars), "a figure without its unit"


def test_a_quarter_s_figure_is_the_middle_request_in_business_days(
    office: rows.Office,
) -> None:
    decided(office, days=14, number=5)
    decided(office, days=70, number=1)
    found = pace.find_pace(office.people["cora"], now=rows.NOW)
    assert found is not None
    *_, newest = found.quarters.values()
    assert newest.number == 6
    assert newest.median is not None
    assert 8 <= newest.median <= 10, "ten business days, and less where a holiday falls in them"
    assert pace.find_pace(office.people["stan"], now=rows.NOW) is None
