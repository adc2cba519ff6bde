"""What the downloads tab of a request draws for its reader: their files, and how each opens."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from muniment.pages.people import second_factor, signed_in
from muniment.queries import access, asked, schedule
from muniment.queries import release as releases


def context(request: HttpRequest, sight: access.Sight) -> dict[str, Any]:
    """The parcels, newest first, and whether a second factor was shown moments ago."""
    person, now = signed_in.person(request), timezone.now()
    found = releases.list_parcels(sight, person, today=schedule.today(sight.case, now))
    shown = second_factor.shown_at(request, now=now)
    here = f"{reverse('request', args=[sight.case.reference])}?tab=downloads"
    return {
        "parcels": found,
        "any_mine": any(each.mine for each in found),
        "receives": sight.is_party,
        "fresh": shown is not None and now - shown <= releases.FRESH,
        "has_second": shown is not None or second_factor.has_one(person),
        "again": f"{reverse('mfa_reauthenticate')}?next={here}",
        "key": releases.find_key(person) if sight.is_party else None,
        "needs_key": sight.is_party and _needs_key(sight.case, person),
        "site": settings.MUNIMENT_SITE_URL,
    }


def _needs_key(case: Any, person: Any) -> bool:
    """Whether something of the request leaves to a key only, and this person has none confirmed."""
    if not case.track or releases.find_confirmed_key(person) is not None:
        return False
    return releases.needs_key(case, asked.live_parts(case))
