"""Count one part for the office and record what was found, in the name of whoever asked."""

from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import screening
from muniment.queries import asked
from muniment.queries.screening import weighing

from . import plane

if TYPE_CHECKING:
    from muniment import models

ABOUT_THE_PART = {"part", "breakdown"}


def count(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have the data plane count and weigh the part; the figures enter by the step, rule and all.

    The protected answer is asked for without a purpose, so that it holds no exact number; what
    only staff may know comes by a question of its own.
    """
    part = asked.get_part(job.payload["part"])
    inputs = weighing.inputs_of(part)
    order, basis = plant.order(inputs), asked.basis_of(part)
    [found] = plant.plane.count(order, noise_keys=plant.noise_keys(inputs), now=now)
    shown = {name: each for name, each in found.document.items() if name not in ABOUT_THE_PART}
    purpose = f"availability of {part.case.reference}"
    others = {part.part_id: weighing.approved_beside(part)}
    [weighed] = plant.plane.weigh(order, others=others, purpose=purpose, now=now)
    figures = screening.Figures(
        basis=basis,
        protected={"matching": shown},
        exact=weighed.exact.reveal(purpose=purpose),
        embargoed_until=found.embargoed_until,
    )
    screening.record_available(part, figures, actor=job.made_by, now=now)
