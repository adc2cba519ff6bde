"""Seals the agreement's PDF: one PAdES signature for each signature, in order, and late timestamps.

The key is in reach of the worker only. A job seals whatever waits, so that a second one for the
same agreement finds nothing left to do.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import agreement, people, work
from muniment.documents import agreement as documents
from muniment.gateways import signing, storage
from muniment.queries.agreement import paper, sealing

from . import plane

if TYPE_CHECKING:
    from muniment import models

LARGEST = 64 * 1024 * 1024


def seal(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Add a seal for each signature that has none; each covers all before it."""
    system = people.system()
    for wanted in sealing.list_unsealed(job.payload["agreement"]):
        sealed = plant.sealer.seal(_base(wanted, plant=plant), _step(wanted))
        kept = _kept(sealed.pdf, sealed.level, plant=plant)
        made = agreement.store_seal(wanted.signature, kept, job=job, actor=system, now=now)
        if made is None:
            return
        if plant.sealer.stamps and sealed.level == "B-B":
            case = wanted.signature.agreement.case
            work.enqueue("timestamp", actor=system, now=now, case=case, payload={"seal": made.pk})


def timestamp(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Ask the authority again for a seal that had to do without; it may still be down."""
    row = sealing.find_unstamped(job.payload["seal"])
    if row is None:
        return
    pdf = plant.sealer.stamp(sealing_file(row.file.sha256, plant=plant))
    agreement.store_stamp(
        row, _kept(pdf, "B-T", plant=plant), job=job, actor=people.system(), now=now
    )


def sealing_file(sha256: str, *, plant: plane.Plant) -> bytes:
    """The bytes of a sealed file."""
    with storage.at(plant.home).open(sha256) as stream:
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
    return signing.Step(wanted.number, row.signer.name, reason, row.made_at)


def _kept(pdf: bytes, level: str, *, plant: plane.Plant) -> agreement.SealedFile:
    stored = storage.at(plant.home).put([pdf], most=LARGEST)
    return agreement.SealedFile(stored.sha256, stored.size, level)
