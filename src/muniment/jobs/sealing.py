"""Seals the agreement's PDF: one PAdES signature for each signature, in order, and late timestamps.

The key is in reach of the worker only. A job seals whatever waits, so that a second one for the
same agreement finds nothing left to do.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import agreement, people
from muniment.documents import agreement as documents
from muniment.gateways import signing
from muniment.queries.agreement import paper, sealing

from . import plane, points

if TYPE_CHECKING:
    from muniment import models

LARGEST = 64 * 1024 * 1024


def seal(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Add a seal for each signature that has none; each covers all before it."""
    system = people.system()
    for wanted in sealing.list_unsealed(job.payload["agreement"]):
        points.reach(points.Point.SEAL_CLAIMED)
        sealed = plant.sealer.seal(_base(wanted, plant=plant), _step(wanted))
        points.reach(points.Point.SEAL_MADE)
        kept = _kept(sealed.pdf, sealed.level, plant=plant)
        points.reach(points.Point.SEAL_STORED)
        late = plant.sealer.stamps and sealed.level == "B-B"
        made = agreement.store_seal(
            wanted.signature, kept, job=job, actor=system, now=now, stamp_later=late
        )
        if made is None:
            return
        points.reach(points.Point.SEAL_RECORDED)


def timestamp(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Ask the authority again for a seal that had to do without; it may still be down."""
    row = sealing.find_unstamped(job.payload["seal"])
    if row is None:
        return
    pdf = plant.sealer.stamp(sealing_file(row.file.sha256, plant=plant))
    agreement.store_stamp(
        row, _kept(pdf, row.level, plant=plant), job=job, actor=people.system(), now=now
    )


def sealing_file(sha256: str, *, plant: plane.Plant) -> bytes:
    """The bytes of a sealed file."""
    with plant.files.open(sha256) as stream:
        return stream.read()


def _base(wanted: sealing.Unsealed, *, plant: plane.Plant) -> bytes:
    """The file as the last seal left it; before the first it is set from the document."""
    if wanted.after:
        return sealing_file(wanted.after, plant=plant)
    found = paper.paper_of(wanted.signature.agreement)
    return documents.pdf(found.document, text=found.text, copy=found.copy)


def _step(wanted: sealing.Unsealed) -> signing.Step:
    row = wanted.signature
    reason = (
        f"{row.capacity.replace('_', ' ')}, {row.get_method_display()}, "
        f"{row.signed_on.isoformat()}, sha256:{row.shown_sha256}"
    )
    if row.method == row.Method.EXTERNAL and row.scan is not None:
        reason += f", {row.authenticated}, sha256:{row.scan.file.sha256}"
    return signing.Step(wanted.number, row.signer.name, reason, row.made_at)


def _kept(pdf: bytes, level: str, *, plant: plane.Plant) -> agreement.SealedFile:
    stored = plant.files.put([pdf], most=LARGEST)
    return agreement.SealedFile(stored.sha256, stored.size, level)
