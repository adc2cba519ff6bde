"""The fees of a request in the office: estimate, order, waiver, invoices, contested lines."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import payment, questions
from muniment.pages.office import bench, filling
from muniment.pages.payment import bills, drawing, forms
from muniment.pages.people import signed_in
from muniment.programme import fees, information
from muniment.queries import decision, editions, schedule
from muniment.queries.payment import billing
from muniment.rulebook import reading


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """What one request costs, and what became of it."""
    return bench.answer(Fees.of(request, reference), STEPS)


class Fees(filling.FillingDesk):
    """Money of one request."""

    TAB = "office_fees"
    TEMPLATE = "payment/fees.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.bundle = editions.bundle_of(self.case.edition)
        self.books = billing.books_of(self.case, today=schedule.today(self.case, self.now))
        others = decision.second_people(self.case, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}

    def context(self) -> Mapping[str, Any]:
        """Estimate, waiver, order, invoices; each with the forms of the steps that are open."""
        books, estimate = self.books, self.books.estimate
        may = {name: self.may(name, **about) for name, about in self._asked().items()}
        return {
            "estimate": drawing.estimate(estimate) if estimate else None,
            "earlier": [drawing.estimate(each) for each in books.estimates if each != estimate],
            "waits_for_word": bool(estimate and books.accepted and not estimate.issued_at),
            "may": may,
            "order_form": self.order_form() if may["draft_estimate"] else None,
            "orders": books.orders,
            "po_form": self.form("po", forms.PurchaseOrder),
            "waiver": books.asked_waiver,
            "waivers": books.waivers,
            "waiver_form": self.form("waiver", forms.Reason),
            "nothing_form": self.form("nothing", forms.NothingDue, seconds=self.choices()),
            "bills": [self._bill(each) for each in books.bills],
            "questions": [self._question(each) for each in books.questions],
            "main": self._main(may),
            "wrong": self.wrong(),
        }

    def _asked(self) -> dict[str, dict[str, Any]]:
        """The steps about the case as a whole, with what they are about."""
        second = next(iter(self.others.values()), None)
        waiver = self.books.asked_waiver
        decides = {"asked": waiver, "reason": "?"}
        return {
            "draft_estimate": {},
            "record_purchase_order": {},
            "issue_invoice": {},
            "record_nothing_due": {"reason": "?", "second_person": second},
            "ask_waiver": {"reason": "?"},
            "approve_waiver": decides,
            "refuse_waiver": decides,
        }

    def _main(self, may: dict[str, bool]) -> str:
        """Which form has the one filled button."""
        if self.books.estimate is None:
            return "draft_estimate"
        if self.books.asked_waiver is not None and may["approve_waiver"]:
            return "approve_waiver"
        if may["issue_invoice"] and self.books.estimate.total_minor > 0:
            return "issue_invoice"
        if may["record_nothing_due"] and self.books.estimate.total_minor == 0:
            return "record_nothing_due"
        return "pay"

    def offers(self, name: str) -> bool:
        """Whether the reader's office takes the step at this stage; the step asks for the rest."""
        row = reading.STEPS[name]
        return bool(self.sight.roles & set(row.by)) and (not row.at or self.case.stage in row.at)

    def choices(self) -> list[tuple[str, str]]:
        """Colleagues who may confirm."""
        return filling.confirmers(self.others)

    def order_form(self) -> forms.Order:
        """The order as proposed, or as it was posted."""
        order = billing.proposed(self.case)
        schedule_ = self.bundle["fees"]
        units = {item.dataset: item.units for item in order.items}
        return self.form(
            "order",
            forms.Order,
            initial={
                "hours": order.hours, "deliveries": order.deliveries, "months": order.months,
                "surcharges": order.surcharges, "waivers": order.waivers,
                **{f"units-{slug}": count for slug, count in units.items()},
            },
            surcharges=[(each["id"], each["label"]) for each in schedule_["surcharges"]],
            waivers=[(each["id"], each["label"]) for each in schedule_["waivers"]],
            units=[
                (slug, f"{self._title(slug)}: {fees.unit_of(self.bundle, slug).replace('_', ' ')}")
                for slug in units
            ],
        )  # fmt: skip

    def _title(self, slug: str) -> str:
        return str(information.get_dataset(self.bundle, slug)["title"])

    def bill(self) -> billing.Bill:
        """The invoice that a posted form is about."""
        number = self.request.POST.get("invoice", "")
        found = (each for each in self.books.bills if each.account.invoice.number == number)
        bill = next(found, None)
        if bill is None:
            raise Http404
        return bill

    def second(self, given: dict[str, Any]) -> Any:
        """The colleague who was named."""
        return self.others.get(given["second_person"])

    def _bill(self, bill: billing.Bill) -> dict[str, Any]:
        account, number = bill.account, bill.account.invoice.number
        live = account.invoice.voided_at is None and account.invoice.total_minor > 0
        paid = live and account.received > 0
        drawn = {
            **drawing.account(account),
            "payments": drawing.moved(bill.payments),
            "notes": bill.credit_notes,
            "refund": bill.refund,
        }
        if account.is_open and self.offers("record_payment"):
            drawn["pay"] = self.form(f"pay-{number}", forms.Payment)
        if live and account.received == 0 and self.offers("void_invoice"):
            drawn["void"] = self.form(f"void-{number}", forms.Reason)
        if paid and self.offers("issue_credit_note"):
            drawn["credit"] = self.form(f"credit-{number}", forms.Credit, seconds=self.choices())
        if paid and bill.refund is None and self.offers("ask_refund"):
            drawn["ask_refund"] = self.form(f"refund-{number}", forms.Refund)
        if bill.refund is not None and self.offers("approve_refund"):
            drawn["out"] = self.form(f"out-{number}", forms.PayOut, seconds=self.choices())
            drawn["no"] = self.form(f"no-{number}", forms.Reason)
        return drawn

    def _question(self, row: Any) -> dict[str, Any]:
        open_ = row.answered_at is None and row.withdrawn_at is None
        answers = open_ and self.offers("answer_applicant")
        form = self.form(f"answer-{row.pk}", forms.Answer) if answers else None
        return {"row": row, "about": row.about.removeprefix(billing.ABOUT), "form": form}


def _draft(desk: Fees) -> HttpResponse:
    form = desk.order_form()
    given = desk.given(form)
    if given is None:
        return desk.page()
    order = billing.order_with(
        desk.case, units=form.units(), hours=given["hours"], deliveries=given["deliveries"],
        months=given["months"], surcharges=tuple(given.get("surcharges", ())),
        waivers=tuple(given.get("waivers", ())),
    )  # fmt: skip
    payment.draft_estimate(desk.case, order=order, actor=desk.doing("draft_estimate"), now=desk.now)
    return desk.again()


def _purchase_order(desk: Fees) -> HttpResponse:
    given = desk.given(desk.form("po", forms.PurchaseOrder))
    if given is None:
        return desk.page()
    actor = desk.doing("record_purchase_order")
    payment.record_purchase_order(desk.case, actor=actor, now=desk.now, **given)
    return desk.again()


def _invoice(desk: Fees) -> HttpResponse:
    payment.issue_invoice(desk.case, actor=desk.doing("issue_invoice"), now=desk.now)
    return desk.again()


def _nothing(desk: Fees) -> HttpResponse:
    given = desk.given(desk.form("nothing", forms.NothingDue, seconds=desk.choices()))
    if given is None:
        return desk.page()
    payment.record_nothing_due(
        desk.case, actor=desk.doing("record_nothing_due"), now=desk.now, reason=given["reason"],
        second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def _waiver(desk: Fees) -> HttpResponse:
    given = desk.given(desk.form("waiver", forms.Reason))
    if given is None:
        return desk.page()
    wanted = desk.request.POST["do"]
    actor = desk.doing(wanted)
    if wanted == "ask_waiver":
        payment.ask_waiver(desk.case, actor=actor, now=desk.now, reason=given["reason"])
        return desk.again()
    if desk.books.asked_waiver is None:
        raise Http404
    decide = payment.approve_waiver if wanted == "approve_waiver" else payment.refuse_waiver
    decide(desk.books.asked_waiver, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()


def _answer(desk: Fees) -> HttpResponse:
    key = filling.key_of(desk.request.POST.get("question", ""))
    row = next((each for each in desk.books.questions if each.pk == key), None)
    if row is None:
        raise Http404
    given = desk.given(desk.form(f"answer-{row.pk}", forms.Answer))
    if given is None:
        return desk.page()
    actor = desk.doing("answer_applicant")
    questions.answer_applicant(row, given["text"], actor=actor, now=desk.now)
    return desk.again()


STEPS = {
    "draft": _draft,
    "purchase_order": _purchase_order,
    "invoice": _invoice,
    "nothing": _nothing,
    "ask_waiver": _waiver,
    "approve_waiver": _waiver,
    "refuse_waiver": _waiver,
    "answer": _answer,
    "pay": bills.pay,
    "void": bills.void,
    "credit": bills.credit,
    "ask_refund": bills.ask_refund,
    "approve_refund": bills.approve_refund,
    "refuse_refund": bills.refuse_refund,
}
