"""My requests, and one request: read through the one door, shown as the reader may see it."""

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.pages import demo_door, frame, request_page
from muniment.queries import access, timeline


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The requests this person may open; a stranger has none."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    rows = timeline.list_rows(request.user, now=timezone.now())
    context = {"rows": [request_page.row(row) for row in rows]}
    return frame.render(request, "requests/list.html", context, here="request_list")


@require_safe
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request; for whoever may not see it, it does not exist."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    now = timezone.now()
    sight = access.find_sight(request.user, reference, now=now)
    if sight is None:
        raise Http404
    if sight.cover_only:
        context = {"case": sight.case, "cover": timeline.cover_of(sight)}
        return frame.render(request, "requests/cover.html", context, here="request_list")
    context = request_page.context(timeline.page_of(sight, now=now))
    return frame.render(request, "requests/request.html", context, here="request_list")


def _signed_out(request: HttpRequest) -> HttpResponse:
    """The same for every address, so that nobody learns which requests exist."""
    if demo_door.is_guest(request):
        return shortcuts.redirect("demo_people")
    return frame.render(request, "errors/signed_out.html", here="request_list", status=401)
