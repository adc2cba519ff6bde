"""What the downloads tab of a request draws for its reader: their files, and how each opens."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from muniment.actions import people, release, step
from muniment.pages.people import second_factor, signed_in
from muniment.queries import access, asked, schedule
from muniment.queries import release as releases
from muniment.rulebook.words import Role

RECIPIENTS = (Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR, Role.TEAM_MEMBER)


def context(request: HttpRequest, sight: access.Sight) -> dict[str, Any]:
    """The parcels, newest first, and whether a second factor was shown moments ago."""
    person, now = signed_in.person(request), timezone.now()
    found = releases.list_parcels(sight, person, today=schedule.today(sight.case, now))
    given = {"actor": acting(request, sight), "now": now, "seen": {}}
    shown = second_factor.shown_at(request, now=now)
    here = f"{reverse('request', args=[sight.case.reference])}?tab=downloads"
    return {
        "parcels": [_drawn(sight, each, given=given) for each in found],
        "any_mine": any(each.mine for each in found),
        "receives": sight.is_party,
        "fresh": shown is not None and now - shown <= releases.FRESH,
        "has_second": shown is not None or second_factor.has_one(person),
        "again": f"{reverse('mfa_reauthenticate')}?next={here}",
        "key": releases.find_key(person) if sight.is_party else None,
        "needs_key": sight.is_party and _needs_key(sight.case, person),
        "site": settings.MUNIMENT_SITE_URL,
    }


def acting(request: HttpRequest, sight: access.Sight) -> Any:
    """The reader in the closest of their own roles on the request."""
    role = next((each for each in RECIPIENTS if each in sight.roles), Role.ANYONE)
    return people.acting(signed_in.person(request), role)


def _drawn(
    sight: access.Sight, parcel: releases.Parcel, *, given: Mapping[str, Any]
) -> dict[str, Any]:
    """A parcel with what its reader may do with it, or why not, in the button's place."""
    row = parcel.row
    over = row.closed_at is not None or parcel.is_over or row.build.withdrawn_at is not None
    open_ = parcel.mine and row.packed_at is not None and not over
    about = {"build": row.build, "delivery": row}
    confirms = open_ and row.received_at is None
    return {
        "row": row,
        "used": parcel.used,
        "left": parcel.left,
        "is_over": parcel.is_over,
        "opens": open_,
        "reasons": release.against_download(row, **given) if open_ else [],
        "confirms": confirms
        and not step.refusals("confirm_receipt", sight.case, about=about, **given),
    }


def _needs_key(case: Any, person: Any) -> bool:
    """Whether something of the request leaves to a key only, and this person has none confirmed."""
    if not case.track or releases.find_confirmed_key(person) is not None:
        return False
    return releases.needs_key(case, asked.live_parts(case))
