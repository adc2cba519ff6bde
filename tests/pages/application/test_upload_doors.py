"""Uploads in a bucket instead of the home, a bucket that is silent, and too many uploads."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from muniment import models
from muniment.gateways import storage
from muniment.gateways.scanner import signatures
from muniment.jobs import files as jobs
from muniment.jobs import plane, worker
from muniment.pages import limits
from muniment.rulebook.words import Stage
from tests.gateways.storage.bucket import bucket_url
from tests.pages import rows

__all__ = ["bucket_url"]
Browser = Callable[[str], Client]
SILENT = "s3+http://key:secret@127.0.0.1:9/muniment"


def table(title: str) -> SimpleUploadedFile:
    """A Word file small enough to be made a hundred times."""
    from tests.documents.forms import sample

    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": title.encode()}
    return SimpleUploadedFile("plan.docx", sample.zipped(parts))


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    return office.case(Stage.DRAFT)


def where(case: models.Case) -> str:
    return f"/requests/{case.reference}/form/project/"


def save(browser: Client, case: models.Case, file: SimpleUploadedFile, **more: str) -> Client:
    row = models.Section.objects.filter(case=case, name="project").first()
    given = {"version": row.version if row else 0, "protocol": file, **more}
    return browser.post(where(case), given, follow=True)


def test_uploads_lie_in_the_bucket_are_scanned_there_given_and_swept(
    case: models.Case, as_: Browser, settings: Any, tmp_path: Path, bucket_url: str
) -> None:
    settings.MUNIMENT_HOME, settings.MUNIMENT_STORAGE_URL = tmp_path, bucket_url
    file = table("a plan")
    data = file.read()
    file.seek(0)
    assert save(as_("alice"), case, file).status_code == 200
    sha256 = hashlib.sha256(data).hexdigest()
    assert not list(tmp_path.rglob(f"*{sha256}*"))
    with storage.at(tmp_path, url=bucket_url).open(sha256) as stream:
        assert stream.read() == data
    plant = plane.plant(tmp_path, scanner=signatures.Signatures({}), storage_url=bucket_url)
    worker.work_off(plant=plant, clock=lambda: datetime.now(UTC))
    assert case.attachments.get().file.verdict == "clean"
    given = as_("alice").get(f"/requests/{case.reference}/files/{sha256}/")
    assert b"".join(given.streaming_content) == data
    orphan = plant.files.put([b"nobody's"], most=99).sha256
    assert jobs.sweep(plant.files, now=datetime.now(UTC) + timedelta(days=2)) == 1
    with pytest.raises(storage.Missing):
        plant.files.open(orphan)
    plant.files.open(sha256).close()


def test_a_silent_bucket_takes_the_answers_and_says_so_of_the_file(
    case: models.Case, as_: Browser, settings: Any
) -> None:
    settings.MUNIMENT_STORAGE_URL = SILENT
    answer = save(as_("alice"), case, table("a plan"), title="Kept all the same")
    assert "Files cannot be kept at the moment" in answer.content.decode()
    assert models.Section.objects.get(case=case).answers == {"title": "Kept all the same"}


def test_a_silent_bucket_is_a_page_that_says_when_to_come_back(
    case: models.Case, as_: Browser, settings: Any
) -> None:
    file = table("a plan")
    sha256 = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    save(as_("alice"), case, file)
    settings.MUNIMENT_STORAGE_URL = SILENT
    answer = as_("alice").get(f"/requests/{case.reference}/files/{sha256}/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "Files cannot be reached now" in answer.content.decode()


def test_nobody_uploads_without_end_and_what_carries_no_file_is_not_counted(
    case: models.Case, as_: Browser
) -> None:
    alice, edie = as_("alice"), as_("edie")
    paper = f"/requests/{case.reference}/data/json/"
    statuses = []
    for _ in range(limits.UPLOADS_AN_HOUR):
        file = SimpleUploadedFile("asked.json", b"no JSON")
        statuses.append(alice.post(paper, {"file": file}).status_code)
    assert 429 not in statuses
    with connection.cursor() as cursor:  # where every process counts
        cursor.execute("SELECT count(*) FROM muniment_cache WHERE cache_key LIKE '%door:upload%'")
        # each place that was taken, and the number that says where to look
        assert cursor.fetchone() == (limits.UPLOADS_AN_HOUR + 1,)
    refused = save(alice, case, table("one too many"))  # at another door: they count together
    assert refused.status_code == 429
    assert not case.attachments.exists()
    assert alice.post(where(case), {"version": 0, "title": "Words"}).status_code == 302
    other = edie.post("/apply/by-form/", {"form": table("hers")})
    assert other.status_code != 429
