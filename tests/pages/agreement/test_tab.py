"""The office's tab: every step of an agreement from the page, and only by whose work it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.actions import agreement, work
from muniment.queries.office import jobs
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.agreement import scene

As = Callable[[str], Client]


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """Approved, nothing drafted."""
    return scene.approved(office)


def address(case: models.Case) -> str:
    return reverse("office_agreement", args=[case.reference])


def do(client: Client, case: models.Case, step: str, form: str = "", **given: Any) -> Any:
    return client.post(address(case), {"do": step, "form": form, **given})


def changed(office: rows.Office, row: models.Agreement) -> models.ClauseChange:
    """Sam asks for another wording."""
    return agreement.propose_clause_change(
        row, clause="audit", text="The society may look into how the terms are kept, once a year.",
        reason="Our counsel asks for it.", **scene.by(office, "sam", Role.SIGNING_OFFICIAL),
    )  # fmt: skip


def test_a_draft_is_asked_for_with_its_term(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    given = {"starts_on": "2026-12-01", "ends_on": "2028-11-30",
             "institution": str(office.institution.pk)}  # fmt: skip
    assert do(as_("cora"), case, "draft", "draft", **given).status_code == 302
    job = models.Job.objects.get(kind="draft_agreement")
    assert job.payload == {**given, "institution": office.institution.pk}
    assert "The terms are being drawn" in scene.said(as_("cora").get(address(case)))


def test_why_there_is_no_draft_is_told_until_another_is_asked_for(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    given = {"starts_on": "2026-12-01", "ends_on": "2028-11-30",
             "institution": str(office.institution.pk)}  # fmt: skip
    reasons = ["visits.seen names no single person.", "visits.age names no single person."]
    do(as_("cora"), case, "draft", "draft", **given)
    job = work.claim(now=rows.NOW + timedelta(days=400))
    assert job is not None
    work.fail(job, error="\n".join(reasons), now=rows.NOW, final=True)
    said = scene.said(as_("cora").get(address(case)))
    assert f"The agreement could not be drafted {' '.join(reasons)}" in said
    assert "The terms are being drawn" not in said
    do(as_("cora"), case, "draft", "draft", **given)
    said = scene.said(as_("cora").get(address(case)))
    assert "could not be drafted" not in said
    assert "The terms are being drawn" in said
    models.Job.objects.filter(state="queued").update(state="failed", error=jobs.CALLED_OFF)
    said = scene.said(as_("cora").get(address(case)))
    assert "could not be drafted" not in said


def test_a_term_that_ends_before_it_begins_is_refused(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    given = {"starts_on": "2026-12-01", "ends_on": "2026-11-30",
             "institution": str(office.institution.pk)}  # fmt: skip
    answer = do(as_("cora"), case, "draft", "draft", **given)
    assert answer.status_code == 409
    assert "swap the days" in scene.said(answer)
    assert "to fix" in scene.said(do(as_("cora"), case, "draft", "draft"))


def test_what_was_drafted_is_sent_with_the_estimate(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    scene.drafted(office, case)
    page = scene.said(as_("cora").get(address(case)))
    assert "Version 1, a draft" in page
    assert "Every clause reads as in the library." in page
    assert do(as_("cora"), case, "issue").status_code == 302
    assert "Version 1, sent" in scene.said(as_("cora").get(address(case)))
    assert case.estimates.get().issued_at is not None


def test_without_an_estimate_the_page_says_why_nothing_is_sent(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    scene.drafted(office, case)
    case.estimates.all().delete()
    assert "Not possible yet" in scene.said(as_("cora").get(address(case)))
    assert do(as_("cora"), case, "issue").status_code == 409


def test_a_change_is_shown_word_by_word_and_accepted(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    change = changed(office, scene.issued(office, case))
    answer = as_("paula").get(address(case))
    assert "<ins>" in answer.content.decode()
    assert "<del>" in answer.content.decode()
    assert (
        do(as_("paula"), case, "accept", f"accept-{change.pk}", second_person="").status_code == 302
    )
    page = scene.said(as_("paula").get(address(case)))
    assert "Version 2, a draft" in page
    assert "Every clause reads as in the library." not in page


def test_a_change_is_not_accepted_with_a_reason(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    change = changed(office, scene.issued(office, case))
    form = f"refuse-{change.pk}"
    assert "to fix" in scene.said(do(as_("cora"), case, "refuse", form))
    assert do(as_("cora"), case, "refuse", form, reason="It is the law.").status_code == 302
    change.refresh_from_db()
    assert change.answer == "It is the law."


def test_an_official_is_verified_by_a_contact_of_our_own(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    scene.issued(office, case)
    named = agreement.name_signing_official(
        case, email="nora@example.org", name="Nora New",
        **scene.by(office, "alice", Role.APPLICANT),
    )  # fmt: skip
    form = f"verify-{named.pk}"
    assert "Nora New" in scene.said(as_("cora").get(address(case)))
    assert "to fix" in scene.said(do(as_("cora"), case, "verify", form))
    given = {"contact": "Called the number in the directory.", "second_person": ""}
    assert do(as_("cora"), case, "verify", form, **given).status_code == 302
    office.institution.refresh_from_db()
    assert office.institution.official == named.person
    letters = list(named.person.messages.values_list("kind", flat=True))
    assert letters == ["signature-needed"]


def test_a_signature_on_paper_is_recorded_with_its_scan(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    row = scene.issued(office, case)
    file = models.StoredFile.objects.create(
        sha256="a" * 64, size=9, media_type="application/pdf", verdict="clean",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    scan = models.Attachment.objects.create(
        case=case, file=file, purpose="scan", name="signed.pdf", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    signer = f"applicant:{office.people['alice'].public_id}"
    day_before = rows.TODAY - timedelta(days=1)  # past by the real clock as well, at any hour
    given = {"signer": signer, "signed_on": day_before.isoformat(), "scan": str(scan.pk),
             "second_person": ""}  # fmt: skip
    form = f"ink-{row.pk}"
    assert "to fix" in scene.said(do(as_("cora"), case, "ink", form))
    assert do(as_("cora"), case, "ink", form, **given).status_code == 302
    signature = row.signatures.get()
    assert (signature.method, signature.scan) == ("wet_ink", scan)
    assert "on paper" in scene.said(as_("cora").get(address(case)))


def test_an_agreement_is_taken_back(case: models.Case, office: rows.Office, as_: As) -> None:
    row = scene.issued(office, case)
    form = f"void-{row.pk}"
    assert "to fix" in scene.said(do(as_("cora"), case, "void", form))
    given = {"reason": "The wrong institution."}
    assert do(as_("cora"), case, "void", form, **given).status_code == 302
    row.refresh_from_db()
    assert (row.void_reason, row.superseded_at is None) == ("The wrong institution.", False)


@pytest.mark.parametrize("step", ["verify", "accept", "refuse", "void", "ink", "nonsense"])
def test_a_form_about_nothing_here_is_not_found(case: models.Case, as_: As, step: str) -> None:
    assert do(as_("cora"), case, step, f"{step}-0").status_code == 404


@pytest.mark.parametrize("name", ["alice", "stan", "fay", "stella"])
def test_who_has_no_work_with_it_has_no_tab(case: models.Case, as_: As, name: str) -> None:
    assert as_(name).get(address(case)).status_code == 404


def test_signed_out_the_page_asks_to_sign_in(case: models.Case) -> None:
    assert Client().get(address(case)).status_code == 401


def test_before_the_approval_nothing_is_drafted(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.AVAILABILITY)
    assert "Draft the agreement" not in scene.said(as_("cora").get(address(case)))
    given = {"starts_on": rows.TODAY, "ends_on": rows.TODAY + timedelta(days=9),
             "institution": str(office.institution.pk)}  # fmt: skip
    assert do(as_("cora"), case, "draft", "draft", **given).status_code == 409


def test_the_programme_signatory_is_led_to_sign(
    case: models.Case, office: rows.Office, as_: As
) -> None:
    scene.issued(office, case)
    assert "Read and sign it" in scene.said(as_("rita").get(address(case)))


def test_the_text_reads_as_its_files_do(office: rows.Office, case: models.Case, as_: As) -> None:
    row = scene.drafted(office, case)
    row.text = (
        "# The whole\n\n## 1. Term\n\n**1.1** It *ends*.\n\n- one\n- two\n\n<script>no</script>\n"
    )
    row.save()
    page = as_("cora").get(address(case)).content.decode()
    shown = page[page.index("Read the text") :]
    for drawn in (
        '<p class="h4">The whole</p>', '<h4 class="h5">1. Term</h4>',
        "<p><strong>1.1</strong> It *ends*.</p>", "<ul><li>one</li><li>two</li></ul>",
        "<p>&lt;script&gt;no&lt;/script&gt;</p>",
    ):  # fmt: skip
        assert drawn in shown
    assert "## " not in shown
