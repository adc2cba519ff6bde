"""Checking a letter by the code on it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from muniment.pages import frame, limits
from muniment.queries import proofs

KINDS = {
    proofs.Kind.SUPPORT: _("Letter of support"),
    proofs.Kind.DECISION: _("Notice of a decision"),
    proofs.Kind.AGREEMENT: _("Data Use Agreement"),
    proofs.Kind.ADDENDUM: _("Addendum to a Data Use Agreement"),
    proofs.Kind.DESTRUCTION: _("Certificate of destruction"),
}
OUTCOMES = {
    proofs.Outcome.AVAILABILITY: _("States what was available on that day. No guarantee."),
    proofs.Outcome.APPROVED: _("Approved"),
    proofs.Outcome.DENIED: _("Denied"),
    proofs.Outcome.ISSUED: _("Sent to be signed; not everybody has signed"),
    proofs.Outcome.SIGNED: _("Signed by everybody"),
    proofs.Outcome.EXTENDED: _("Names a later last day of the agreement"),
    proofs.Outcome.CERTIFIED: _("The recipient certified that every copy was destroyed."),
}


@require_safe
@limits.only("verify", times=60, methods=("GET", "HEAD"))
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a code stands for: kind, outcome and day. Never sent and taken back are two answers."""
    found = proofs.find(code)
    if found is None:
        return frame.render(request, "enquiry/no_letter.html", status=404)
    context = {
        "proof": found,
        "kind": KINDS[proofs.Kind(found.kind)],
        "outcome": OUTCOMES[proofs.Outcome(found.outcome)],
    }
    return frame.render(request, "enquiry/verify.html", context)
