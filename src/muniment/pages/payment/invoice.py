"""An invoice for who pays it: what is asked for, how to pay, the paper itself."""

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import payment as actions
from muniment.actions import people, step
from muniment.documents import invoice as documents
from muniment.pages import frame
from muniment.pages.payment import drawing, tax
from muniment.pages.people import signed_in
from muniment.queries import access, editions, payment, schedule
from muniment.queries.payment import billing
from muniment.rulebook.words import Role


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice; posting asks for a page of the card provider."""
    account = _account(request, number)
    if request.method == "POST":
        return _card(request, account)
    context = {
        "bill": drawing.account(account),
        "case": account.invoice.case,
        "lines": drawing.estimate(account.invoice.estimate),
        "waived": account.is_open and payment.is_waived(account.invoice.case),
        "cards": payment.takes_cards() and payment.open_by_card(account.invoice) > 0,
        "may_scan": tax.may_scan(account.invoice.case.programme, signed_in.person(request)),
        "checkout": payment.find_live_checkout(
            account.invoice, amount_minor=account.open, now=timezone.now()
        ),
    }
    return frame.render(request, "payment/invoice.html", context)


@require_safe
@signed_in.only
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The invoice as a paper."""
    account = _account(request, number)
    case = account.invoice.case
    paper = drawing.invoice(
        account, editions.bundle_of(case.edition), order=billing.find_order(case)
    )
    return _file(paper)


@require_safe
@signed_in.only
def quote(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """An estimate as a quote, for those who saw it issued and for the office."""
    sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    row = None if sight is None else payment.find_estimate(sight, version)
    if sight is None or row is None:
        raise Http404
    bundle = editions.bundle_of(sight.case.edition)
    return _file(drawing.quote(sight.case, row, bundle, order=billing.find_order(sight.case)))


def _account(request: HttpRequest, number: str) -> payment.Account:
    now = timezone.now()
    row = payment.find_invoice(signed_in.person(request), number, now=now)
    if row is None:
        raise Http404
    [account] = payment.accounts([row], today=schedule.today(row.case, now))
    return account


def _card(request: HttpRequest, account: payment.Account) -> HttpResponse:
    """A party asks; the provider is asked by a job, because pages reach no network."""
    now, person, invoice = timezone.now(), signed_in.person(request), account.invoice
    if not payment.takes_cards() or not payment.open_by_card(invoice):
        raise Http404
    sight = access.find_sight(person, invoice.case.reference, now=now)
    held = next((role for role in Role if sight and role in sight.roles), Role.ANYONE)
    actor = people.acting(person, held)
    try:
        actions.ask_for_checkout(invoice, amount_minor=account.open, actor=actor, now=now)
    except step.Refused:
        raise Http404 from None
    return shortcuts.redirect(reverse("invoice", args=[invoice.number]))


def _file(paper: documents.Paper) -> HttpResponse:
    answer = HttpResponse(documents.pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
