"""Lock a released package into the one file that its recipient downloads, and tidy up after it.

The data plane checks and encrypts; we carry the locked file to the store. A passphrase is made
here for one delivery, given to the data plane over the pipe of keys, and laid apart for the office,
which reads it once and tells it by another channel. It is in no database, letter or log.
"""

import logging
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from muniment.actions import people, release, step
from muniment.gateways import dataplane, storage
from muniment.queries import release as releases

from . import figures, plane, planning, points

if TYPE_CHECKING:
    from muniment import models

LOG = logging.getLogger(__name__)
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Read out on a telephone without mistakes: no I, L, O, U, 0 or 1."""
GROUPS, IN_A_GROUP = 7, 4
LARGEST = 1 << 50


def pack(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Lock, store, record. What a killed attempt left in staging goes first."""
    delivery = releases.get_delivery(job.payload["delivery"])
    if delivery.packed_at is not None or delivery.closed_at is not None:
        return
    for attempt in range(1, job.attempt):
        _staged(delivery, job, attempt, plant=plant).unlink(missing_ok=True)
    points.reach(points.Point.PACK_CLAIMED)
    passphrase = None if delivery.key else new_passphrase()
    try:
        sha256, size = _stored(delivery, job, plant=plant, passphrase=passphrase)
    except dataplane.Refused as refused:
        release.record_not_packed(delivery, reason=str(refused))
        raise
    except Exception as fault:
        if (away := plane.find_outage(fault)) is not None:
            release.record_not_packed(delivery, reason=away)
        raise
    points.reach(points.Point.PACK_STORED)
    secret = _laid(passphrase, plant=plant)
    try:
        release.record_packed(
            delivery,
            job=job,
            actor=people.system(),
            now=now,
            sha256=sha256,
            size=size,
            secret_sha256=secret,
        )
    except step.Refused:
        storage.at(plant.home, room=storage.SECRETS).remove(secret)
        if not releases.live_files([sha256]):
            plant.deliveries.remove(sha256)
        raise
    points.reach(points.Point.PACK_RECORDED)


def new_passphrase() -> str:
    """137 random bits (`privacy.md` B6), in groups that can be read out."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(IN_A_GROUP)) for _ in range(GROUPS)]
    return "-".join(groups)


def _stored(
    delivery: "models.Delivery", job: "models.Job", *, plant: plane.Plant, passphrase: str | None
) -> tuple[str, int]:
    """The locked file in the store; in staging it lies only meanwhile."""
    build = delivery.build
    reference = build.line.part.case.reference
    out = _staged(delivery, job, job.attempt, plant=plant)
    package = dataplane.Package(
        plant.releases / build.folder, plant.keys.public_key("manifest"), build.package_sha256
    )
    try:
        found = plant.plane.pack(
            package,
            out=out,
            name=f"{reference}-{build.line.public_id[:8]}-build-{build.number}",
            passphrase=None if passphrase is None else passphrase.encode("ascii"),
            recipient=delivery.key.public if delivery.key else None,
        )
        points.reach(points.Point.PACK_SEALED)
        with out.open("rb") as file:
            kept = plant.deliveries.put(_pieces(file), most=LARGEST)
    finally:
        out.unlink(missing_ok=True)
    if (kept.sha256, kept.size) != found:
        raise dataplane.Failed("The locked file changed on its way to the store.")
    return found


def _staged(
    delivery: "models.Delivery", job: "models.Job", attempt: int, *, plant: plane.Plant
) -> Path:
    """Where one attempt's locked file lies until it is stored: no two workers ever share one."""
    return plant.staging / f"locked-{delivery.pk}-{job.pk}.{attempt}"


def _laid(passphrase: str | None, *, plant: plane.Plant) -> str:
    """The hash under which the passphrase waits for the office; empty where there is none."""
    if passphrase is None:
        return ""
    room = storage.at(plant.home, room=storage.SECRETS)
    return room.put([passphrase.encode("ascii")], most=100).sha256


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(storage.CHUNK):
        yield piece


def tidy(*, plant: plane.Plant, now: datetime) -> None:
    """Once an hour: bytes that no open delivery names, told passphrases, what died in staging."""
    secrets_room = storage.at(plant.home, room=storage.SECRETS)
    _sweep(plant.deliveries, releases.live_files, before=now - plane.ORPHANED_AFTER)
    _sweep(secrets_room, releases.waiting_secrets, before=now - plane.ORPHANED_AFTER)
    for left in plant.staging.glob("locked-*"):
        if plane.is_old(left, now=now):
            left.unlink(missing_ok=True)
    for begun in (planning.BRINGING, figures.REHEARSING):
        for half in plant.staging.glob(f"{begun}*"):
            if plane.is_old(half, now=now):
                shutil.rmtree(half, ignore_errors=True)


def _sweep(
    store: storage.Store, live: Callable[[Collection[str]], set[str]], *, before: datetime
) -> None:
    waiting = list(store.list_old(before))
    for orphan in sorted(set(waiting) - live(waiting)):
        store.remove(orphan)
