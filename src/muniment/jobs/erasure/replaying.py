"""Keep a tombstone of whoever is erased and whatever is revoked; after a restore, do it again.

The worker looks when it starts and once an hour. A backup that is older than the newest checkpoint
knows sessions that have ended since: then everybody signs in anew.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.core.cache import cache

from muniment.actions import aftercare, people, step
from muniment.actions.people import leaving
from muniment.gateways.witness import folder
from muniment.gateways.witness.tombstones import Tombstones
from muniment.jobs import plane
from muniment.notary import notes
from muniment.queries import aftercare as aftercares
from muniment.queries import catalogue
from muniment.queries.house import people as kept
from muniment.queries.ledger import anchors

if TYPE_CHECKING:
    from muniment import models

PEOPLE, REQUESTS = "people", "requests"
AGAIN = (
    "It was revoked before, its data to be destroyed by {day}; then an older copy of the database "
    "was restored. Revoke it again."
)
Clock = Callable[[], datetime]
Forget = Callable[["models.Person"], None]
"""Takes a person's ways in away; whoever keeps credentials brings it."""
LOG = logging.getLogger(__name__)


def keep(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Write the tombstones that are missing; one of somebody just erased is."""
    _keep(plant)


def go(*, plant: plane.Plant, forget: Forget | None, clock: Clock) -> None:
    """Do again what a backup undid; then see that a tombstone is there for all that stands."""
    programme = catalogue.find_active()
    if programme is None:
        return
    if forget is not None:
        _end_sessions(plant)
    _close_again(plant, clock)
    if forget is not None:
        _erase_again(programme, plant, forget, clock)
    _keep(plant)


def _erase_again(
    programme: "models.Programme", plant: plane.Plant, forget: Forget, clock: Clock
) -> None:
    days = Tombstones(plant.home, PEOPLE).days()
    for person in kept.list_returned(days):
        programme.refresh_from_db()
        again = partial(
            leaving.erase_again, person, programme=programme, actor=people.system(), now=clock(),
            forget=forget, erased_on=days[person.public_id].isoformat(),
        )  # fmt: skip
        _do(again, "erased again", person.public_id)


def _close_again(plant: plane.Plant, clock: Clock) -> None:
    """No further download of what was revoked; two people revoke it anew, or lift it."""
    days = Tombstones(plant.home, REQUESTS).days()
    for case in aftercares.list_returned(days):
        again = partial(
            aftercare.suspend_access, case, reason=AGAIN.format(day=days[case.reference]),
            actor=people.system(), now=clock(),
        )  # fmt: skip
        _do(again, "suspended", case.reference)


def _do(again: Callable[[], object], what: str, name: str) -> None:
    """One that is refused, say because it changed meanwhile, leaves the others as they are."""
    try:
        again()
    except step.Refused as refused:
        LOG.error("not %s, though an older copy was restored: %s: %s", what, name, refused)
    else:
        LOG.warning("%s, after an older copy was restored: %s", what, name)


def _end_sessions(plant: plane.Plant) -> None:
    """Once for each restored copy: the mark lies in the database, so another copy lacks it."""
    try:
        newest = folder.Folder(plant.home).find_newest()
        size = 0 if newest is None else notes.read(newest).size
    except (OSError, ValueError):
        LOG.exception("the newest checkpoint in the folder cannot be read")
        return
    if size > anchors.size() and cache.add(f"restored:{size}", 1, timeout=None):
        LOG.warning("an older copy was restored: %s sessions ended", leaving.end_every_session())


def _keep(plant: plane.Plant) -> None:
    for kind, rows in ((PEOPLE, kept.list_erased()), (REQUESTS, aftercares.list_revoked())):
        stones = Tombstones(plant.home, kind)
        known = stones.days()
        for name, day in rows:
            if name not in known:
                stones.keep(name, on=day)
