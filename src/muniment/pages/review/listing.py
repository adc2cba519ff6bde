"""My reviews: what waits first, and one way to the next of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.pages import frame
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, table
from muniment.queries.review import listing as queries


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """A member's reviews; whoever has no seat has none."""
    found = queries.reviews_of(signed_in.person(request), now=timezone.now())
    if found is None:
        raise Http404
    past = [{"row": each, "outcome": drawing.outcome(each.outcome)} for each in found.past]
    context = {"reviews": found, "waiting": drawing.rows(found.waiting),
               "open": drawing.rows(found.open), "past": past}  # fmt: skip
    return frame.render(request, "review/list.html", context, here=table.HERE)
