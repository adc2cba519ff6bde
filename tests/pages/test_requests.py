"""My requests, and one request, through a browser: works, wrong person, not signed in."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages import rows

Browser = Callable[[str], Client]


def address(case: models.Case) -> str:
    return f"/requests/{case.reference}/"


def test_my_requests_name_the_stage_the_turn_and_the_day(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.SUBMITTED, title="Age and dose")
    text = as_("alice").get("/requests/").content.decode()
    assert address(case) in text
    assert "Completeness" in text
    assert "The office" in text
    assert (
        '<span class="mu-tag mu-tag-warn">You</span>'
        in as_("cora").get("/requests/").content.decode()
    )


def test_my_requests_begin_with_mine_to_act_on_and_end_with_the_ended(
    office: rows.Office, as_: Browser
) -> None:
    stages = (Stage.DENIED, Stage.SUBMITTED, Stage.DRAFT, Stage.CLOSED)
    ended, theirs, mine, closed = (office.case(stage) for stage in stages)
    text = as_("alice").get("/requests/").content.decode()
    places = [text.index(address(case)) for case in (mine, theirs, ended, closed)]
    assert places[:2] == sorted(places)[:2]
    assert max(places[:2]) < min(places[2:])


def test_whoever_has_no_request_is_told_how_one_appears(office: rows.Office, as_: Browser) -> None:
    office.case()
    text = as_("stan").get("/requests/").content.decode()
    assert "No request is open to you yet" in text
    assert "CENTRA-2026" not in text


def test_a_request_shows_turn_stages_timeline_and_specification(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.happened(case, "submit", "pass_policy", "vote")
    text = as_("alice").get(address(case)).content.decode()
    assert "With the committee" in text
    assert "Review of the request" in text
    assert "Fits the sharing policy" in text
    assert "AGE is at least 65" in text
    assert "To report results for women and men." in text
    assert "vote" not in text.lower()


def test_a_question_stands_where_the_eye_falls_first(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.POLICY)
    office.asks(case, "Why exact age?")
    text = as_("alice").get(address(case)).content.decode()
    assert "Your turn: answer a question" in text
    assert text.index("Why exact age?") < text.index("What is asked for")


def test_a_team_member_does_not_read_the_questions(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.POLICY)
    office.joins(case, "tess")
    office.asks(case, "Why exact age?")
    text = as_("tess").get(address(case)).content.decode()
    assert "Why exact age?" not in text
    assert "The clock is paused" in text


def test_the_committee_is_led_to_its_own_pages(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW, title="Age and dose")
    office.declares(case, "mia", conflicted=False)
    for name in ("max", "mia"):
        assert as_(name).get(address(case))["Location"] == f"/reviews/{case.reference}/"
        assert "Age and dose" not in as_(name).get("/requests/").content.decode()


@pytest.mark.parametrize("name", ["stan", "sam", "fay"])
def test_for_whoever_may_not_see_it_a_request_does_not_exist(
    office: rows.Office, as_: Browser, name: str
) -> None:
    case = office.case(Stage.IN_REVIEW)
    there, nowhere = as_(name).get(address(case)), as_(name).get("/requests/CENTRA-2026-9999/")
    assert there.status_code == nowhere.status_code == 404
    assert masked(there) == masked(nowhere)


def test_a_recused_member_gets_what_a_stranger_gets(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.declares(case, "max", conflicted=True)
    recused, stranger = as_("max").get(address(case)), as_("stan").get(address(case))
    assert recused.status_code == stranger.status_code == 404
    assert "Age" not in recused.content.decode()
    assert "CENTRA-2026" not in as_("max").get("/requests/").content.decode()


def test_signed_out_nobody_learns_which_requests_exist(office: rows.Office) -> None:
    case = office.case()
    there, nowhere = Client().get(address(case)), Client().get("/requests/CENTRA-2026-9999/")
    assert there.status_code == nowhere.status_code == 401
    said = masked(there).replace(case.reference, "CENTRA-2026-9999")
    assert said == masked(nowhere)


def test_who_has_no_account_yet_is_led_to_one_and_back(office: rows.Office) -> None:
    address = "/data/sdtm-pilot/request/"
    page = Client().get(address).content.decode()
    assert "Sign in to ask for data" in page
    assert f'href="/accounts/sign-up/?next={address}"' in page


def test_a_decision_s_letter_and_an_open_condition_are_shown(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
        letter="Dear <b>Alice</b>", made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    models.Condition.objects.create(
        determination=decided, when="before_release", text="Ethics approval.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    text = as_("alice").get(address(case)).content.decode()
    assert "The request is approved with conditions." in text
    assert "Dear &lt;b&gt;Alice&lt;/b&gt;" in text
    assert "Ethics approval." in text


@pytest.mark.parametrize("stage", list(Stage))
def test_the_page_works_at_every_stage(office: rows.Office, as_: Browser, stage: Stage) -> None:
    case = office.case(stage)
    office.agrees(case)
    office.happened(case, "submit")
    assert as_("alice").get(address(case)).status_code == 200
    assert as_("cora").get(address(case)).status_code == (404 if stage is Stage.DRAFT else 200)


@pytest.mark.parametrize("name", ["alice", "cora"])
def test_one_request_and_three_ask_the_database_the_same(
    office: rows.Office, as_: Browser, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = as_(name)
    busy(office)
    browser.get("/requests/")
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        browser.get("/requests/")
    busy(office)
    busy(office)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        browser.get("/requests/")


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(
    office: rows.Office, as_: Browser
) -> None:
    assert as_("alice").get("/requests/")["Cache-Control"] == "private, no-store"


def busy(office: rows.Office) -> None:
    """A request with everything that a turn looks at."""
    case = office.case(Stage.AGREEMENT)
    office.agrees(case, "applicant")
    office.bills(case, paid_minor=10)
    office.asks(case, "Which journal?", answer="The society's.")


def masked(answer: object) -> str:
    """A page without what differs from one answer to the next."""
    import re

    text = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


QUERIES_OF_THE_LIST = 16


@pytest.mark.parametrize("tab", ["messages", "files", "agreement", "downloads"])
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.IN_REVIEW, Stage.ACTIVE, Stage.DENIED])
def test_every_tab_is_there_at_every_stage(
    office: rows.Office, as_: Browser, stage: Stage, tab: str
) -> None:
    case = office.case(stage)
    answer = as_("alice").get(address(case) + f"?tab={tab}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count('class="btn btn-primary') <= 1
    assert 'aria-current="page"' in text


def test_a_tab_that_is_none_is_the_overview(office: rows.Office, as_: Browser) -> None:
    case = office.case()
    assert "What is asked for" in as_("alice").get(address(case) + "?tab=../x").content.decode()


def test_a_question_is_answered_in_place(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.POLICY)
    question = office.asks(case, "Why the month of death?")
    alice = as_("alice")
    assert "Send this answer" in alice.get(address(case)).content.decode()
    where = f"{address(case)}questions/{question.pk}/"
    assert alice.post(where, {"text": "To tell two seasons apart."}).status_code == 302
    question.refresh_from_db()
    assert question.answer == "To tell two seasons apart."
    assert question.answered_by.person == office.people["alice"]
    again = alice.post(where, {"text": "Once more."})
    assert again.status_code == 409
    assert "Not possible yet" in again.content.decode()


def test_an_empty_answer_is_refused_and_what_was_typed_stays(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.POLICY)
    question = office.asks(case, "Why?")
    answer = as_("alice").post(f"{address(case)}questions/{question.pk}/", {"text": "   "})
    assert answer.status_code == 409
    assert "Write the answer." in answer.content.decode()
    question.refresh_from_db()
    assert question.answered_at is None


def test_only_the_applicant_s_side_answers(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW)
    question = office.asks(case, "Why?")
    browser = as_("cora")
    assert "Send this answer" not in browser.get(address(case)).content.decode()
    answer = browser.post(f"{address(case)}questions/{question.pk}/", {"text": "Because."})
    assert answer.status_code == 409
    question.refresh_from_db()
    assert question.answered_at is None


def test_strangers_and_the_undeclared_write_nothing(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW)
    question = office.asks(case, "Why?")
    office.declares(case, "mia", conflicted=False)
    for name in ("stan", "max", "mia"):
        for where in (f"questions/{question.pk}/", "messages/"):
            assert as_(name).post(address(case) + where, {"text": "Hello."}).status_code == 404
    assert Client().post(f"{address(case)}messages/", {"text": "Hello."}).status_code == 401
    assert models.Question.objects.count() == 1


def test_a_question_of_another_request_is_not_found(office: rows.Office, as_: Browser) -> None:
    case, other = office.case(Stage.POLICY), office.case(Stage.POLICY)
    question = office.asks(other, "Why?")
    answer = as_("alice").post(f"{address(case)}questions/{question.pk}/", {"text": "Because."})
    assert answer.status_code == 404


def test_a_message_to_the_office_stands_in_the_thread(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.POLICY)
    alice = as_("alice")
    assert alice.post(f"{address(case)}messages/", {"text": "When do you meet?"}).status_code == 302
    assert "When do you meet?" in as_("cora").get(f"{address(case)}?tab=messages").content.decode()
    refused = alice.post(f"{address(case)}messages/", {"text": " "})
    assert refused.status_code == 409
    assert "Write the question." in refused.content.decode()


def test_agreement_estimate_and_signatures_are_for_the_parties_and_the_office(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case, "applicant")
    office.bills(case)
    office.declares(case, "max", conflicted=False)
    where = f"{address(case)}?tab=agreement"
    for name in ("alice", "cora"):
        text = as_(name).get(where).content.decode()
        assert "Alice Example, Applicant" in text
        assert "USD 1,200.00" in text
    assert as_("max").get(where)["Location"] == f"/reviews/{case.reference}/"
