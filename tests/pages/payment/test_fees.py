"""The fees tab: each step works from the page, and only for those whose work it is."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muniment import models
from muniment.queries.agreement import composing
from muniment.queries.facts import agreement as facts
from muniment.queries.payment import billing
from muniment.rulebook.words import Stage
from tests.pages import rows

As = Callable[[str], Client]
ORDER = {"hours": "0", "deliveries": "1", "months": "12", "units-sdtm-pilot": "1"}
SUM = 105_000


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """A request whose approval stands, its agreement issued."""
    case = office.case(Stage.AGREEMENT, institution=office.institution)
    models.Section.objects.create(
        case=case, name="applicant", answers={"applicant_class": "academic"}
    )
    models.Determination.objects.create(
        case=case, round=1, outcome="approved", reason="Sound.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    office.agrees(case)
    return case


def address(case: models.Case) -> str:
    return reverse("office_fees", args=[case.reference])


def do(client: Client, case: models.Case, step: str, **given: Any) -> HttpResponse:
    return client.post(address(case), {"do": step, **given})


def issued(case: models.Case, client: Client) -> models.Estimate:
    """The estimate as drafted from the page, and issued."""
    answer = do(client, case, "draft", form="order", **ORDER)
    assert answer.status_code == 302, said(answer)
    estimate = models.Estimate.objects.latest("pk")
    models.Estimate.objects.filter(pk=estimate.pk).update(
        issued_at=rows.NOW, issued_by=estimate.made_by
    )
    return estimate


def said(answer: HttpResponse) -> str:
    """What the page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())


def invoiced(case: models.Case, as_: As) -> models.Invoice:
    issued(case, as_("cora"))
    assert do(as_("fay"), case, "invoice").status_code == 302
    return models.Invoice.objects.get()


def test_the_estimate_is_computed_from_the_page_line_by_line(case: models.Case, as_: As) -> None:
    issued(case, as_("cora"))
    page = said(as_("cora").get(address(case)))
    assert "1 edition × USD 750.00" in page
    assert "USD 1,050.00" in page
    assert "USD 300.00 of it, before tax, is not refunded" in page
    assert "half up" in page


def test_the_whole_way_of_money_from_the_page(case: models.Case, as_: As) -> None:
    invoice, fay = invoiced(case, as_), as_("fay")
    number = invoice.number
    assert do(
        fay, case, "purchase_order", form="po", number="PO 1", ordered_on=rows.TODAY
    ).status_code == 302  # fmt: skip
    part = {"form": f"pay-{number}", "invoice": number, "amount": "1050.50", "method": "check",
            "bank_reference": "B 1", "received_on": rows.TODAY}  # fmt: skip
    assert do(fay, case, "pay", **part).status_code == 302
    assert facts.received(invoice) == SUM + 50
    assert "Overpaid" in said(fay.get(address(case)))
    refund = {"form": f"refund-{number}", "invoice": number, "amount": "0.50", "reason": "Over."}
    assert do(fay, case, "ask_refund", **refund).status_code == 302
    assert "A refund waits for a decision" in said(fay.get(address(case)))
    out = {"form": f"out-{number}", "invoice": number, "paid_on": rows.TODAY, "bank_reference": "O"}
    answer = do(fay, case, "approve_refund", **out)
    assert answer.status_code == 302, said(answer)
    assert facts.received(invoice) == SUM
    credit = {"form": f"credit-{number}", "invoice": number, "amount": "10", "reason": "Kind."}
    assert do(fay, case, "credit", **credit).status_code == 302
    assert facts.owed(invoice) == SUM - 1_000
    again = {"form": f"refund-{number}", "invoice": number, "amount": "10", "reason": "Over."}
    assert do(fay, case, "ask_refund", **again).status_code == 302
    no = {"form": f"no-{number}", "invoice": number, "reason": "Next year."}
    assert do(fay, case, "refuse_refund", **no).status_code == 302
    assert f"{number}-C1" in said(fay.get(address(case)))
    own = said(as_("alice").get(reverse("fees", args=[case.reference])))
    mailed = " ".join(models.Message.objects.values_list("body", flat=True))
    for text in ("Yes, it was paid out.", "Kind.", "Next year."):
        assert text in own, "what a letter of money links to"
        assert text.rstrip(".") not in mailed


def test_an_unpaid_invoice_is_voided_from_the_page(case: models.Case, as_: As) -> None:
    number = invoiced(case, as_).number
    given = {"form": f"void-{number}", "invoice": number, "reason": "Wrong address."}
    assert do(as_("fay"), case, "void", **given).status_code == 302
    assert "Void" in said(as_("fay").get(address(case)))


def test_a_waiver_is_asked_by_one_and_decided_by_another(case: models.Case, as_: As) -> None:
    issued(case, as_("cora"))
    given = {"form": "waiver", "reason": "Their grant ended."}
    assert do(as_("cora"), case, "ask_waiver", **given).status_code == 302
    decided = given | {"reason": "We know them."}
    assert do(as_("fay"), case, "approve_waiver", **decided).status_code == 302
    own = said(as_("alice").get(reverse("fees", args=[case.reference])))
    assert "We know them." in own
    letter = models.Message.objects.get(kind="waiver-decided")
    assert "know them" not in letter.body
    assert "Approved" in said(as_("fay").get(address(case)))
    assert do(as_("fay"), case, "approve_waiver", **given).status_code == 404


def test_nothing_due_is_put_on_record_from_the_page(case: models.Case, as_: As) -> None:
    do(as_("cora"), case, "draft", form="order", **ORDER, waivers=["low-income"])
    models.Estimate.objects.update(issued_at=rows.NOW, issued_by=models.Actor.objects.first())
    fay = as_("fay")
    assert "Total: nothing due" in said(fay.get(address(case)))
    answer = do(fay, case, "nothing", form="nothing", reason="Waived by the schedule.")
    assert answer.status_code == 302, said(answer)
    assert models.Invoice.objects.get().total_minor == 0


def test_what_is_typed_wrong_stays_and_is_said(case: models.Case, as_: As) -> None:
    number = invoiced(case, as_).number
    part = {"form": f"pay-{number}", "invoice": number, "amount": "-1", "method": "check"}
    answer = do(as_("fay"), case, "pay", **part)
    assert answer.status_code == 200
    assert "There are" in said(answer)
    answer = do(as_("cora"), case, "draft", form="order", hours="x", surcharges="none-of-them")
    assert answer.status_code == 200
    assert answer.content.decode().count("is none of the choices.") == 2, "above and beside"
    for name in ("void", "credit", "ask_refund"):
        form = {"credit": "credit", "ask_refund": "refund"}.get(name, name)
        given = {"form": f"{form}-{number}", "invoice": number}
        assert do(as_("fay"), case, name, **given).status_code == 200
    for name in ("purchase_order", "nothing", "ask_waiver"):
        form = {"purchase_order": "po", "ask_waiver": "waiver"}.get(name, name)
        assert do(as_("fay"), case, name, form=form).status_code == 200
    assert models.Payment.objects.count() == 0


def test_a_step_that_the_rulebook_refuses_says_why(case: models.Case, as_: As) -> None:
    number = invoiced(case, as_).number
    part = {"form": f"pay-{number}", "invoice": number, "amount": "1", "method": "check",
            "bank_reference": "B", "received_on": rows.TODAY}  # fmt: skip
    answer = do(as_("cora"), case, "pay", **part)
    assert answer.status_code == 409
    assert "Not possible yet" in said(answer)
    assert do(as_("fay"), case, "invoice").status_code == 409


def test_a_contested_line_is_answered_from_the_tab(
    office: rows.Office, case: models.Case, as_: As
) -> None:
    issued(case, as_("cora"))
    own = reverse("fees", args=[case.reference])
    asked = {"do": "ask", "form": "ask", "line": "Handling of the request", "text": "Why so much?"}
    answer = as_("alice").post(own, asked)
    assert answer.status_code == 302, said(answer)
    assert "We answer by" in said(as_("alice").get(own))
    question = models.Question.objects.get()
    page = said(as_("fay").get(address(case)))
    assert "Why so much?" in page
    assert "Answer by" in page
    given = {"form": f"answer-{question.pk}", "question": question.pk}
    assert do(as_("fay"), case, "answer", **given).status_code == 200
    assert do(as_("fay"), case, "answer", **given, text="By the schedule.").status_code == 302
    assert "By the schedule." in said(as_("alice").get(own))
    assert do(as_("fay"), case, "answer", question="x").status_code == 404


def test_what_is_kept_and_what_needs_a_new_word_stands_on_page_quote_and_annex(
    case: models.Case, as_: As
) -> None:
    estimate = issued(case, as_("cora"))
    assert estimate.non_refundable_minor == 30_000
    page = said(as_("alice").get(reverse("fees", args=[case.reference])))
    assert "USD 300.00 of it, before tax, is not refunded once work has begun" in page
    answer = as_("alice").get(reverse("quote_pdf", args=[case.reference, estimate.version]))
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    quote = " ".join("".join(each.extract_text() for each in pages).split())
    assert "USD 300.00 before tax is not refunded once work has begun" in quote
    assert "more than 10 % above it" in quote
    annex = composing.document_of(case.agreements.get(), on=rows.TODAY)["fees"]
    assert (annex["kept"], annex["overrun"]) == ("USD 300.00", "10 %")
    models.Estimate.objects.update(total_minor=0, non_refundable_minor=0)
    annex = composing.document_of(case.agreements.get(), on=rows.TODAY)["fees"]
    assert (annex["kept"], annex["overrun"]) == ("", "")


def test_only_those_whose_work_it_is_have_the_tab(
    office: rows.Office, case: models.Case, as_: As
) -> None:
    for name, status in (
        ("cora", 200), ("fay", 200), ("audra", 200), ("olga", 200), ("stella", 404),
        ("dana", 404), ("alice", 404), ("stan", 404), ("max", 404),
    ):  # fmt: skip
        assert as_(name).get(address(case)).status_code == status, name
    assert Client().get(address(case)).status_code == 401
    assert do(as_("cora"), case, "burn").status_code == 404
    assert do(as_("fay"), case, "void", invoice="none").status_code == 404


def test_at_the_wrong_stage_the_reason_stands_there(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    models.Case.objects.filter(pk=case.pk).update(stage="submitted")
    answer = do(as_("cora"), case, "draft", form="order", **ORDER)
    assert (answer.status_code, "Not possible yet" in said(answer)) == (409, True)


def test_one_filled_button_and_as_many_queries_for_one_invoice_as_for_several(
    office: rows.Office, case: models.Case, as_: As
) -> None:
    invoice, fay = invoiced(case, as_), as_("fay")
    first = {"form": f"pay-{invoice.number}", "invoice": invoice.number, "amount": "1",
             "method": "check", "bank_reference": "B 1", "received_on": rows.TODAY}  # fmt: skip
    do(fay, case, "pay", **first)
    fay.get(address(case))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page = fay.get(address(case)).content.decode()
        assert page.count("btn btn-primary") == 1
        return len(caught)

    one = queries()
    for number in range(3):
        made = models.Invoice.objects.create(
            case=case, estimate=invoice.estimate, number=f"X-{number}", total_minor=5,
            currency="USD", due_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
            voided_at=rows.NOW, voided_by=office.system,
        )  # fmt: skip
        models.Payment.objects.create(
            invoice=made, amount_minor=2, currency="USD", method="bank",
            bank_reference=f"R{number}", received_on=rows.TODAY, made_at=rows.NOW,
            made_by=office.system,
        )  # fmt: skip
    assert queries() == one


def test_what_is_asked_for_anew_is_charged_anew_and_the_work_stays(
    case: models.Case, as_: As
) -> None:
    """An amendment's estimate starts from what the request asks for now, not from the last one."""
    assert do(as_("cora"), case, "draft", form="order", **ORDER | {"hours": "3"}).status_code == 302
    again = billing.proposed(case)
    assert (again.hours, again.surcharges) == (Decimal(3), ())
    last = case.specifications.latest("version")
    document = json.loads(last.document)
    document["parts"].append(document["parts"][0] | {"id": "p2"})
    document["links"] = [{"parts": ["p1", "p2"], "reason": "The same people."}]
    last.pk, last.version, last.document = None, last.version + 1, json.dumps(document)
    last.made_at = models.Estimate.objects.latest("pk").made_at + timedelta(days=1)
    last.save()
    changed = billing.proposed(case)
    assert (changed.hours, changed.surcharges) == (Decimal(3), ("linkage",))
    assert changed.items == again.items
