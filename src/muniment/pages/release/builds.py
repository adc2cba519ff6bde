"""The builds that wait for a data engineer or a checker, over all requests."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from muniment.pages import frame
from muniment.pages.people import signed_in
from muniment.pages.wording.datasets import Tag
from muniment.queries import access
from muniment.queries import release as releases

STATES = {
    "planned": Tag(_("Planned"), "line"),
    "building": Tag(_("Building"), "info"),
    "built": Tag(_("Built"), "info"),
    "checking": Tag(_("To check"), "warn"),
    "released": Tag(_("Released"), "good"),
    "withdrawn": Tag(_("Withdrawn"), "stop"),
}
NONE_YET = Tag(_("To plan"), "warn")


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """Every line with its newest build; who neither builds nor checks has no such page."""
    person, now = signed_in.person(request), timezone.now()
    if access.offices_of(person, now=now).isdisjoint(releases.BUILDERS):
        raise Http404
    found = releases.list_bench(person, now=now)
    rows = [{"bench": each, "tag": tag(each.newest)} for each in found]
    return frame.render(request, "release/builds.html", {"rows": rows}, here="builds")


def tag(build: Any) -> Tag:
    """The state of a build in a word."""
    return NONE_YET if build is None else STATES[build.state]
