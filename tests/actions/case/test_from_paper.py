"""A request that ran on paper stands where it stood, and every gate before is somebody's word."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from muniment import models
from muniment.actions import case as course
from muniment.actions import files, screening
from muniment.actions.case import attesting, from_paper, importing
from muniment.programme import forms
from muniment.queries import asked
from muniment.rulebook import words
from muniment.rulebook.words import Stage, Track
from tests.world_front import Front, last_entry, letters_to, refusal_codes, specification, stored

ROW = importing.Earlier(
    "P-12", "Dose and age in older adults", "", "Ada Roe", "Lakeside",
    {"summary": "Whether older adults tolerate the same dose."},
    date(2026, 10, 1), None, sound=True,
)  # fmt: skip
SINCE = date(2026, 11, 2)
FULL_ROAD = {
    Stage.SUBMITTED: [],
    Stage.AVAILABILITY: ["submitted"],
    Stage.POLICY: ["submitted", "availability"],
    Stage.IN_REVIEW: ["submitted", "availability", "policy"],
    Stage.DETERMINATION: ["submitted", "availability", "policy", "in_review"],
    Stage.AGREEMENT: ["submitted", "availability", "policy", "in_review", "determination"],
}

GATES = [
    ("attest_completeness", Stage.SUBMITTED, Track.FULL),
    ("attest_availability", Stage.AVAILABILITY, Track.FULL),
    ("attest_policy", Stage.POLICY, Track.FULL),
    ("attest_policy_for_office", Stage.POLICY, Track.EXPEDITED),
    ("attest_recommendation", Stage.IN_REVIEW, Track.FULL),
    ("attest_approval", Stage.DETERMINATION, Track.FULL),
    ("attest_approval_by_office", Stage.DETERMINATION, Track.EXPEDITED),
]


def paper(front: Front, stage: Stage, **more: Any) -> from_paper.Running:
    described = stored("protocol.pdf")
    record = files.record_file(
        described["sha256"], size=described["size"], media_type="application/pdf",
        actor=front.acting("cora"), now=front.now,
    )  # fmt: skip
    documents = [(record, "form.pdf"), (record, "minutes.pdf")]
    running = from_paper.Running(
        ROW, "ada.roe@lakeside.example", stage, SINCE, documents, specification()
    )
    return replace(running, **more)


def bring_in(front: Front, running: from_paper.Running, by: str = "cora") -> models.Case:
    case = from_paper.bring_in(
        front.programme, running, source="paper", actor=front.acting(by), now=front.now
    )
    return front.fresh(case)


@pytest.mark.parametrize("stage", FULL_ROAD)
def test_it_stands_at_its_stage_with_each_earlier_gate_attested(front: Front, stage: Stage) -> None:
    case = bring_in(front, paper(front, stage, row=replace(ROW, track="full")))
    assert case.stage == stage.value
    rows = case.attestations.order_by("pk")
    assert [each.stage for each in rows] == FULL_ROAD[stage]
    assert {each.happened_on for each in rows} <= {SINCE}
    assert {each.made_by for each in rows} <= {front.acting("cora")}
    assert {each.document.name for each in rows} <= {"form.pdf"}


def test_a_document_that_nobody_can_read_is_kept_and_noted(front: Front) -> None:
    """The second of two; the note names it and says why."""
    why = words.Refusal("encrypted", "The file “{name}” is encrypted.", {"name": "minutes.pdf"})
    case = bring_in(front, paper(front, Stage.SUBMITTED, unreadable=[(2, why)]))
    assert [each.text for each in case.notes.all()] == [
        "The document “minutes.pdf” is kept as it came, but it cannot be read. "
        "The file “minutes.pdf” is encrypted."
    ]
    assert case.attachments.count() == 2


def test_it_comes_with_its_applicant_words_files_and_specification(front: Front) -> None:
    case = bring_in(front, paper(front, Stage.SUBMITTED))
    assert (case.title, case.submitted_on) == (ROW.title, date(2026, 10, 1))
    assert case.applicant.email == "ada.roe@lakeside.example"
    assert letters_to(case.applicant) == ["received"]
    assert (case.origin.earlier, case.origin.source_id) == (False, "P-12")
    assert sorted(case.attachments.values_list("purpose", flat=True)) == ["original", "paper"]
    assert case.jobs.filter(kind="scan").count() == 2
    submission = case.submissions.get()
    assert submission.specification == asked.find_specification(case)
    told = {**ROW.texts, "applicant": ROW.applicant, "institution": ROW.institution}
    assert submission.answers["register"] == {f"register {name}": told[name] for name in told}
    assert asked.live_parts(case).count() == 1
    assert case.due_on is not None


def test_names_that_are_too_long_for_their_columns_are_shortened(front: Front) -> None:
    row = replace(ROW, applicant="Ada " * 100, institution="Lakeside " * 100)
    case = bring_in(front, paper(front, Stage.SUBMITTED, row=row))
    case.applicant.full_clean(exclude=["password"])
    case.origin.full_clean()
    told = case.submissions.get().answers["register"]
    assert told["register applicant"] == row.applicant
    assert told["register institution"] == row.institution


def test_every_gate_is_an_entry_of_its_own_in_the_ledger(front: Front) -> None:
    case = bring_in(front, paper(front, Stage.DETERMINATION, row=replace(ROW, track="full")))
    tags = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    assert list(tags.order_by("number").values_list("tag", flat=True)) == [
        "case.attest_completeness", "case.attest_availability", "case.attest_policy",
        "case.attest_recommendation",
    ]  # fmt: skip
    assert set(last_entry(case).values) == {"happened_on", "document"}
    assert last_entry(front.programme).tag == "case.bring_in_from_paper"


def test_what_was_attested_holds_for_the_gates_that_follow(front: Front) -> None:
    row = replace(ROW, texts={**ROW.texts, "team": "Roe and Lee"})  # also a field of the form
    case = bring_in(front, paper(front, Stage.POLICY, row=row))
    assert "team" not in forms.flat(asked.answers_of(case))
    screening.run_policy_rules(case, actor=front.system, now=front.now)
    assert case.findings.exists()


def test_an_approval_on_paper_is_a_determination_that_says_so(front: Front) -> None:
    case = bring_in(front, paper(front, Stage.AGREEMENT, row=replace(ROW, track="full")))
    decided = case.determinations.get()
    assert (decided.outcome, decided.reason) == ("approved", attesting.SAID)


def test_on_a_staff_track_the_committee_is_left_out(front: Front) -> None:
    row = replace(ROW, track=Track.EXPEDITED.value)
    case = bring_in(front, paper(front, Stage.AGREEMENT, row=row))
    assert not case.recommendations.exists()
    assert last_entry(case).tag == "case.attest_approval_by_office"


def test_a_request_without_data_needs_no_specification(front: Front) -> None:
    case = bring_in(front, paper(front, Stage.AVAILABILITY, specification=None))
    assert (case.kind, case.parts.count()) == ("collaboration", 0)


def test_without_a_document_nothing_is_opened(front: Front) -> None:
    running = paper(front, Stage.SUBMITTED, documents=[])
    assert refusal_codes(lambda: bring_in(front, running)) == ["original-missing"]
    assert not models.Origin.objects.exists()


def test_a_specification_with_faults_opens_nothing(front: Front) -> None:
    faulty = specification()
    faulty["parts"][0]["tables"][0]["variables"][0]["name"] = "NO_SUCH"
    running = paper(front, Stage.SUBMITTED, specification=faulty)
    assert refusal_codes(lambda: bring_in(front, running)) == ["unknown-variable"]
    assert not models.Origin.objects.exists()


def test_only_a_coordinator_brings_in_paper(front: Front) -> None:
    assert "not-your-step" in refusal_codes(
        lambda: bring_in(front, paper(front, Stage.SUBMITTED), by="stella")
    )


def test_a_request_that_was_made_here_is_never_attested(front: Front) -> None:
    case = front.submitted()
    codes = refusal_codes(
        lambda: attesting.attest(case, SINCE, actor=front.acting("cora"), now=front.now)
    )
    assert codes == ["not-from-paper", "original-missing"]


@pytest.mark.parametrize(("gate", "stage", "track"), GATES)
def test_no_gate_is_attested_by_another_office_nor_while_the_case_is_on_hold(
    front: Front, gate: str, stage: Stage, track: Track
) -> None:
    case = bring_in(front, paper(front, stage, row=replace(ROW, track=track.value)))
    before = list(case.attestations.values_list("stage", flat=True))

    def attest(name: str) -> None:
        getattr(attesting, gate)(case, SINCE, actor=front.acting(name), now=front.now)

    assert refusal_codes(lambda: attest("stella")) == ["not-your-step"]
    course.place_hold(case, reason="A page is missing.", actor=front.acting("cora"), now=front.now)
    assert refusal_codes(lambda: attest("cora")) == ["on-hold"]
    assert list(case.attestations.values_list("stage", flat=True)) == before
    assert front.fresh(case).stage == stage.value
