"""Anchor the ledger once an hour, show it outside; sound the alarm where both contradict."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.cache import cache

from muniment.actions import anchoring, people, step
from muniment.gateways import timestamp, witness
from muniment.gateways.keystore.local import Keystore
from muniment.gateways.witness import folder, http
from muniment.notary import merkle, notes
from muniment.queries import catalogue
from muniment.queries.ledger import anchors

from . import plane

if TYPE_CHECKING:
    from muniment import models

Clock = Callable[[], datetime]
LEASE_SECONDS = 55 * 60
LOG = logging.getLogger(__name__)


def go(*, plant: plane.Plant, clock: Clock) -> None:
    """One round, unless a worker anchored within the hour."""
    if not cache.add("ledger:anchor", 1, timeout=LEASE_SECONDS):
        return
    anchor(plant=plant, clock=clock)
    programme, newest = catalogue.find_active(), anchors.find_newest()
    if programme is not None and newest is not None:
        stamp(newest, plant=plant)
        show_witness(programme, newest, plant=plant, clock=clock)


def stamp(newest: "models.Checkpoint", *, plant: plane.Plant) -> None:
    """Have an authority say when the checkpoint was there; one that is down is asked next hour."""
    authority = timestamp.at(plant.timestamp_url, home=plant.home)
    kept = folder.Folder(plant.home)
    if authority is None or not kept.lacks_stamp(newest.size):
        return
    try:
        token = authority.token(notes.text_of(newest.note).encode())
    except timestamp.Unreachable as silent:
        LOG.warning("the checkpoint has no timestamp yet: %s", silent)
        return
    kept.keep_stamp(token, size=newest.size)


def show_witness(
    programme: "models.Programme", newest: "models.Checkpoint", *, plant: plane.Plant, clock: Clock
) -> None:
    """Have the witness sign the newest checkpoint, once.

    A witness that saw more entries than there are, or another past, sounds the alarm: an older copy
    of the database was restored, or somebody rewrote it. One that is down is asked next hour.
    """
    if not settings.DECLARED.witness_url:
        return
    key = notes.key_of(settings.DECLARED.witness_key)
    if _has_signed(newest.note, key):
        return
    try:
        note = newest.note + _cosignature(newest)
        notes.cosigned(note, key=key)
    except witness.Unreachable as silent:
        LOG.warning("the checkpoint has no cosignature yet: %s", silent)
    except (witness.Contradicted, notes.Unreadable) as fault:
        LOG.error("the witness does not sign: %s", fault)
        reasons = [f"The witness outside does not sign our checkpoint. {fault}"]
        anchoring.raise_alarm(programme, actor=people.system(), now=clock(), reasons=reasons)
    else:
        anchoring.store_cosigned(newest, note=note)
        folder.Folder(plant.home).keep(note, size=newest.size)


def _has_signed(note: str, key: notes.Key) -> bool:
    try:
        notes.cosigned(note, key=key)
    except notes.Unreadable:
        return False
    return True


def _cosignature(newest: "models.Checkpoint") -> str:
    """The witness's line; first asked as if it had seen nothing, it says what it saw last."""
    url, note = settings.DECLARED.witness_url, newest.note
    try:
        return http.add(url, note, old=0, proof=())
    except witness.Behind as behind:
        if not 0 < behind.size <= newest.size:
            raise witness.Contradicted(f"{behind} Our ledger has {newest.size}.") from None
        proof = merkle.consistency(anchors.Stored(), behind.size, newest.size)
        return http.add(url, note, old=behind.size, proof=proof)


def anchor(*, plant: plane.Plant, clock: Clock) -> int:
    """Anchor everything that waits; return how many checkpoints were signed."""
    programme = catalogue.find_active()
    if programme is None:
        return 0
    signed = 0
    kept, key = folder.Folder(plant.home), public_key(plant.keys)
    try:
        while _anchored(programme, kept, key, plant.keys, clock()):
            signed += 1
            programme.refresh_from_db()
    except step.Refused as refused:
        if refused.changed_meanwhile:
            return signed
        LOG.error("the ledger is not anchored: %s", refused)
        reasons = [reason.sentence for reason in refused.reasons]
        anchoring.raise_alarm(programme, actor=people.system(), now=clock(), reasons=reasons)
    return signed


def public_key(keys: Keystore) -> notes.Key:
    """The key that checkpoints are signed by, under the address of the ledger's page."""
    public = keys.signing_key("checkpoint").public_key()
    return notes.Key(origin(), public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def origin() -> str:
    """The log's name: the site's address without scheme (C2SP tlog-checkpoint)."""
    return f"{urlsplit(settings.MUNIMENT_SITE_URL).netloc}/ledger"


def _anchored(
    programme: "models.Programme",
    kept: folder.Folder,
    key: notes.Key,
    keys: Keystore,
    now: datetime,
) -> bool:
    """One checkpoint more; kept outside as soon as it is in the database."""
    newest = kept.find_newest()
    made = anchoring.anchor_ledger(
        programme,
        actor=people.system(),
        now=now,
        key=key,
        sign=keys.signing_key("checkpoint").sign,
        outside=[] if newest is None else [newest],
    )
    if made is not None:
        kept.keep(made.note, size=made.size)
    return made is not None
