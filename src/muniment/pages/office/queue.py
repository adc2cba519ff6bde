"""The office's queue: every open request by urgency, over all of a person's roles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.pages import frame, request_page
from muniment.pages.people import signed_in
from muniment.queries import access, timeline


@require_safe
@signed_in.only
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, theirs to act on first; who holds no office has no queue."""
    person, now = signed_in.person(request), timezone.now()
    if not access.offices_of(person, now=now):
        raise Http404
    rows = [row for row in timeline.list_rows(person, now=now) if row.sight.is_office]
    context = {"rows": [request_page.row(row) for row in rows]}
    return frame.render(request, "office/queue.html", context, here="office_queue")
