"""Invoices for finance: what is open, the bank's file, and the lines that nobody has settled."""

from collections.abc import Iterable
from typing import Any

from django import shortcuts
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from muniment.actions import payment as actions
from muniment.actions import people
from muniment.documents import bank
from muniment.pages import frame, limits, uploads
from muniment.pages.application import files as attached
from muniment.pages.office import bench, filling
from muniment.pages.payment import drawing, forms, tax
from muniment.pages.people import signed_in
from muniment.programme import fees
from muniment.queries import editions, payment
from muniment.queries.payment import billing
from muniment.rulebook.words import Refusal, Role

HERE = "office_invoices"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
@limits.uploads
def page(request: HttpRequest) -> HttpResponse:
    """Every invoice of the programs whose money this person works on."""
    return bench.answer(Till(request), STEPS)


class Till:
    """Invoices and bank lines in the hands of one person; who has no such office finds nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        accounts = payment.list_accounts(self.person, now=self.now)
        if accounts is None:
            raise Http404
        self.accounts = accounts
        self.programme = payment.programmes_of(self.person, now=self.now)[0]
        self.works = payment.works_on(self.person, now=self.now)
        self.actor = people.acting(self.person, Role.FINANCE)
        others = billing.second_people(self.programme, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}
        self.typed: dict[str, Form] = {}

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The lists as they stand."""
        every, kept = "all" in self.request.GET, self.programme.tax_form
        shown = [each for each in self.accounts if every or each.state in WANTS_WORK]
        lines = payment.list_waiting_lines() if self.works else []
        context = {
            "rows": [drawing.account(each) for each in shown],
            "every": every,
            "works": self.works,
            "lines": [self._line(each) for each in lines],
            "file_form": self.upload("file", forms.BankFile),
            "tax_form": self.upload("tax_form", forms.TaxForm),
            "tag": attached.TAGS[kept.verdict] if kept is not None else None,
            "programme": self.programme,
            "refused": refused or [],
            "wrong": [form for form in self.typed.values() if form.errors],
        }
        return frame.render(
            self.request, "payment/invoices.html", context, here=HERE, status=status
        )

    def upload(self, step: str, kind: type[Form]) -> Form:
        """The form for a step's file; once it was read, the same with what is wrong."""
        if step not in self.typed:
            if self.request.POST.get("do") != step:
                return kind()
            self.typed[step] = kind(self.request.POST, self.request.FILES)
        return self.typed[step]

    def hand_form(self, key: int) -> forms.ByHand:
        """The form for one line."""
        posted = self.request.POST.get("line") == str(key)
        form = forms.ByHand(
            self.request.POST if posted else None,
            auto_id=f"line-{key}-%s",
            invoices=[(each.invoice.number, _label(each)) for each in _bookable(self.accounts)],
            seconds=filling.confirmers(self.others),
        )
        if posted:
            self.typed[f"line-{key}"] = form
        return form

    def again(self) -> HttpResponse:
        """Back to the lists."""
        return shortcuts.redirect(HERE)

    def _line(self, row: Any) -> dict[str, Any]:
        return {
            "row": row,
            "amount": fees.written(row.amount_minor, row.currency),
            "form": self.hand_form(row.pk),
        }


def _bookable(accounts: Iterable[payment.Account]) -> list[payment.Account]:
    """What is open first; then what was paid, for a line that paid it once more."""
    asking = [each for each in accounts if each.state not in ASKS_NOTHING]
    return sorted(asking, key=lambda each: not each.is_open)


def _label(account: payment.Account) -> str:
    if not account.is_open:
        return gettext("{number}: paid, this is too much").format(number=account.invoice.number)
    open_ = fees.written(account.open, account.invoice.currency)
    return f"{account.invoice.number}: {open_}"


def _file(till: Till) -> HttpResponse:
    form = till.upload("file", forms.BankFile)
    if not form.is_valid():
        return till.page()
    currency = editions.active_bundle(till.programme)["programme"]["currency"]
    try:
        read = bank.read(form.cleaned_data["file"].read(bank.LARGEST + 1), currency=currency)
    except bank.Unreadable as fault:
        form.add_error("file", str(fault))
        return till.page()
    lines = [
        actions.Arrived(each.key, each.booked_on, each.amount_minor, each.currency, each.text)
        for each in read
    ]
    actions.take_bank_lines(till.programme, lines, actor=till.actor, now=till.now)
    return till.again()


def _tax_form(till: Till) -> HttpResponse:
    form = till.upload("tax_form", forms.TaxForm)
    if not form.is_valid():
        return till.page()
    try:
        file = tax.kept(form.cleaned_data["tax_form"], actor=till.actor, now=till.now)
    except uploads.FAULTS as fault:
        form.add_error("tax_form", uploads.reason(fault).sentence)
        return till.page()
    name = form.cleaned_data["tax_form"].name
    actions.keep_tax_form(till.programme, file, name=name, actor=till.actor, now=till.now)
    return till.again()


def _by_hand(till: Till) -> HttpResponse:
    key = filling.key_of(till.request.POST.get("line", ""))
    line = payment.find_line(key) if key is not None and till.works else None
    if line is None:
        raise Http404
    form = till.hand_form(line.pk)
    if not form.is_valid():
        return till.page()
    given = form.cleaned_data
    by = {"actor": till.actor, "now": till.now, "reason": given["reason"]}
    if not given["invoice"]:
        actions.set_line_aside(line, till.programme, **by)
        return till.again()
    found = (each for each in till.accounts if each.invoice.number == given["invoice"])
    invoice = next(found).invoice
    second = till.others.get(given["second_person"])
    actions.match_bank_line_by_hand(line, invoice, second_person=second, **by)
    return till.again()


ASKS_NOTHING = frozenset({payment.State.NOTHING_DUE, payment.State.VOID})
WANTS_WORK = frozenset({payment.State.OPEN, payment.State.PART_PAID, payment.State.OVERPAID})
STEPS = {"file": _file, "tax_form": _tax_form, "by_hand": _by_hand}
