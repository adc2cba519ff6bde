"""Questions and messages in the office: asked, answered in place, given time, taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import questions
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]


def page(client: Client, case: models.Case) -> str:
    answer = client.get(f"/office/{case.reference}/messages/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count('class="btn btn-primary') <= 1
    return text


def post(client: Client, case: models.Case, do: str, **typed: object) -> int:
    form = typed.pop("form", do)
    return client.post(
        f"/office/{case.reference}/messages/", {"do": do, "form": form, **typed}
    ).status_code


def test_a_blocking_question_names_its_field_and_stops_the_clock(
    office: rows.Office, as_: As
) -> None:
    case, cora = office.case(Stage.POLICY), as_("cora")
    due = (rows.TODAY + timedelta(days=5)).isoformat()
    assert "subjects.AGE" in page(cora, case)
    asked = {"text": "Which stages?", "about": "title", "due_on": due, "blocking": "on"}
    assert post(cora, case, "ask", **{**asked, "about": "no_field"}) == 200
    assert post(cora, case, "ask", **{**asked, "text": ""}) == 200
    assert post(cora, case, "ask", **asked) == 302
    row = case.questions.get()
    assert (row.text, row.about, row.blocking) == ("Which stages?", "title", True)
    assert row.due_on.isoformat() == due
    assert case.segments.get(ended_at__isnull=True).paused
    text = page(cora, case)
    assert "Which stages?" in text
    assert "About Title" in text
    assert "Clock paused" in text
    assert "Which stages?" in as_("alice").get(
        f"/requests/{case.reference}/?tab=messages"
    ).content.decode()  # fmt: skip


def test_a_question_that_does_not_block_is_about_a_variable(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.POLICY)
    assert post(as_("paula"), case, "ask", text="Why age?", about="subjects.AGE") == 302
    row = case.questions.get()
    assert (row.about, row.blocking, row.made_by.role) == ("subjects.AGE", False, "policy_officer")


def test_more_time_is_given_and_only_who_asked_takes_it_back(office: rows.Office, as_: As) -> None:
    case, cora = office.case(Stage.POLICY), as_("cora")
    row = office.asks(case, "Which stages?")
    later = (rows.TODAY + timedelta(days=30)).isoformat()
    name = f"later-{row.pk}"
    assert post(cora, case, "later", form=name, due_on=later, reason="") == 200
    assert post(cora, case, "later", form="later-0", due_on=later, reason="Ill.") == 404
    assert post(cora, case, "later", form=name, due_on=later, reason="Ill.") == 302
    row.refresh_from_db()
    assert row.due_on.isoformat() == later
    assert "Take the question back" not in page(as_("paula"), case)
    assert post(as_("paula"), case, "withdraw", form=f"withdraw-{row.pk}") == 409
    assert post(cora, case, "withdraw", form=f"withdraw-{row.pk}") == 302
    assert "Which stages?" not in page(cora, case)


def test_a_message_of_the_applicant_is_answered_in_place(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.POLICY)
    actor = office.acting("alice", Role.APPLICANT)
    row = questions.ask_office(case, "What does line 2 cost?", actor=actor, now=rows.NOW)
    cora = as_("cora")
    assert "applicant’s side" in page(cora, case)
    assert post(cora, case, "answer", form=f"answer-{row.pk}", text=" ") == 200
    assert post(cora, case, "answer", form=f"answer-{row.pk}", text="Twelve dollars.") == 302
    row.refresh_from_db()
    assert row.answer == "Twelve dollars."
    assert "Twelve dollars." in page(cora, case)
    assert post(cora, case, "answer", form=f"answer-{row.pk}", text="Again.") == 409


def test_an_auditor_reads_the_thread_and_asks_nothing(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.POLICY)
    office.asks(case, "Which stages?", answer="All of them.")
    text = page(as_("audra"), case)
    assert "All of them." in text
    assert "Send the question" not in text
    assert post(as_("audra"), case, "ask", text="Why?") == 409
    assert not case.questions.filter(text="Why?").exists()


def test_a_question_a_member_suggests_leads_to_where_it_is_passed_on(
    office: rows.Office, as_: As
) -> None:
    case = office.case(Stage.IN_REVIEW)
    models.Suggestion.objects.create(
        case=case, text="Which stages?", made_at=rows.NOW,
        made_by=office.acting("max", Role.MEMBER),
    )  # fmt: skip
    text = page(as_("cora"), case)
    assert "The committee suggests 1 question" in text
    assert "Max Example" not in text
    assert "suggests" not in page(as_("cora"), office.case(Stage.IN_REVIEW))


def test_the_office_sees_when_somebody_was_reminded_and_when_it_lapses(
    office: rows.Office, as_: As
) -> None:
    case, cora = office.case(Stage.RETURNED), as_("cora")
    assert "Not yet" in page(cora, case)
    cora.post(f"/office/{case.reference}/", {"do": "remind"})
    text = page(cora, case)
    assert "Not yet" not in text
    assert "Never at this stage" not in text
    assert "Never at this stage" in page(cora, office.case(Stage.POLICY))


@pytest.mark.parametrize("name", ["dana", "fay"])
def test_who_works_on_the_release_has_no_thread(office: rows.Office, as_: As, name: str) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    assert as_(name).get(f"/office/{case.reference}/").status_code == 200
    assert as_(name).get(f"/office/{case.reference}/messages/").status_code == 404


def test_one_question_and_three_cost_the_same_number_of_queries(
    office: rows.Office, as_: As
) -> None:
    case = office.case(Stage.POLICY)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_("cora"), case)
        return len(seen)

    office.asks(case, "Which?")
    page(as_("cora"), case)
    one = cost()
    for _ in range(2):
        office.asks(case, "And?")
    assert cost() == one
