"""Anchor the ledger once an hour; sound the alarm where it contradicts what lies outside."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.cache import cache

from muniment.actions import anchoring, people, step
from muniment.gateways.keystore.local import Keystore
from muniment.gateways.witness import folder
from muniment.notary import notes
from muniment.queries import catalogue

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
