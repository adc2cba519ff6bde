"""The letter as a file: for the applicant's side, the office, and a chair who decides."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.documents import letter as paper
from muniment.pages.decision import chair
from muniment.pages.people import signed_in
from muniment.queries import access
from muniment.queries import decision as queries


@require_safe
@signed_in.only
def letter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One letter as a PDF; one that was superseded says so on its face."""
    sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    if sight is None or not (sight.is_party or sight.is_office):
        sight = chair.ChairsDecision.of(request, reference).sight
    found = queries.find_letter(sight.case, pk)
    if found is None:
        raise Http404
    response = HttpResponse(paper.pdf(_told(sight, found)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{reference}-decision-{pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _told(sight: access.Sight, found: Any) -> paper.Letter:
    back = gettext("This letter was taken back and no longer holds.")
    return paper.told(
        gettext("Decision on %(reference)s") % {"reference": sight.case.reference},
        found.letter,
        sender=sight.case.programme.name,
        reference=sight.case.reference,
        taken_back=back if found.superseded_at else "",
    )
