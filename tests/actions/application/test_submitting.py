"""Submitting: everything fixed by one hash, the strictest track, and the next round."""

from typing import Any

import pytest

from muniment import models
from muniment.actions import application, screening
from muniment.queries import asked
from muniment.rulebook.words import Stage
from tests.world_front import (
    START,
    Front,
    complete_answers,
    last_entry,
    letters_to,
    refusal_codes,
    specification,
)  # fmt: skip


def test_a_submission_freezes_answers_specification_and_track(front: Front) -> None:
    case = front.complete_draft()
    row = application.submit(case, actor=front.alice, now=START)
    found = front.fresh(case)
    assert (found.stage, found.track, found.submitted_on) == (
        Stage.SUBMITTED, "full", START.date(),
    )  # fmt: skip
    assert (row.round, row.number, row.answers) == (1, 1, complete_answers())
    assert row.answers_sha256 == asked.answers_sha256(case)
    assert row.specification == asked.find_specification(case)
    assert {"prohibited_uses", "true_and_complete", "policy_read"} <= set(row.declarations)
    entry = last_entry(case)
    assert (entry.tag, entry.stage_from, entry.stage_to) == (
        "application.submit", "draft", "submitted",
    )  # fmt: skip
    assert letters_to(front.people["alice"]) == ["received"]
    assert found.due_on is not None


def test_an_empty_draft_says_everything_that_is_missing(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["form-incomplete", "specification-unconfirmed"]
    assert front.fresh(case).stage == Stage.DRAFT


def test_a_held_file_may_be_sent_but_the_request_is_not_complete_with_it(front: Front) -> None:
    """Scanning is the office's affair: who applies need not wait for it."""
    case = front.complete_draft()
    models.StoredFile.objects.update(verdict=models.StoredFile.Verdict.HELD)
    application.submit(case, actor=front.alice, now=START)
    codes = refusal_codes(
        lambda: screening.certify_complete(
            front.fresh(case), actor=front.acting("cora"), now=START, findings=[]
        )
    )
    assert codes == ["attachments-not-clean"]


def test_an_infected_file_keeps_a_request_back(front: Front) -> None:
    case = front.complete_draft()
    models.StoredFile.objects.update(verdict=models.StoredFile.Verdict.INFECTED)
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["attachments-missing"]


def test_a_file_that_an_answer_names_must_be_attached(front: Front) -> None:
    case = front.complete_draft()
    case.attachments.filter(name="cv.pdf").delete()
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["attachments-missing"]


def test_a_changed_specification_has_to_be_confirmed_again(front: Front) -> None:
    case = front.complete_draft()
    other = specification()
    other["parts"][0]["cohort"] = None
    application.put_specification(case, other, version=1, actor=front.alice, now=START)
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["specification-unconfirmed"]


def test_only_the_applicant_submits(front: Front) -> None:
    case = front.complete_draft()
    codes = refusal_codes(lambda: application.submit(case, actor=front.acting("cora"), now=START))
    assert codes == ["not-your-step"]


def test_a_collaboration_asks_for_no_data_and_goes_to_the_committee(front: Front) -> None:
    case = front.draft(kind=models.Case.Kind.COLLABORATION)
    for name in ("protocol.pdf", "cv.pdf", "ethics.pdf"):
        front.attach(case, name)
    for section, answers in collaboration().items():
        version = 1 if section == "request" else 0
        application.save_section(
            case, section, answers, version=version, actor=front.alice, now=START
        )
    row = application.submit(case, actor=front.alice, now=START)
    assert (row.specification, front.fresh(case).track) == (None, "full")


def collaboration() -> dict[str, dict[str, Any]]:
    answers = complete_answers()
    for section in ("data", "security"):
        del answers[section]
    answers["request"] = {
        "request_kind": "collaboration", "themes": ["practice"], "collaboration_idea": "A study.",
    }  # fmt: skip
    for section, field in (
        ("institution", "signing_official"), ("funding", "billing_contact"),
        ("team", "statistician"), ("team", "statistician_training"), ("team", "training_done"),
        ("outputs", "agrees_suppression"), ("outputs", "agrees_no_ranking"),
    ):  # fmt: skip
        del answers[section][field]
    return answers


def returned(front: Front) -> models.Case:
    case = front.submitted()
    screening.return_incomplete(
        case, [("project", "Say which drugs.")], actor=front.acting("cora"), now=START
    )
    return case


def test_a_returned_request_is_submitted_again_with_its_points_answered(front: Front) -> None:
    case = returned(front)

    def again() -> models.Submission:
        return application.submit_again(case, actor=front.alice, now=START)

    assert refusal_codes(again) == ["points-unanswered"]
    application.answer_point(case.points.get(), "Added.", actor=front.alice, now=START)
    row = again()
    assert (row.number, row.round, front.fresh(case).stage) == (2, 1, Stage.SUBMITTED)
    assert last_entry(case).tag == "application.submit_again"


def test_a_track_that_the_office_made_stricter_stays_strict(front: Front) -> None:
    case = returned(front)
    application.answer_point(case.points.get(), "Added.", actor=front.alice, now=START)
    case.parts.update(track="expedited")
    version = case.sections.get(name="applicant").version
    answers = {**complete_answers()["applicant"], "applicant_class": "staff"}
    application.save_section(
        case, "applicant", answers, version=version, actor=front.alice, now=START
    )
    application.submit_again(case, actor=front.alice, now=START)
    assert (case.parts.get().track, front.fresh(case).track) == ("internal", "full")


def revising(front: Front) -> models.Case:
    """A request that the committee's officer asked to revise; its stage is set by hand here."""
    case = front.in_review()
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.REVISING)
    return front.fresh(case)


def change_answers(front: Front, case: models.Case) -> None:
    row = case.sections.get(name="project")
    application.save_section(
        case, "project", {**row.answers, "aims": "Other aims."}, version=row.version,
        actor=front.alice, now=START,
    )  # fmt: skip


def change_data(front: Front, case: models.Case) -> None:
    other = specification()
    other["parts"][0]["cohort"] = None
    row = application.put_specification(case, other, version=1, actor=front.alice, now=START)
    application.confirm_specification(case, sha256=row.sha256, actor=front.alice, now=START)


def nothing(front: Front, case: models.Case) -> None:
    """The applicant answered the committee in words alone."""


@pytest.mark.parametrize(
    ("change", "step", "stage", "refused"),
    [
        (nothing, "resubmit_for_review", Stage.IN_REVIEW, "policy-stands"),
        (change_answers, "resubmit_for_policy", Stage.POLICY, "availability-stands"),
        (change_data, "resubmit_for_availability", Stage.AVAILABILITY, "availability-not-passed"),
    ],
)
def test_a_revised_request_goes_to_the_first_gate_its_changes_touch(
    front: Front, change: Any, step: str, stage: Stage, refused: str
) -> None:
    case = revising(front)
    change(front, case)
    others = {"resubmit_for_availability", "resubmit_for_policy", "resubmit_for_review"} - {step}
    codes = [
        refusal_codes(lambda n=name: getattr(application, n)(case, actor=front.alice, now=START))
        for name in sorted(others)
    ]
    row = getattr(application, step)(case, actor=front.alice, now=START)
    found = front.fresh(case)
    assert (found.stage, found.round, row.round) == (stage, 2, 2)
    assert all(codes)
    assert refused in {code for each in codes for code in each}
    assert last_entry(case).tag == f"application.{step}"


def test_a_revised_request_on_a_staff_track_goes_back_to_the_office(front: Front) -> None:
    case = revising(front)
    by_committee = refusal_codes(
        lambda: application.resubmit_for_determination(case, actor=front.alice, now=START)
    )
    models.Case.objects.filter(pk=case.pk).update(track="expedited")
    case = front.fresh(case)
    application.resubmit_for_determination(case, actor=front.alice, now=START)
    assert by_committee == ["wrong-track"]
    assert (front.fresh(case).stage, case.round) == (Stage.DETERMINATION, 2)
    assert last_entry(case).tag == "application.resubmit_for_determination"
