"""Count one part for the office and record what was found, in the name of whoever asked."""

from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import screening
from muniment.queries import asked, release

from . import plane

if TYPE_CHECKING:
    from muniment import models

ABOUT_THE_PART = {"part", "breakdown"}


def count(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have the data plane count the part; the figures enter by the step, rule and all."""
    part = asked.get_part(job.payload["part"])
    inputs = release.inputs_of(part.case, part=part)
    counted = plant.plane.count(
        plant.order(inputs),
        noise_keys=plant.noise_keys(inputs),
        now=now,
        purpose=f"availability of {part.case.reference}",
    )
    found = next(each for each in counted if each.part == part.part_id)
    shown = {name: each for name, each in found.document.items() if name not in ABOUT_THE_PART}
    exact = {} if found.exact is None else {"matching": found.exact.reveal(purpose="availability")}
    figures = screening.Figures(
        basis=asked.basis_of(part),
        protected={"matching": shown},
        exact=exact,
        embargoed_until=found.embargoed_until,
    )
    screening.record_available(part, figures, actor=job.made_by, now=now)
