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
    """Ask the scanner about one file; without a scanner it stays held.

    What the scanner cannot answer now is tried again; `Unreachable` says why.
    """
    file, home = files.get_to_scan(job.payload)
    if file.verdict != files.Verdict.HELD or plant.scanner is None:
        return
    with plant.files.open(file.sha256) as stream:
        word = plant.scanner.scan(stream)
    verdict = files.Verdict.CLEAN if word.clean else files.Verdict.INFECTED
    actions.record_scan_of(file, home, verdict=verdict, actor=people.system(), now=now)
    if not word.clean:
        LOG.warning("the file %s is infected with %s", file.sha256, word.found)


def tidy(*, plant: plane.Plant, now: datetime) -> None:
    """What an hour brings: ask again about held files, and forget orphaned bytes."""
    if plant.scanner is not None:
        for attachment in files.list_unscanned():
            actions.ask_for_scan(attachment, actor=people.system(), now=now)
        for file, programme in files.list_unscanned_of_programmes():
            actions.ask_for_scan_of(file, programme, actor=people.system(), now=now)
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
