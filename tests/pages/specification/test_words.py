"""In the applicant's own words, drafted by the office; and a smaller scope that it proposes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.dataplane.spec import specification
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.specification.conftest import Desk

Browser = Callable[[str], Client]


def text(answer: Any) -> str:
    return answer.content.decode()


def test_words_reach_the_office_which_drafts_and_the_applicant_confirms(
    empty: Desk, as_: Browser
) -> None:
    alice, stella = as_("alice"), as_("stella")
    assert stella.get(empty.address("draft")).status_code == 404
    alice.post(empty.address("words"), {"text": "Everyone older than 65, with sex."})
    alice.post(empty.address("words"), {"text": "Everyone of at least 65, with sex."})
    [enquiry] = models.Enquiry.objects.all()
    assert (enquiry.case, enquiry.text) == (empty.case, "Everyone of at least 65, with sex.")
    for name in ("stella", "cora"):
        assert empty.address("draft") in text(as_(name).get(f"/office/enquiries/{enquiry.pk}/"))
    assert empty.address("draft") not in text(as_("paula").get(f"/office/enquiries/{enquiry.pk}/"))
    page = text(stella.get(empty.address("draft")))
    assert "Everyone of at least 65" in page
    answer = stella.post(empty.address("draft"), {"document": json.dumps(rows.SPECIFICATION)})
    assert "It waits for the applicant" in text(answer)
    page = text(alice.get(empty.address()))
    assert "This is what I ask for" in page
    row = empty.case.specifications.get()
    alice.post(empty.address("confirm"), {"sha256": row.sha256})
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert "Confirmed by the applicant" in text(stella.get(empty.address("draft")))


def test_nothing_written_is_nothing_sent(desk: Desk, as_: Browser) -> None:
    page = text(as_("alice").post(desk.address("words"), {"text": "  "}))
    assert "Describe the data in a few sentences." in page
    assert not models.Enquiry.objects.exists()


def test_a_draft_with_faults_is_refused_with_all_of_them(desk: Desk, as_: Browser) -> None:
    as_("alice").post(desk.address("words"), {"text": "Older adults."})
    wrong = {**rows.SPECIFICATION, "parts": [{**rows.SPECIFICATION["parts"][0], "level": "x"}]}
    page = text(as_("cora").post(desk.address("draft"), {"document": json.dumps(wrong)}))
    assert "/parts/0/level" in page
    assert desk.case.specifications.count() == 1


@pytest.mark.parametrize("name", ["alice", "stan", "max", "fay"])
def test_only_those_who_draft_get_to_the_desk_of_drafts(
    desk: Desk, as_: Browser, name: str
) -> None:
    as_("alice").post(desk.address("words"), {"text": "Older adults."})
    assert as_(name).get(desk.address("draft")).status_code == 404


def send(case: models.Case) -> None:
    case.stage, case.submitted_on = Stage.SUBMITTED.value, rows.TODAY
    case.save()


def test_after_the_submission_the_door_is_closed(desk: Desk, as_: Browser) -> None:
    as_("alice").post(desk.address("words"), {"text": "Older adults."})
    send(desk.case)
    before = desk.case.specifications.count()
    sent = {"document": json.dumps(rows.SPECIFICATION)}
    for answer in (as_("cora").get(desk.address("draft")),
                   as_("cora").post(desk.address("draft"), sent)):  # fmt: skip
        assert text(answer).count("This step is open only at") == 1
        assert "Older adults." not in text(answer)
    assert desk.case.specifications.count() == before
    for name in ("alice", "stan", "max", "fay"):
        assert as_(name).get(desk.address("draft")).status_code == 404


def test_who_is_recused_from_the_request_finds_no_desk_of_drafts(desk: Desk, as_: Browser) -> None:
    as_("alice").post(desk.address("words"), {"text": "Older adults."})
    send(desk.case)
    assert as_("cora").get(desk.address("draft")).status_code == 200
    desk.office.declares(desk.case, "cora", conflicted=True)
    assert as_("cora").get(desk.address("draft")).status_code == 404
    models.Case.objects.update(stage=Stage.RETURNED.value)
    assert as_("cora").get(desk.address("draft")).status_code == 404
    assert as_("stella").get(desk.address("draft")).status_code == 200


def test_the_question_leads_to_the_desk_of_drafts_while_one_may_draft(
    desk: Desk, as_: Browser
) -> None:
    as_("alice").post(desk.address("words"), {"text": "Older adults."})
    question = reverse("office_enquiry", args=[models.Enquiry.objects.get().pk])
    assert desk.address("draft") in text(as_("cora").get(question))
    send(desk.case)
    assert desk.address("draft") not in text(as_("cora").get(question))


@pytest.fixture
def proposed(desk: Desk) -> models.Specification:
    desk.case.stage = Stage.AVAILABILITY.value
    desk.case.save()
    document = desk.newest()
    document["parts"][0]["cohort"] = {
        "all": [{"variable": "AGE", "is": "at_least", "value": 65},
                {"variable": "SEX", "is": "equals", "value": "F"}]
    }  # fmt: skip
    document["parts"][0]["tables"][0]["variables"].pop()
    smaller = specification.parse(document)
    return models.Specification.objects.create(
        case=desk.case, version=2, document=smaller.canonical().decode(),
        sha256=smaller.hash.removeprefix("sha256:"), reason="Women only are held.",
        proposed_at=rows.NOW, proposed_by=desk.office.acting("stella", Role.STATISTICIAN),
        made_at=rows.NOW, made_by=desk.office.system,
    )  # fmt: skip


def test_a_smaller_scope_is_shown_change_by_change(
    desk: Desk, as_: Browser, proposed: models.Specification
) -> None:
    assert "proposes a smaller scope" in text(as_("alice").get(desk.address()))
    page = text(as_("alice").get(desk.address("proposal")))
    assert "Women only are held." in page
    assert "SEX of subjects is taken out" in page
    assert "which is fewer than before or the same" in page
    assert page.count("btn-primary") == 1


def test_the_page_of_the_request_leads_to_it_while_it_waits(
    desk: Desk, as_: Browser, proposed: models.Specification
) -> None:
    def page(name: str) -> str:
        return text(as_(name).get(f"/requests/{desk.case.reference}/"))

    assert page("alice").count(desk.address("proposal")) == 1
    assert page("alice").count("btn-primary") == 1
    assert desk.address("proposal") not in page("cora")
    as_("alice").post(desk.address("proposal"), {"answer": "refuse"})
    assert desk.address("proposal") not in page("alice")


def test_it_is_accepted(desk: Desk, as_: Browser, proposed: models.Specification) -> None:
    answer = as_("alice").post(desk.address("proposal"), {"answer": "accept"})
    assert answer.status_code == 302
    proposed.refresh_from_db()
    assert proposed.confirmed_at is not None
    page = text(as_("alice").get(desk.address("proposal")))
    assert page.count("<li>No reduced scope") == 1
    assert "Accept the smaller scope" not in page


def test_at_another_stage_the_page_says_when_a_scope_is_proposed(desk: Desk, as_: Browser) -> None:
    for sent in ({}, {"answer": "accept"}):
        page = text(as_("alice").post(desk.address("proposal"), sent))
        assert page.count("This step is open only at") == 1
    assert as_("stan").get(desk.address("proposal")).status_code == 404


def test_it_is_refused(desk: Desk, as_: Browser, proposed: models.Specification) -> None:
    as_("alice").post(desk.address("proposal"), {"answer": "refuse"})
    proposed.refresh_from_db()
    assert proposed.refused_at is not None
    assert proposed.confirmed_at is None


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "perhaps"}])
def test_an_answer_that_is_none_neither_accepts_nor_refuses(
    desk: Desk, as_: Browser, proposed: models.Specification, sent: dict[str, str]
) -> None:
    page = text(as_("alice").post(desk.address("proposal"), sent))
    assert "Accept the smaller scope" in page
    proposed.refresh_from_db()
    assert (proposed.refused_at, proposed.confirmed_at) == (None, None)


def test_a_co_applicant_reads_it_and_does_not_answer(
    desk: Desk, as_: Browser, proposed: models.Specification
) -> None:
    desk.office.joins(desk.case, "edie", may_edit=True)
    assert "Accept the smaller scope" not in text(as_("edie").get(desk.address("proposal")))
    as_("edie").post(desk.address("proposal"), {"answer": "accept"})
    proposed.refresh_from_db()
    assert proposed.confirmed_at is None
