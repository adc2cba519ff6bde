"""What the office is told of a part: counted, and of a later edition its risk by a rehearsal."""

import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.actions import release, screening, step
from muniment.gateways import dataplane
from muniment.queries import asked
from muniment.queries import release as releases
from muniment.queries.screening import weighing

from . import beside, findings, plane

if TYPE_CHECKING:
    from muniment import models

ABOUT_THE_PART = {"part", "breakdown"}
KEY_BYTES = 32
REHEARSING = "series-"
"""What a folder of staging begins with while a delivery is rehearsed in it."""


def count(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have the data plane count and weigh the part; the figures enter by the step, rule and all."""
    part = asked.get_part(job.payload["part"])
    screening.record_available(part, of(part, plant=plant, now=now), actor=job.made_by, now=now)


def of(part: "models.Part", *, plant: plane.Plant, now: datetime) -> screening.Figures:
    """What the data plane says of a part, and for which part and content it says so.

    The protected answer is asked for without a purpose, so that it holds no exact number; what
    only staff may know comes by a question of its own.
    """
    inputs = weighing.inputs_of(part)
    order, basis = plant.order(inputs), asked.basis_of(part)
    [found] = plant.plane.count(order, noise_keys=plant.noise_keys(inputs), now=now)
    shown = {name: each for name, each in found.document.items() if name not in ABOUT_THE_PART}
    purpose = f"availability of {part.case.reference}"
    others = {asked.id_of(part): weighing.approved_beside(part)}
    [weighed] = plant.plane.weigh(order, others=others, purpose=purpose, now=now)
    return screening.Figures(
        basis=basis,
        protected={"matching": shown},
        exact=weighed.exact.reveal(purpose=purpose),
        embargoed_until=found.embargoed_until,
    )


def look_again(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Find figures and risk of a later edition under a standing request, before anybody decides.

    What the data plane refuses is written beside the delivery.
    """
    row = releases.get_standing(job.payload["standing"])
    for attempt in range(1, job.attempt):
        shutil.rmtree(_place(row.line, job, attempt, plant=plant), ignore_errors=True)
    try:
        _unless_others(row.line, plant=plant)
        found = of(row.line.part, plant=plant, now=now)
        risk = _rehearsed(row.line, job, plant=plant, now=now)
    except dataplane.Refused as refused:
        release.record_standing_fault(row, reason=str(refused), job=job, now=now)
        raise
    try:
        release.record_standing_figures(row, found, risk=risk, job=job, now=now)
    except step.Refused as refused:
        release.record_standing_fault(row, reason=str(refused), job=job, now=now)
        raise


def _unless_others(line: "models.ReleaseLine", *, plant: plane.Plant) -> None:
    """Raise Refused where the new edition has other methods or thresholds than were signed."""
    drawn = plant.plane.draw(plant.order(releases.inputs_for(line)))
    if drawn.terms_text != releases.signed_terms(line):
        message = (
            "This edition has other methods or thresholds than the signed terms; "
            "ask for an amendment, or give the edition the methods that were signed."
        )
        raise dataplane.Refused([dataplane.Refusal("other-terms", message)])


def _rehearsed(
    line: "models.ReleaseLine", job: "models.Job", *, plant: plane.Plant, now: datetime
) -> dict[str, Any]:
    """The risk of a build beside what left earlier; of the rehearsal nothing else stays.

    Its key is thrown away with it. What a dead worker leaves goes with the next attempt or a day
    later: it holds people's rows.
    """
    place = _place(line, job, job.attempt, plant=plant)
    place.mkdir(mode=0o700, parents=True)
    try:
        built = plant.plane.build(
            plant.order(releases.inputs_for(line)),
            out=place / "package",
            receipt=place / "receipt.json",
            now=now,
            line_key=secrets.token_bytes(KEY_BYTES),
            manifest_key=plant.keys.signing_key("rehearsal"),
            sketch_key=plant.keys.sketch_key(str(line.part.case.programme_id)),
            beside=dataplane.Beside(
                redactions=sorted(plant.redactions.glob("*.json")),
                earlier=beside.earlier_prints(line, plant=plant),
                published=releases.list_published(line),
            ),
        )
        return findings.risk_of(built)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _place(
    line: "models.ReleaseLine", job: "models.Job", attempt: int, *, plant: plane.Plant
) -> Path:
    """Where one attempt rehearses: no two workers ever share one."""
    return plant.staging / f"{REHEARSING}{line.public_id}-{job.pk}.{attempt}"
