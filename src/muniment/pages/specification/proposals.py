"""A smaller scope that the office proposes: what would change, and the applicant's answer."""

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from muniment.actions import screening, step
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import specification as queries

from . import closed

ANSWERS = {
    "accept": screening.accept_reduced_scope,
    "refuse": screening.refuse_reduced_scope,
}


@require_http_methods(["GET", "POST"])
@signed_in.only
def proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """Both versions in words, the changes one by one, and accept or refuse."""
    at = desk.at(request, reference)
    reasons = step.refusals("accept_reduced_scope", at.case, actor=at.actor, now=at.now)
    found = queries.find_proposal(at.case)
    if found is None:
        return closed.page(request, at.case, heading=gettext("A smaller scope"), reasons=reasons)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer and not reasons:
        answer(at.case, actor=at.actor, now=at.now)
        return shortcuts.redirect("request", reference)
    present = queries.asked_of(at.case).written
    context = {"case": at.case, "proposal": found, "reasons": reasons,
               "present": present.sentence() if present else ""}  # fmt: skip
    return frame.render(request, "specification/proposal.html", context, here="request_list")
