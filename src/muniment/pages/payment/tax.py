"""The payee's tax form: kept by finance, given with an invoice to whoever may read that."""

from datetime import datetime
from typing import Any

from django import shortcuts
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from muniment.actions import files, people, step
from muniment.gateways import storage
from muniment.pages import uploads
from muniment.pages.application import files as attached
from muniment.pages.people import signed_in
from muniment.queries import access, payment
from muniment.queries import files as scans
from muniment.rulebook.words import Role

MOST_MB = 10
MOST_PAGES = 20


def kept(upload: Any, *, actor: Any, now: datetime) -> Any:
    """Look at an upload and store it; raises one of `uploads.FAULTS` where it is not taken."""
    return uploads.kept(upload, most_mb=MOST_MB, most_pages=MOST_PAGES, actor=actor, now=now)


def may_scan(home: Any, person: Any) -> bool:
    """Whether the form is held and this person may say what a scanner elsewhere said of it."""
    now, held = timezone.now(), home.tax_form
    if held is None or held.verdict != attached.HELD:
        return False
    if Role.COORDINATOR not in access.offices_of(person, now=now):
        return False
    by, about = people.acting(person, Role.COORDINATOR), {"file": held}
    return not step.refusals("record_scan", home, actor=by, now=now, about=about)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def form(request: HttpRequest, number: str) -> Any:
    """The form, beside an invoice that this reader may open; held like any file until scanned.

    Posting says what a scanner elsewhere found.
    """
    person = signed_in.person(request)
    row = payment.find_invoice(person, number, now=timezone.now())
    home: Any = row.case.programme if row is not None else None
    if home is None or home.tax_form is None:
        raise Http404
    return (_scanned if request.method == "POST" else _given)(request, home, number)


def _given(request: HttpRequest, home: Any, number: str) -> Any:
    file = home.tax_form
    if not scans.is_open(file, signed_in.person(request), kept_by=home.tax_form_by):
        back, name = reverse("invoice", args=[number]), gettext("The payee’s tax form (PDF)")
        return attached.not_given(request, name, file.verdict, back=back, parent=number)
    try:
        stream = uploads.store().open(file.sha256)
    except storage.Missing:
        raise Http404 from None
    answer = FileResponse(stream, content_type=file.media_type, filename="tax-form.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _scanned(request: HttpRequest, home: Any, number: str) -> HttpResponse:
    """The word is the coordinator's, and in the programme's ledger."""
    person, verdict = signed_in.person(request), request.POST.get("verdict", "")
    if verdict not in (attached.CLEAN, attached.INFECTED) or not may_scan(home, person):
        raise Http404
    actor, now = people.acting(person, Role.COORDINATOR), timezone.now()
    said = scans.Verdict(verdict)
    files.record_scan_of(home.tax_form, home, verdict=said, actor=actor, now=now)
    return shortcuts.redirect("invoice", number)
