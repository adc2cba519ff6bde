"""Before it is sent: who will read what. Afterwards: the same once more, as a new request."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

Browser = Callable[[str], Client]
TITLE = "Sleep and dose"


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """A draft with a title, which is published, a lead whose address is not, and a plan."""
    may_begin(office)
    case = office.case(Stage.DRAFT)
    lead = {"name": "Alice Example", "email": "alice@example.org", "institution": "Lakeside"}
    for name, answers in (
        ("project", {"title": TITLE, "analysis_plan": "A secret plan."}),
        ("applicant", {"applicant": lead}),
    ):
        by = office.acting("alice", Role.APPLICANT)
        models.Section.objects.create(
            case=case, name=name, answers=answers, version=1, saved_at=rows.NOW, saved_by=by
        )
    return case


def may_begin(office: rows.Office) -> None:
    """Alice has proved her address; numbers go on behind those that these tests write."""
    office.verify_address("alice")
    models.Programme.objects.update(next_case_number=50)


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def test_the_check_page_shows_what_the_public_would_read_and_no_more(
    case: models.Case, as_: Browser
) -> None:
    page = text(as_("alice").get(f"/requests/{case.reference}/check/"))
    readers = page.split('id="readers"')[1].split('id="send"')[0]
    assert f"Title: {TITLE}" in readers
    assert "Alice Example, Lakeside" in readers
    assert "alice@example.org" not in readers
    assert "secret plan" not in readers
    assert "A secret plan." in page


def test_what_the_page_says_of_other_readers_is_so(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.AGREEMENT)
    office.joins(case, "tess")
    office.agrees(case, "applicant")
    for name in ("tess", "sam", "stan"):
        for page in ("check/", "form/", "form/project/"):
            assert as_(name).get(f"/requests/{case.reference}/{page}").status_code == 404
    assert as_("tess").get(f"/requests/{case.reference}/").status_code == 200


def test_a_copy_is_a_new_draft_with_the_same_answers(case: models.Case, as_: Browser) -> None:
    alice, where = as_("alice"), f"/requests/{case.reference}/copy/"
    assert where in text(alice.get(f"/requests/{case.reference}/"))
    assert "A new draft begins" in text(alice.get(where))
    assert models.Case.objects.count() == 1
    answer = alice.post(where)
    made = models.Case.objects.exclude(pk=case.pk).get()
    assert answer["Location"] == f"/requests/{made.reference}/form/"
    assert (made.stage, made.title) == (Stage.DRAFT, TITLE)
    assert TITLE in text(alice.get(f"/requests/{made.reference}/form/project/"))


@pytest.mark.parametrize("stage", [Stage.DENIED, Stage.CLOSED, Stage.IN_REVIEW])
def test_a_request_is_copied_at_any_stage(office: rows.Office, as_: Browser, stage: Stage) -> None:
    may_begin(office)
    case = office.case(stage)
    assert as_("alice").post(f"/requests/{case.reference}/copy/").status_code == 302
    case.refresh_from_db()
    assert case.stage == stage


def test_only_the_applicant_copies(office: rows.Office, case: models.Case, as_: Browser) -> None:
    office.joins(case, "edie", may_edit=True)
    where = f"/requests/{case.reference}/copy/"
    assert [as_(name).post(where).status_code for name in ("edie", "stan", "cora")] == [404] * 3
    assert Client().post(where).status_code == 401
    assert models.Case.objects.count() == 1
