"""Have uploads scanned, and sweep away bytes that no record names."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import files as actions
from muniment.actions import people
from muniment.gateways import scanner, storage
from muniment.queries import files

from . import plane

if TYPE_CHECKING:
    from muniment import models

LOG = logging.getLogger(__name__)
AT_ONCE = 500


def scan(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Ask the scanner about one attached file; without a scanner it stays held.

    What the scanner cannot answer now is tried again; `Unreachable` says why.
    """
    attachment = files.get_attachment(job.payload["attachment"])
    if attachment.file.verdict != files.Verdict.HELD or plant.scanner is None:
        return
    with plant.files.open(attachment.file.sha256) as stream:
        word = plant.scanner.scan(stream)
    actions.record_scan(
        attachment,
        verdict=files.Verdict.CLEAN if word.clean else files.Verdict.INFECTED,
        media_type=attachment.file.media_type,
        actor=people.system(),
        now=now,
    )
    if not word.clean:
        LOG.warning("attachment %s is infected with %s", attachment.pk, word.found)


def tidy(*, plant: plane.Plant, now: datetime) -> None:
    """What an hour brings: ask again about held files, and forget orphaned bytes."""
    if plant.scanner is not None:
        for attachment in files.list_unscanned():
            actions.ask_for_scan(attachment, actor=people.system(), now=now)
    sweep(plant.files, now=now)


def sweep(store: storage.Store, *, now: datetime) -> int:
    """Remove bytes that have lain a day without a record; return how many were removed.

    A page puts the bytes first and records them within seconds.
    """
    removed = 0
    waiting = list(store.list_old(now - plane.ORPHANED_AFTER))
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        for orphan in sorted(set(some) - files.recorded(some)):
            store.remove(orphan)
            removed += 1
    return removed


def scanner_at(address: str) -> scanner.Scanner | None:
    """The declared scanner; said loudly where there is none, for every upload then waits."""
    found = scanner.at(address)
    if found is None:
        LOG.warning("No virus scanner is declared (MUNIMENT_SCANNER): every upload is held.")
    return found
