"""Files in the form: taken with their section, scanned by a job, given to whom they are for."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muniment import models
from muniment.actions import files as actions
from muniment.gateways import storage
from muniment.gateways.scanner import signatures
from muniment.jobs import files as jobs
from muniment.jobs import plane, worker
from muniment.rulebook.words import Role, Stage
from tests.documents.forms import sample
from tests.pages import rows

Browser = Callable[[str], Client]
BAD = b"muniment-test-signature"
NOW = datetime.now(UTC)


def plant(*, scanner: bool = True) -> plane.Plant:
    found = signatures.Signatures({"Test": BAD}) if scanner else None
    return plane.plant(Path(settings.MUNIMENT_HOME), scanner=found)


def scanned(*, scanner: bool = True) -> None:
    worker.work_off(plant=plant(scanner=scanner), clock=lambda: datetime.now(UTC))


def document(*, bad: bool = False, title: str = "plan") -> bytes:
    from docx import Document

    made = Document()
    made.add_paragraph(title)
    out = io.BytesIO()
    made.save(out)
    if bad:
        with_more = sample.zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": BAD})
        return with_more + BAD
    return out.getvalue()


def upload(data: bytes, name: str = "plan.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def where(case: models.Case, section: str = "project") -> str:
    return f"/requests/{case.reference}/form/{section}/"


def saved(case: models.Case) -> dict[str, object]:
    row = models.Section.objects.filter(case=case, name="project").first()
    return row.answers if row else {}


def version(case: models.Case) -> int:
    row = models.Section.objects.filter(case=case, name="project").first()
    return row.version if row else 0


def save(browser: Client, case: models.Case, **more: object) -> str:
    answer = browser.post(where(case), {"version": version(case), **more}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def attached(case: models.Case) -> list[str]:
    rows_now = case.attachments.filter(removed_at__isnull=True)
    return list(rows_now.order_by("pk").values_list("name", flat=True))


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    return office.case(Stage.DRAFT)


def test_an_upload_becomes_an_answer_an_attachment_and_a_scan(
    case: models.Case, as_: Browser
) -> None:
    data = document()
    save(as_("alice"), case, protocol=upload(data, "../My  plan.docx"))
    sha256 = hashlib.sha256(data).hexdigest()
    entry = {"name": "My plan.docx", "sha256": sha256, "size": len(data)}
    assert saved(case)["protocol"] == [entry]
    [row] = case.attachments.all()
    assert (row.purpose, row.name, row.file.verdict) == ("answer:protocol", "My plan.docx", "held")
    with storage.at(Path(settings.MUNIMENT_HOME)).open(sha256) as stream:
        assert stream.read() == data
    job = models.Job.objects.get(kind="scan")
    assert job.payload == {"attachment": row.pk}
    scanned()
    row.file.refresh_from_db()
    assert row.file.verdict == "clean"
    assert row.file.media_type.endswith("wordprocessingml.document")


def test_two_files_stay_when_the_section_is_saved_again(case: models.Case, as_: Browser) -> None:
    alice = as_("alice")
    save(alice, case, protocol=[upload(document(title="a"), "a.docx"),
                                upload(document(title="b"), "b.docx")])  # fmt: skip
    save(alice, case, title="Nausea")
    assert [one["name"] for one in saved(case)["protocol"]] == ["a.docx", "b.docx"]  # type: ignore[attr-defined]
    assert attached(case) == ["a.docx", "b.docx"]


def test_a_ticked_file_is_removed_when_saved_and_not_while_writing(
    case: models.Case, as_: Browser
) -> None:
    alice = as_("alice")
    save(alice, case, protocol=upload(document()))
    gone = {"remove.protocol": saved(case)["protocol"][0]["sha256"]}  # type: ignore[index]
    alice.post(where(case), {"version": version(case), **gone}, headers={"X-Autosave": "1"})
    assert attached(case) == ["plan.docx"]
    save(alice, case, **gone)
    assert "protocol" not in saved(case)
    assert attached(case) == []
    assert case.attachments.get().removed_by.person.name == "Alice Example"


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"MZ\0", "plan.pdf", "is not a PDF, Word"),
        (b"\x89PNG\r\n\x1a\n", "plan.pdf", "The name ends in .pdf"),
        (b"a,b", "list.csv", "Here it must be one of"),
        (b"", "plan.pdf", "empty"),
    ],
)
def test_what_cannot_be_attached_is_named_and_the_rest_is_saved(
    case: models.Case, as_: Browser, data: bytes, name: str, sentence: str
) -> None:
    text = save(as_("alice"), case, title="Kept all the same", protocol=upload(data, name))
    assert sentence in text
    assert name in text
    assert saved(case) == {"title": "Kept all the same"}
    assert attached(case) == []


def test_a_file_over_the_field_s_limit_is_refused(case: models.Case, as_: Browser) -> None:
    text = save(as_("alice"), case, cv_lead=upload(bytes(11 * 1024 * 1024), "cv.pdf"))
    assert "larger than 10 MB" in text
    assert attached(case) == []


def test_an_infected_file_is_refused_named_and_given_to_nobody(
    case: models.Case, as_: Browser
) -> None:
    alice, data = as_("alice"), document(bad=True)
    save(alice, case, protocol=upload(data, "bad.docx"))
    scanned()
    text = alice.get(where(case)).content.decode()
    assert "Refused by the virus scanner" in text
    assert "bad.docx" in text
    sha256 = case.attachments.get().file.sha256
    assert alice.get(f"/requests/{case.reference}/files/{sha256}/").status_code == 409
    again = save(alice, case, cv_lead=upload(data, "again.docx"))
    assert "The virus scanner found something" in again


def test_without_a_scanner_a_file_is_held_and_says_so(case: models.Case, as_: Browser) -> None:
    alice = as_("alice")
    save(alice, case, protocol=upload(document()))
    scanned(scanner=False)
    assert case.attachments.get().file.verdict == "held"
    assert "no virus scanner connected" in alice.get(where(case)).content.decode()
    jobs.tidy(plant=plant(), now=NOW)
    scanned()
    assert case.attachments.get().file.verdict == "clean"


def test_a_file_downloads_as_an_attachment(case: models.Case, as_: Browser) -> None:
    alice, data = as_("alice"), document()
    save(alice, case, protocol=upload(data))
    address = f"/requests/{case.reference}/files/{hashlib.sha256(data).hexdigest()}/"
    answer = alice.get(address)
    assert b"".join(answer.streaming_content) == data  # type: ignore[arg-type]
    assert answer["Content-Disposition"] == 'attachment; filename="plan.docx"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_others_get_a_file_once_it_is_clean_and_strangers_never(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.RETURNED)
    data = document()
    save(as_("alice"), case, protocol=upload(data))
    address = f"/requests/{case.reference}/files/{hashlib.sha256(data).hexdigest()}/"
    assert as_("cora").get(address).status_code == 409
    assert Client().get(address).status_code == 401
    scanned()
    given = as_("cora").get(address)
    assert given.status_code == 200
    assert b"".join(given.streaming_content) == data
    assert as_("stan").get(address).status_code == 404
    assert as_("alice").get(address.replace("files/", "files/0")).status_code == 404


def test_the_hash_of_someone_else_s_file_opens_nothing(
    office: rows.Office, case: models.Case, as_: Browser
) -> None:
    data = document()
    save(as_("alice"), case, protocol=upload(data))
    scanned()
    other = office.case(Stage.DRAFT, applicant=office.people["edie"])
    sha256 = hashlib.sha256(data).hexdigest()
    entry = f'{{"protocol": [{{"name": "x.docx", "sha256": "{sha256}", "size": {len(data)}}}]}}'
    as_("edie").post(
        where(other),
        {"version": 0, "choose.protocol": "mine", "all.yours": entry, "all.theirs": "{}"},
    )
    assert other.attachments.count() == 0
    assert as_("edie").get(f"/requests/{other.reference}/files/{sha256}/").status_code == 404


def test_a_request_with_the_office_takes_no_file(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.AVAILABILITY)
    answer = as_("alice").post(where(case), {"version": 0, "protocol": upload(document())})
    assert answer.status_code == 409
    assert attached(case) == []


def test_two_people_s_files_meet_in_the_choice_of_both_texts(
    case: models.Case, as_: Browser
) -> None:
    alice = as_("alice")
    save(alice, case, title="First")
    late = alice.post(where(case), {"version": 0, "protocol": upload(document())})
    assert late.status_code == 409
    alice.post(where(case), {"version": version(case), "title": "Second"})
    assert attached(case) == []
    entry = case.attachments.get().file
    mine = f'{{"protocol": [{{"name": "plan.docx", "sha256": "{entry.sha256}", "size": 9}}]}}'
    alice.post(
        where(case),
        {"version": version(case), "choose.protocol": "mine", "all.yours": mine,
         "all.theirs": "{}"},
    )  # fmt: skip
    assert attached(case) == ["plan.docx"]


def test_bytes_without_a_record_are_swept_after_a_day(office: rows.Office) -> None:
    home = Path(settings.MUNIMENT_HOME)
    store = storage.at(home)
    orphan = store.put([b"orphan"], most=100).sha256
    kept = store.put([b"kept"], most=100).sha256
    alice = office.acting("alice", Role.APPLICANT)
    actions.record_file(kept, size=4, media_type="text/csv", actor=alice, now=NOW)
    assert jobs.sweep(storage.at(home), now=NOW) == 0
    jobs.sweep(storage.at(home), now=NOW + timedelta(days=2))
    store.open(kept).close()
    with pytest.raises(storage.Missing):
        store.open(orphan)


def test_an_upload_past_all_limits_is_refused_by_its_announced_length(
    case: models.Case, as_: Browser
) -> None:
    answer = as_("alice").post(
        where(case), {"version": 0, "protocol": upload(document())},
        headers={"Content-Length": str(200 * 1024 * 1024)},
    )  # fmt: skip
    assert answer.status_code == 400
    assert attached(case) == []


def test_a_section_page_asks_as_often_for_one_file_as_for_three(
    case: models.Case, as_: Browser
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    alice = as_("alice")
    save(alice, case, protocol=upload(document()))
    with CaptureQueriesContext(connection) as one:
        alice.get(where(case))
    save(alice, case, protocol=[upload(document(title="b")), upload(document(title="c"))])
    with CaptureQueriesContext(connection) as three:
        alice.get(where(case))
    assert len(attached(case)) == 3
    assert len(one) == len(three)
