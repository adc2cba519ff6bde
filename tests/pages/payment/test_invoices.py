"""Invoices for finance, an invoice for who pays it, the fees for who asked."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muniment import models
from muniment.actions import payment
from muniment.rulebook.words import Role, Stage
from tests.pages import rows, scanning
from tests.pages.application.test_upload_doors import SILENT
from tests.pages.payment.test_fees import said

As = Callable[[str], Client]
LIST = "/office/invoices/"


@pytest.fixture
def invoice(office: rows.Office) -> models.Invoice:
    """An open invoice over 1,200 dollars."""
    case = office.case(Stage.AGREEMENT, institution=office.institution)
    office.agrees(case)
    return office.bills(case)


def line(office: rows.Office, text: str, amount: int = 120_000, key: str = "k") -> models.BankLine:
    return models.BankLine.objects.create(
        key=key, source="bank", booked_on=rows.TODAY, amount_minor=amount, currency="USD",
        text=text, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def upload(client: Client, data: bytes) -> HttpResponse:
    return client.post(LIST, {"do": "file", "file": SimpleUploadedFile("bank.csv", data)})


def test_a_statement_is_read_once_and_its_lines_wait(invoice: models.Invoice, as_: As) -> None:
    data = f"Date,Amount,Reference\n{rows.TODAY},1200.00,Lakeside {invoice.number}\n".encode()
    fay = as_("fay")
    assert upload(fay, data).status_code == 302
    assert upload(fay, data).status_code == 302
    assert models.BankLine.objects.count() == 1
    assert models.Job.objects.get().kind == payment.MATCH
    assert "1 line of the bank needs you" in said(fay.get(LIST))


def test_a_file_that_is_none_is_refused_with_its_place(invoice: models.Invoice, as_: As) -> None:
    answer = upload(as_("fay"), b"Date,Amount,Reference\n2026-11-20,ten,x\n")
    assert "Line 2: 'ten' is not an amount" in said(answer).replace("&#x27;", "'")
    assert upload(as_("fay"), b"").status_code == 200
    assert models.BankLine.objects.count() == 0


def test_a_line_is_matched_by_hand_or_set_aside(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    first, second = line(office, "Lakeside", 500), line(office, "Interest", 7, key="l")
    fay = as_("fay")
    given: dict[str, Any] = {"do": "by_hand", "line": first.pk, "invoice": invoice.number}
    assert fay.post(LIST, given).status_code == 200
    answer = fay.post(LIST, {**given, "reason": "They wrote to us."})
    assert answer.status_code == 302, said(answer)
    assert models.Payment.objects.get().amount_minor == 500
    aside = {"do": "by_hand", "line": second.pk, "invoice": "", "reason": "Interest."}
    assert fay.post(LIST, aside).status_code == 302
    assert models.BankLine.objects.get(pk=second.pk).set_aside_reason == "Interest."
    assert fay.post(LIST, aside).status_code == 404
    assert fay.post(LIST, {**aside, "line": "x"}).status_code == 404


def test_the_list_shows_what_wants_work_and_everything_when_asked(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    done = office.bills(office.case(Stage.ACTIVE), paid_minor=120_000)
    page = said(as_("fay").get(LIST))
    assert (invoice.number in page, done.number in page) == (True, False)
    page = said(as_("fay").get(f"{LIST}?all"))
    assert (invoice.number in page, done.number in page) == (True, True)


def test_who_oversees_reads_the_list_but_no_bank_line(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    row = line(office, "Private payer")
    page = said(as_("audra").get(LIST))
    assert (invoice.number in page, "Private payer" in page) == (True, False)
    given = {"do": "by_hand", "line": row.pk, "invoice": "", "reason": "x"}
    assert as_("audra").post(LIST, given).status_code == 404
    data = f"Date,Amount,Reference\n{rows.TODAY},1,x\n".encode()
    assert upload(as_("audra"), data).status_code == 409


def test_nobody_else_has_the_list(invoice: models.Invoice, as_: As) -> None:
    for name in ("cora", "dana", "alice", "stan", "max"):
        assert as_(name).get(LIST).status_code == 404, name
    assert Client().get(LIST).status_code == 401


def test_the_list_costs_the_same_for_one_and_for_several(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    fay = as_("fay")
    line(office, "a")
    fay.get(LIST)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert fay.get(LIST).status_code == 200
        return len(caught)

    one = queries()
    for number in range(3):
        office.bills(office.case(Stage.AGREEMENT, institution=office.institution))
        line(office, "b", key=f"b{number}")
    assert queries() == one


def test_the_parties_and_the_office_read_an_invoice_and_take_its_paper(
    invoice: models.Invoice, as_: As
) -> None:
    address = reverse("invoice", args=[invoice.number])
    for name in ("alice", "fay", "cora"):
        assert "USD 1,200.00" in said(as_(name).get(address))
        answer = as_(name).get(reverse("invoice_pdf", args=[invoice.number]))
        assert answer["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert invoice.number in text
    for name in ("stan", "dana", "max"):
        assert as_(name).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    assert as_("alice").get(reverse("invoice", args=["none"])).status_code == 404


def test_no_card_is_offered_where_no_provider_is_declared(invoice: models.Invoice, as_: As) -> None:
    address = reverse("invoice", args=[invoice.number])
    assert "Pay by card" not in said(as_("alice").get(address))
    assert as_("alice").post(address).status_code == 404


def test_a_party_asks_for_the_card_page_and_finds_it(
    invoice: models.Invoice, as_: As, settings: Any
) -> None:
    settings.DECLARED = settings.DECLARED.model_copy(update={"card_url": "https://pay.example"})
    address, alice = reverse("invoice", args=[invoice.number]), as_("alice")
    assert "Pay by card" in said(alice.get(address))
    assert as_("fay").post(address).status_code == 404
    assert alice.post(address).status_code == 302
    assert alice.post(address).status_code == 302
    assert "is being made" in said(alice.get(address))
    made = models.Checkout.objects.get()
    assert (made.made_by.person.email, made.made_by.role) == ("alice@example.org", "applicant")
    models.Checkout.objects.update(address="https://pay.example/cs_1", session="cs_1")
    page = alice.get(address).content.decode()
    assert 'href="https://pay.example/cs_1"' in page
    models.Checkout.objects.update(made_at=made.made_at - timedelta(hours=21))
    page = alice.get(address).content.decode()
    assert "cs_1" not in page
    assert "Pay by card" in page


def test_a_higher_cost_is_accepted_by_the_applicant_alone(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    case, by = invoice.case, office.acting("alice", Role.APPLICANT)
    models.Estimate.objects.update(accepted_at=rows.NOW, accepted_by=by)
    models.Estimate.objects.create(
        case=case, version=2, lines=[], total_minor=200_000, currency="USD",
        valid_until_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    own = reverse("fees", args=[case.reference])
    page = said(as_("alice").get(own))
    assert "You accepted USD 1,200.00. The cost is now USD 2,000.00" in page
    assert as_("stan").get(own).status_code == 404
    assert as_("fay").get(own).status_code == 404
    assert as_("alice").post(own, {"do": "accept"}).status_code == 302
    assert as_("alice").post(own, {"do": "accept"}).status_code == 409
    assert as_("alice").post(own, {"do": "burn"}).status_code == 404
    assert models.Estimate.objects.get(version=2).accepted_at is not None


def test_the_applicant_asks_for_a_waiver_with_a_reason(invoice: models.Invoice, as_: As) -> None:
    own, alice = reverse("fees", args=[invoice.case.reference]), as_("alice")
    assert alice.post(own, {"do": "ask_waiver", "form": "waiver"}).status_code == 200
    given = {"do": "ask_waiver", "form": "waiver", "reason": "Our grant ended."}
    assert alice.post(own, given).status_code == 302
    assert "Waits for a decision" in said(alice.get(own))
    assert alice.post(own, {"do": "ask", "form": "ask", "line": ""}).status_code == 200


def test_a_quote_is_for_those_who_saw_the_estimate(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    address = reverse("quote_pdf", args=[invoice.case.reference, 1])
    assert as_("alice").get(address)["Content-Type"] == "application/pdf"
    models.Estimate.objects.update(issued_at=None, issued_by=None)
    assert as_("alice").get(address).status_code == 404
    assert as_("cora").get(address).status_code == 200
    assert as_("stan").get(address).status_code == 404


def test_the_payee_s_tax_form_goes_with_every_invoice(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    fay, own = as_("fay"), reverse("invoice", args=[invoice.number])
    there = reverse("invoice_tax_form", args=[invoice.number])
    assert as_("alice").get(there).status_code == 404
    assert "None is kept yet" in said(fay.get(LIST))
    keep = {"do": "tax_form", "tax_form": SimpleUploadedFile("w9.pdf", b"no pdf at all")}
    assert fay.post(LIST, keep).status_code == 200
    assert fay.post(LIST, {"do": "tax_form"}).status_code == 200
    assert as_("audra").post(LIST, {**keep, "tax_form": form(scanning.paper())}).status_code == 409
    assert fay.post(LIST, {"do": "tax_form", "tax_form": form(scanning.paper())}).status_code == 302
    kept = models.Programme.objects.get(pk=office.programme.pk)
    assert (kept.tax_form_by.person, kept.tax_form.media_type) == (
        office.people["fay"], "application/pdf",
    )  # fmt: skip
    assert "Waiting for the virus scan" in said(fay.get(LIST))
    assert there not in as_("alice").get(own).content.decode()
    assert as_("alice").get(there).status_code == 409, "held until it is scanned"
    own_copy = b"".join(fay.get(there).streaming_content)
    assert own_copy == scanning.paper(), "who brought it in has it"
    scanning.scan_all()
    assert there in as_("alice").get(own).content.decode()
    answer = as_("alice").get(there)
    assert b"".join(answer.streaming_content) == scanning.paper()
    assert as_("stan").get(there).status_code == 404
    assert Client().get(there).status_code == 401


def test_without_a_scanner_a_coordinator_says_what_another_one_found(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    there = reverse("invoice_tax_form", args=[invoice.number])
    as_("fay").post(LIST, {"do": "tax_form", "tax_form": form(scanning.paper())})
    own, told = reverse("invoice", args=[invoice.number]), {"verdict": "clean"}
    waits = "The tax form waits for the virus scan"
    for name in ("fay", "alice"):
        assert waits not in said(as_(name).get(own))
        assert as_(name).post(there, told).status_code == 404
    assert waits in said(as_("cora").get(own))
    assert as_("cora").post(there, {"verdict": "held"}).status_code == 404
    assert as_("cora").post(there, told).status_code == 302
    assert b"".join(as_("alice").get(there).streaming_content) == scanning.paper()
    entry = models.Entry.objects.get(tag="application.record_scan")
    assert entry.subject_kind == "programme"
    assert waits not in said(as_("cora").get(own))


def test_an_infected_tax_form_is_given_to_nobody_and_not_taken_again(
    office: rows.Office, invoice: models.Invoice, as_: As
) -> None:
    fay, there = as_("fay"), reverse("invoice_tax_form", args=[invoice.number])
    bad = scanning.paper() + b"\n%" + scanning.BAD
    assert fay.post(LIST, {"do": "tax_form", "tax_form": form(bad)}).status_code == 302
    scanning.scan_all()
    for name in ("fay", "alice"):
        assert as_(name).get(there).status_code == 409
    assert "Refused by the virus scanner" in said(fay.get(LIST))
    again = fay.post(LIST, {"do": "tax_form", "tax_form": form(bad)})
    assert again.status_code == 409
    assert "The virus scanner found something in &quot;w9.pdf&quot;" in again.content.decode()


def test_a_tax_form_that_the_store_does_not_take_is_told_in_plain_words(
    office: rows.Office, as_: As, settings: Any
) -> None:
    settings.MUNIMENT_STORAGE_URL = SILENT
    page = said(as_("fay").post(LIST, {"do": "tax_form", "tax_form": form(scanning.paper())}))
    assert "Files cannot be kept at the moment" in page
    assert not models.StoredFile.objects.exists()


def form(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("w9.pdf", content)


def test_who_was_waived_the_fee_is_not_asked_to_pay_it(
    invoice: models.Invoice, as_: As, office: rows.Office, settings: Any
) -> None:
    settings.DECLARED = settings.DECLARED.model_copy(update={"card_url": "http://127.0.0.1:9"})
    alice, address = as_("alice"), reverse("invoice", args=[invoice.number])
    page = said(alice.get(address))
    assert ("Transfer the open amount" in page, "Pay by card" in page) == (True, True)
    by = {"made_at": rows.NOW, "made_by": office.system}
    models.Waiver.objects.create(
        case=invoice.case,
        reason="A student.",
        approved_at=rows.NOW,
        approved_by=office.system,
        **by,
    )
    page = said(alice.get(address))
    assert "The fee was waived: nothing has to be paid." in page
    assert ("Transfer the open amount" in page, "Pay by card" in page) == (False, False)
    assert alice.post(address).status_code == 404


def test_what_was_paid_can_be_chosen_for_a_line_that_pays_it_again(
    invoice: models.Invoice, as_: As, office: rows.Office
) -> None:
    models.Payment.objects.create(
        invoice=invoice, amount_minor=invoice.total_minor, currency="USD", method="card",
        bank_reference="c", received_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    row, fay = line(office, "once more"), as_("fay")
    assert f"{invoice.number}: paid, this is too much" in said(fay.get(LIST))
    given = {"do": "by_hand", "line": row.pk, "invoice": invoice.number, "reason": "Twice."}
    assert fay.post(LIST, given).status_code == 302
    row.refresh_from_db()
    assert row.payment is not None
    assert row.payment.invoice == invoice
