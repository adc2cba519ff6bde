"""The applicant hands in evidence that a condition is met."""

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from muniment.actions import decision, step
from muniment.pages import request_tabs, requests
from muniment.pages.people import signed_in
from muniment.queries import access
from muniment.queries import decision as queries

LONGEST = 5000


@require_POST
@signed_in.only
def report(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Evidence for one condition; the office accepts or refuses it."""
    now = timezone.now()
    sight = access.find_sight(signed_in.person(request), reference, now=now)
    found = queries.find_condition(sight.case, pk) if sight and sight.is_party else None
    if sight is None or found is None:
        raise Http404
    actor, evidence = request_tabs.acting(request, sight), request.POST.get("text", "")[:LONGEST]
    try:
        decision.report_condition_met(found, evidence=evidence, actor=actor, now=now)
    except step.Refused as refused:
        return requests.page(request, sight, reasons=refused.reasons, tab="decision")
    return shortcuts.redirect(request_tabs.address(reference, "decision"))
