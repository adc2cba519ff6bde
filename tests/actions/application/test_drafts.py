"""Drafts: begun by an applicant or for one, on the edition of the form in force."""

import pytest

from muniment import models
from muniment.actions import application, catalogue, files, people
from muniment.rulebook.words import CASE_ROLES, Role, Stage
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes, shipped

Kind = models.Case.Kind


def test_a_draft_has_a_number_an_edition_and_a_clock(front: Front) -> None:
    case = front.draft(kind=Kind.BOTH)
    found = front.fresh(case)
    assert (found.reference, found.stage, found.kind) == ("CENTRA-2026-0001", Stage.DRAFT, "both")
    assert found.edition == front.programme.active_edition
    assert (found.stage_since, found.due_on) == (START.date(), None)
    assert found.segments.get().stage == Stage.DRAFT
    assert is_marked(found, "made", actor=front.acting("alice", Role.ANYONE), now=START)
    entry = last_entry(front.programme)
    assert (entry.tag, sorted(entry.values)) == (
        "application.start_draft", ["edition", "kind", "reference"],
    )  # fmt: skip
    assert found.sections.get(name="request").answers == {"request_kind": "both"}


def test_numbers_go_up(front: Front) -> None:
    assert [front.draft().reference for _ in range(2)] == ["CENTRA-2026-0001", "CENTRA-2026-0002"]


def test_a_draft_is_of_the_applicants_institution_unless_another_is_named(front: Front) -> None:
    other = people.register_institution("Another place")
    assert front.draft().institution == front.people["alice"].institution
    assert front.draft(institution=other).institution == other


def test_a_draft_needs_a_verified_account(front: Front) -> None:
    unknown = people.register_person("unknown@example.org", name="Unknown")
    codes = refusal_codes(
        lambda: application.start_draft(
            front.programme, actor=people.acting(unknown, Role.ANYONE), now=START
        )
    )
    assert codes == ["account-unverified"]
    assert not models.Case.objects.exists()


@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_role_on_a_request_is_none_before_there_is_a_request(front: Front, role: Role) -> None:
    codes = refusal_codes(
        lambda: application.start_draft(
            front.programme, actor=front.acting("alice", role), now=START
        )
    )
    assert codes == ["not-your-step"]
    assert not models.Case.objects.exists()


def test_a_mailed_form_becomes_a_draft_with_its_original(front: Front) -> None:
    cora = front.acting("cora")
    file = files.record_file("a" * 64, size=9, media_type="application/pdf", actor=cora, now=START)
    case = application.start_draft_for_applicant(
        front.programme, front.people["stan"], original=file, actor=cora, now=START
    )
    assert (case.applicant, case.made_by) == (front.people["stan"], cora)
    assert case.attachments.get().purpose == "original"
    assert last_entry(front.programme).tag == "application.start_draft_for_applicant"


def test_a_mailed_form_is_not_entered_without_its_original(front: Front) -> None:
    unsaved = models.StoredFile(sha256="b" * 64, size=1, media_type="text/plain")
    codes = refusal_codes(
        lambda: application.start_draft_for_applicant(
            front.programme, front.people["stan"], original=unsaved, actor=front.acting("cora"),
            now=START,
        )
    )  # fmt: skip
    assert codes == ["original-missing"]


@pytest.fixture
def overtaken(front: Front) -> models.Case:
    """A complete draft whose programme edition is no longer the newest."""
    case = front.complete_draft()
    front.programme.refresh_from_db()
    newer = {**shipped().plain()["information_list"], "edition": "2026-12"}
    catalogue.publish_list_edition(front.programme, newer, actor=front.acting("cora"), now=START)
    return front.fresh(case)


def test_an_overtaken_draft_is_not_submitted_before_the_applicant_chose(
    front: Front, overtaken: models.Case
) -> None:
    codes = refusal_codes(lambda: application.submit(overtaken, actor=front.alice, now=START))
    assert codes == ["newer-edition"]


def test_a_draft_takes_the_newer_edition(front: Front, overtaken: models.Case) -> None:
    application.take_newer_edition(overtaken, actor=front.alice, now=START)
    assert front.fresh(overtaken).edition == overtaken.programme.active_edition
    assert last_entry(overtaken).tag == "application.take_newer_edition"
    again = refusal_codes(
        lambda: application.take_newer_edition(overtaken, actor=front.alice, now=START)
    )
    assert again == ["no-newer-edition"]


def test_a_draft_keeps_the_edition_it_was_started_with(
    front: Front, overtaken: models.Case
) -> None:
    before = overtaken.edition
    application.keep_edition(overtaken, actor=front.alice, now=START)
    assert is_marked(overtaken, "kept", actor=front.alice, now=START)
    assert last_entry(overtaken).tag == "application.keep_edition"
    application.submit(overtaken, actor=front.alice, now=START)
    assert (front.fresh(overtaken).edition, overtaken.stage) == (before, Stage.SUBMITTED)


def test_only_the_applicant_chooses_the_edition(front: Front, overtaken: models.Case) -> None:
    codes = refusal_codes(
        lambda: application.keep_edition(overtaken, actor=front.acting("cora"), now=START)
    )
    assert codes == ["not-your-step"]
