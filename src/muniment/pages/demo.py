"""Signing in to a demo: the only place where a visitor chooses who to be."""

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from muniment.pages import demo_door, frame
from muniment.queries import access


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link printed on the terminal: looking costs nothing, choosing spends it."""
    if not demo_door.is_open(request):
        raise Http404
    if not demo_door.is_unspent(token):
        return frame.render(request, "demo/spent.html", status=410)
    return _choose(request, token=token)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """The same choice again, for a browser that came in by a link."""
    if not demo_door.is_guest(request):
        raise Http404
    return _choose(request)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; a demo guest may then be somebody else."""
    may_choose = demo_door.sign_out(request)
    return shortcuts.redirect("demo_people" if may_choose else "data_list")


def _choose(request: HttpRequest, *, token: str = "") -> HttpResponse:
    chosen = request.POST.get("person", "")
    if access.find_demo_person(chosen) is None:
        people = access.list_demo_people(now=timezone.now())
        context = {"people": people, "missing": request.method == "POST"}
        return frame.render(request, "demo/choose.html", context)
    if token and not demo_door.spend(token):
        return frame.render(request, "demo/spent.html", status=410)
    demo_door.sign_in(request, chosen)
    return shortcuts.redirect("request_list")
