"""The master agreement on the office's tab: recorded from a file of the request, and ended."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from tests.pages import rows
from tests.pages.agreement import scene

As = Callable[[str], Client]
SIGNED_ON = rows.TODAY - timedelta(days=400)


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """Approved, with the scan among its files."""
    made = scene.approved(office)
    file = models.StoredFile.objects.create(
        sha256="c" * 64, size=9, media_type="application/pdf", verdict="clean",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    models.Attachment.objects.create(
        case=made, file=file, purpose="scan", name="master.pdf", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    return made


def tab(case: models.Case) -> str:
    return reverse("office_agreement", args=[case.reference])


def record(client: Client, case: models.Case, **other: Any) -> Any:
    scan = case.attachments.get()
    given = {"number": "MA-7", "signed_on": SIGNED_ON.isoformat(), "ends_on": "",
             "scan": str(scan.pk), "second_person": "", **other}  # fmt: skip
    return client.post(tab(case), {"do": "master", "form": "master", **given})


def test_one_is_recorded_and_what_is_drafted_then_is_its_annex(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    assert "Record a master agreement" in scene.said(as_("cora").get(tab(case)))
    assert "to fix" in scene.said(record(as_("cora"), case, number=""))
    assert record(as_("cora"), case).status_code == 302
    page = scene.said(as_("cora").get(tab(case)))
    assert "MA-7, Lakeside" in page
    assert "runs until it is ended" in page
    assert "c" * 64 in page
    assert "Record a master agreement" not in page
    scene.drafted(office, case)
    page = scene.said(as_("cora").get(tab(case)))
    assert f"Annex to master agreement MA-7, signed {SIGNED_ON.isoformat()}" in page
    scene.issued(office, case)
    signing = scene.said(as_("alice").get(reverse("sign", args=[case.reference])))
    assert "under their master agreement MA-7" in signing


def test_the_file_that_is_signed_is_the_annex(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    record(as_("cora"), case)
    scene.issued(office, case)
    answer = as_("alice").get(reverse("sign_file", args=[case.reference, "pdf"]))
    pages = pypdf.PdfReader(io.BytesIO(b"".join(answer))).pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    for part in (
        f"Project Annex {case.reference}", "master agreement MA-7", "Looking into compliance",
        "Which terms prevail", "this annex prevails, for this project and no other",
        "Annex A. Research plan", "Annex E. Fees", "Terms hash: sha256:",
    ):  # fmt: skip
        assert part in text
    assert "The society may ask how these terms are kept" not in text


def test_it_is_ended_with_a_reason(case: models.Case, as_: As) -> None:
    last = rows.TODAY + timedelta(days=30_000)
    record(as_("cora"), case, ends_on=last.isoformat())
    assert "runs until " in scene.said(as_("cora").get(tab(case)))
    end = {"do": "end-master", "form": "master-end"}
    assert "to fix" in scene.said(as_("cora").post(tab(case), end))
    assert as_("cora").post(tab(case), {**end, "reason": "By letter."}).status_code == 302
    assert models.MasterAgreement.objects.get().end_reason == "By letter."
    assert as_("cora").post(tab(case), {**end, "reason": "Again."}).status_code == 404


def test_a_day_that_is_to_come_is_refused_with_what_was_typed(case: models.Case, as_: As) -> None:
    late = (rows.TODAY + timedelta(days=30_000)).isoformat()
    answer = record(as_("cora"), case, signed_on=late)
    assert answer.status_code == 409
    assert "not in the future" in scene.said(answer)
    assert late in answer.content.decode()


def test_without_a_scan_the_page_says_what_to_do_first(case: models.Case, as_: As) -> None:
    case.attachments.all().delete()
    assert "add its scan to the files" in scene.said(as_("cora").get(tab(case)))


def test_who_does_not_record_reads_only_what_runs(case: models.Case, as_: As) -> None:
    assert "Master agreement" not in scene.said(as_("paula").get(tab(case)))
    record(as_("cora"), case)
    page = scene.said(as_("paula").get(tab(case)))
    assert "MA-7" in page
    assert "End the master agreement" not in page


def test_who_applies_for_themselves_has_none(case: models.Case, as_: As) -> None:
    case.institution = None
    case.save()
    assert "Master agreement" not in scene.said(as_("cora").get(tab(case)))
    assert record(as_("cora"), case).status_code == 404
