"""What stands around every page: the name on top, at most five links, who is signed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.pages import demo_door
from muniment.queries import access, catalogue, enquiries, meetings, prepared, release, reports
from muniment.queries.agreement import signers
from muniment.queries.catalogue import office as keeping
from muniment.queries.house import settings
from muniment.rulebook.words import Role

SHEETS = tuple(
    f"muniment/css/{name}.css"
    for name in (
        "tokens", "base", "buttons", "forms", "frame", "panel", "turn", "stages", "lists",
        "timeline", "tables", "charts", "builder", "media",
    )
)  # fmt: skip

MOST = 5
PUBLIC: tuple[tuple[str, Promise], ...] = (
    ("data_list", _("Data library")),
    ("how_access_works", _("How access works")),
    ("register", _("Register of uses")),
)
WORK: tuple[tuple[str, Promise, frozenset[Role]], ...] = (
    ("review_list", _("My reviews"), access.COMMITTEE),
    ("office_queue", _("Queue"), access.FROM_SUBMISSION | access.FROM_AGREEMENT),
    ("meeting_list", _("Meetings"), meetings.READERS),
    ("builds", _("Builds"), release.BUILDERS),
    ("office_invoices", _("Invoices"), frozenset({Role.FINANCE})),
    ("office_enquiries", _("Inquiries"), enquiries.READING),
    ("office_catalog", _("Catalog"), keeping.KEEPING),
    ("reports", _("Reports"), reports.READERS),
    ("settings", _("Settings"), settings.READING),
)
"""What each office finds in the top bar, in the order of a day's work."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the top bar."""

    label: str
    url: str
    active: bool


class Looking:
    """Middleware: a page that is only looked at asks once for what all of its parts depend on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self._get_response(request)
        with prepared.one_look():
            return self._get_response(request)


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page in its frame; `here` names the route whose link is the active one.

    What a signed-in person sees is never kept by a cache.
    """
    filled = {**(context or {}), "frame": _frame(request, here)}
    response = shortcuts.render(request, template, filled, status=status)
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response


def around(request: HttpRequest) -> dict[str, Any]:
    """The same frame for pages that allauth draws; costs nothing where `render` filled it in."""
    return {"frame": SimpleLazyObject(lambda: _frame(request, ""))}


def bare(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page without database or session, for when something is wrong with either."""
    return shortcuts.render(request, template, {"frame": {"sheets": SHEETS}}, status=status)


def _frame(request: HttpRequest, here: str) -> dict[str, Any]:
    masthead = catalogue.find_masthead()
    person = request.user if request.user.is_authenticated else None
    roles = access.offices_of(person, now=timezone.now()) if person else frozenset()
    return {
        "name": masthead.short_name if masthead else gettext("Data access"),
        "operator": masthead.name if masthead else "",
        "contact": masthead.contact if masthead else "",
        "notice": masthead.notice if masthead else "",
        "sheets": SHEETS,
        "links": _links(
            here,
            signed_in=person is not None,
            offices=roles,
            signs=person is not None and signers.signs_for_an_institution(person),
        ),
        "person": person,
        "offices": sorted(role.label for role in roles),
        "demo": demo_door.is_guest(request),
    }


def _links(here: str, *, signed_in: bool, offices: frozenset[Role], signs: bool) -> list[Link]:
    """At most five: one's own work first; what no longer fits is in the foot of the page."""
    routes = [(route, label) for route, label, roles in WORK if offices & roles]
    if signed_in and not routes:
        routes.append(("request_list", _("My requests")))
    routes = [*routes, *PUBLIC] if routes and offices else [*PUBLIC, *routes]
    if signs:
        routes.insert(0, ("sign_list", _("Agreements")))
    return [
        Link(str(label), reverse(route), active=route == here) for route, label in routes[:MOST]
    ]
