"""Files: a record of stored bytes, attached for a purpose, scanned by the system."""

import pytest

from muniment import models
from muniment.actions import files
from muniment.rulebook.words import Role
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes

Verdict = models.StoredFile.Verdict


def record(front: Front, **more: object) -> models.StoredFile:
    given = {"sha256": "a" * 64, "size": 10, "media_type": "application/pdf", **more}
    sha256 = str(given.pop("sha256"))
    return files.record_file(sha256, actor=front.alice, now=START, **given)  # type: ignore[arg-type]


def attached(front: Front, case: models.Case, name: str = "plan.pdf") -> models.Attachment:
    return files.attach(
        case, record(front), purpose="protocol", name=name, actor=front.alice, now=START
    )


def test_the_same_bytes_have_one_record_and_are_held_until_scanned(front: Front) -> None:
    first, again = record(front), record(front, size=99)
    assert (first.pk, again.size, again.verdict) == (again.pk, 10, Verdict.HELD)
    assert is_marked(first, "made", actor=front.alice, now=START)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sha256": "A" * 64}, "hash-invalid"),
        ({"sha256": "a" * 63}, "hash-invalid"),
        ({"size": -1}, "size-invalid"),
        ({"media_type": "pdf"}, "type-invalid"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused(
    front: Front, wrong: dict[str, object], code: str
) -> None:
    assert refusal_codes(lambda: record(front, **wrong)) == [code]
    assert not models.StoredFile.objects.exists()


def test_a_file_is_attached_for_a_purpose(front: Front) -> None:
    row = attached(front, front.draft())
    assert (row.purpose, row.name, row.removed_at) == ("protocol", "plan.pdf", None)
    assert is_marked(row, "made", actor=front.alice, now=START)


@pytest.mark.parametrize("name", ["", "../plan.pdf", "a\\b.pdf", "plan\n.pdf"])
def test_a_file_needs_a_plain_name(front: Front, name: str) -> None:
    case = front.draft()
    assert refusal_codes(lambda: attached(front, case, name)) == ["name-invalid"]


def test_a_stranger_attaches_nothing(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(
        lambda: files.attach(
            case, record(front), purpose="protocol", name="plan.pdf",
            actor=front.acting("stan", Role.APPLICANT), now=START,
        )
    )  # fmt: skip
    assert codes == ["not-your-step"]


def test_a_removed_file_leaves_its_record(front: Front) -> None:
    row = attached(front, front.draft())
    files.remove_attachment(row, actor=front.alice, now=START)
    assert is_marked(row, "removed", actor=front.alice, now=START)
    assert models.StoredFile.objects.count() == 1


def test_the_scanner_says_what_a_file_is(front: Front) -> None:
    case = front.draft()
    row = attached(front, case)
    files.record_scan(
        row, verdict=Verdict.CLEAN, media_type="application/pdf", actor=front.system, now=START
    )
    assert models.StoredFile.objects.get().verdict == Verdict.CLEAN
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == (
        "application.record_scan", ["file", "media_type", "verdict"],
    )  # fmt: skip


def test_the_system_scans_or_the_office_and_only_what_is_stored(front: Front) -> None:
    row = attached(front, front.draft())

    def scan(actor: models.Actor) -> models.StoredFile:
        return files.record_scan(
            row, verdict=Verdict.CLEAN, media_type="application/pdf", actor=actor, now=START
        )

    assert refusal_codes(lambda: scan(front.alice)) == ["not-your-step"]
    assert scan(front.acting("cora")).verdict == Verdict.CLEAN
    row.file.sha256 = "b" * 64
    assert refusal_codes(lambda: scan(front.system)) == ["file-not-stored"]


def test_an_original_is_kept_once(front: Front) -> None:
    case, file = front.draft(), record(front)
    first = files.keep_original(case, file, actor=front.acting("cora"), now=START)
    again = files.keep_original(case, file, actor=front.acting("cora"), now=START)
    assert (first.pk, first.purpose) == (again.pk, "original")


def test_a_held_file_is_queued_for_the_scanner_and_a_clean_one_is_not(front: Front) -> None:
    case = front.draft()
    row = attached(front, case)
    job = models.Job.objects.get(kind="scan")
    assert (job.payload, job.case, job.made_by) == ({"attachment": row.pk}, case, front.alice)
    files.record_scan(
        row, verdict=Verdict.CLEAN, media_type="application/pdf", actor=front.system, now=START
    )
    attached(front, case, "again.pdf")
    assert models.Job.objects.filter(kind="scan").count() == 1


def test_an_original_is_queued_once(front: Front) -> None:
    case, file = front.draft(), record(front)
    for _ in range(2):
        files.keep_original(case, file, actor=front.acting("cora"), now=START)
    assert models.Job.objects.filter(kind="scan").count() == 1


def test_bytes_that_were_found_infected_are_not_attached_again(front: Front) -> None:
    case = front.draft()
    row = attached(front, case)
    files.record_scan(
        row, verdict=Verdict.INFECTED, media_type="application/pdf", actor=front.system, now=START
    )
    assert refusal_codes(lambda: attached(front, case, "again.pdf")) == ["file-infected"]
    assert case.attachments.count() == 1
