"""Deliveries on the workbench: opened for a recipient, the passphrase told, a key confirmed."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse

from muniment.actions import release
from muniment.gateways import storage
from muniment.pages.office import filling
from muniment.pages.release import forms
from muniment.queries import release as releases
from muniment.queries import schedule
from muniment.rulebook.words import Role

if TYPE_CHECKING:
    from muniment.pages.release.workbench import Workbench

TELLING = (Role.COORDINATOR, Role.DATA_ENGINEER)


def context(desk: "Workbench", build: Any, *, today: date) -> dict[str, Any]:
    """The deliveries, who else may have one, and the keys that wait."""
    released = build is not None and build.released_at is not None
    ready, lacking = _receivers(desk, build, today) if released else ([], [])
    opens = bool(ready) and desk.may("open_delivery", build=build, recipient=ready[0])
    tells = not desk.sight.roles.isdisjoint(TELLING)
    return {
        "parcels": _parcels(desk, today),
        "deliver_form": _deliver(desk, ready) if opens else None,
        "lacking_keys": lacking if tells else [],
        "tells": tells,
        "keys": [
            (key, desk.form(f"confirm-{key.pk}", forms.Confirm))
            for key in (releases.list_waiting_keys(desk.case) if tells else [])
        ],
    }


def _parcels(desk: "Workbench", today: date) -> list[dict[str, Any]]:
    """The deliveries; an open one that goes to nobody any more with the sentence that says why."""
    found = releases.list_parcels(desk.sight, desk.person, today=today)
    stopped = releases.list_stopped(found, today=today)
    return [
        {
            "row": each.row,
            "used": each.used,
            "is_over": each.is_over,
            "stopped": release.not_bound(each.row.recipient) if each.row in stopped else None,
        }
        for each in found
    ]


def _receivers(desk: "Workbench", build: Any, today: date) -> tuple[list[Any], list[Any]]:
    """Who may be sent a build, and who first needs a key that the office confirmed."""
    everyone = releases.list_recipients(build.line, today=today)
    if not releases.needs_key(desk.case, [build.line.part]):
        return everyone, []
    ready = [each for each in everyone if releases.find_confirmed_key(each) is not None]
    return ready, [each for each in everyone if each not in ready]


def _deliver(desk: "Workbench", people: list[Any]) -> forms.Deliver:
    named = [(each.public_id, each.name) for each in people]
    return desk.form("deliver", forms.Deliver, people=named)


def _open(desk: "Workbench") -> HttpResponse:
    build = desk.build()
    if build is None:
        raise Http404
    people = releases.list_recipients(build.line, today=schedule.today(desk.case, desk.now))
    given = desk.given(_deliver(desk, people))
    if given is None:
        return desk.page()
    recipient = next(each for each in people if each.public_id == given["recipient"])
    actor = desk.doing("open_delivery")
    release.open_delivery(build, actor=actor, now=desk.now, recipient=recipient)
    return desk.again()


def _tell(desk: "Workbench") -> HttpResponse:
    """Show a passphrase this once; it is gone from here with the answer."""
    key = filling.key_of(desk.request.POST.get("delivery", ""))
    delivery = releases.find_delivery(desk.case, key) if key is not None else None
    if delivery is None:
        raise Http404
    told = release.record_told(delivery, actor=desk.acting(*TELLING), now=desk.now)
    room = storage.at(settings.MUNIMENT_HOME, room=storage.SECRETS)
    try:
        with room.open(told.secret_sha256) as stream:
            desk.secret = stream.read().decode("ascii")
    except storage.Missing:
        raise Http404 from None
    room.remove(told.secret_sha256)
    return desk.page()


def _confirm(desk: "Workbench") -> HttpResponse:
    key = filling.key_of(desk.request.POST.get("key", ""))
    waiting = releases.find_waiting_key(desk.case, key) if key is not None else None
    if waiting is None:
        raise Http404
    given = desk.given(desk.form(f"confirm-{waiting.pk}", forms.Confirm))
    if given is None:
        return desk.page()
    release.confirm_key(
        waiting, programme=desk.case.programme, actor=desk.acting(*TELLING), now=desk.now,
        fingerprint=given["fingerprint"], how=given["how"],
    )  # fmt: skip
    return desk.again()


STEPS = {"deliver": _open, "told": _tell, "confirm": _confirm}
