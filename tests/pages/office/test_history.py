"""The history: every entry in words, newest first; what the committee may not know; the CSV."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import case as course
from muniment.pages.wording import events, internal
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]


def page(client: Client, case: models.Case) -> str:
    answer = client.get(f"/office/{case.reference}/history/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_entry_is_said_newest_first_with_who_took_the_step(
    office: rows.Office, as_: As
) -> None:
    case = office.case(Stage.POLICY)
    office.happened(case, "submit", "certify_complete")
    cora = office.acting("cora", Role.COORDINATOR)
    case.refresh_from_db()
    course.write_note(case, "Call them.", actor=cora, now=rows.NOW)
    text = page(as_("audra"), case)
    assert text.index("Note written") < text.index("Found complete") < text.index("Submitted<")
    assert "Cora Example" in text
    assert "The system" in text
    assert "Call them." not in text


def test_who_sits_on_the_committee_learns_nothing_of_what_members_did(
    office: rows.Office, as_: As
) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.happened(case, "put_on_agenda", "declare_conflict", "score", "vote")
    assert "A vote cast" in page(as_("cora"), case)
    models.RoleGrant.objects.create(
        person=office.people["max"], programme=office.programme, role=Role.COORDINATOR.value,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    text = page(as_("max"), case)
    assert "Put on the committee" in text
    for hidden in ("A vote cast", "A review handed in", "declared a conflict"):
        assert hidden not in text


def test_a_member_s_step_is_the_committee_s(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.IN_REVIEW)
    from muniment.actions import ledger

    ledger.append(case, tag="review.vote", actor=office.acting("max", Role.MEMBER), now=rows.NOW)
    case.save()
    text = page(as_("audra"), case)
    assert "The committee" in text
    assert "Max Example" not in text


def test_an_auditor_takes_it_away_as_a_table_and_nobody_else(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.POLICY)
    office.happened(case, "submit", "certify_complete")
    answer = as_("audra").get(f"/office/{case.reference}/history.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert [line[0] for line in lines] == ["Number", "2", "1"]
    assert lines[1][3:5] == ["Found complete", "screening.certify_complete"]
    stored = models.Entry.objects.get(subject_kind="case", subject_id=case.pk, number=2)
    assert lines[1][-1] == stored.sha256
    assert as_("cora").get(f"/office/{case.reference}/history.csv").status_code == 404
    assert as_("alice").get(f"/office/{case.reference}/history.csv").status_code == 404
    assert Client().get(f"/office/{case.reference}/history.csv").status_code == 401


def test_no_cell_is_taken_for_a_formula(office: rows.Office, as_: As) -> None:
    office.people["cora"].name = "=1+1"
    office.people["cora"].save()
    case = office.case(Stage.POLICY)
    cora = office.acting("cora", Role.COORDINATOR)
    course.write_note(case, "Call them.", actor=cora, now=rows.NOW)
    text = as_("audra").get(f"/office/{case.reference}/history.csv").content.decode()
    assert "'=1+1" in text
    assert ",=1+1" not in text


TAGS = {f"{step.room}.{name}": step.says for name, step in reading.STEPS.items()}


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_step_is_said_in_words(tag: str) -> None:
    words = {**internal.SAID, **events.SAID}
    assert internal.said_of(tag) == (str(words[tag]) if tag in words else TAGS[tag])


def test_the_words_are_one_sentence_each_and_of_a_step() -> None:
    words = {**events.SAID, **internal.SAID}
    assert set(words) - set(TAGS) == set()
    assert {tag for tag, said in words.items() if "." in str(said)} == set()


def test_a_tag_that_no_step_has_stands_as_it_is() -> None:
    assert internal.said_of("programme.found") == "programme.found"


def test_one_entry_and_many_cost_the_same_number_of_queries(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.POLICY)
    office.happened(case, "submit")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_("audra"), case)
        return len(seen)

    page(as_("audra"), case)
    one = cost()
    office.happened(case, "certify_complete", "pass_availability", "run_policy_rules")
    assert cost() == one
