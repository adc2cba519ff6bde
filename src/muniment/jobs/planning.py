"""Have a plan drawn, or the files of a described holding read, in the name of whoever asked."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from muniment.actions import release
from muniment.actions.release.bringing import Brought
from muniment.queries import release as releases

from . import plane

if TYPE_CHECKING:
    from muniment import models


def plan(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Draw the plan of a line and plan the build with it; the rule is asked again."""
    line = releases.get_line(job.payload["line"])
    inputs = releases.inputs_of(line.part.case, part=line.part)
    drawn = plant.plane.draw(plant.order(inputs))
    release.plan_build(line, plan=drawn.plan_text, actor=job.made_by, now=now)


def bring_in(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Read what lies in the line's folder of `incoming/`, and put it behind the holding.

    The folder that comes of it is made in staging and moved in one rename. Raises what the data
    plane refuses, with every fault of the files.
    """
    line = releases.get_line(job.payload["line"])
    holding = line.part.holding
    assert holding is not None
    name = f"{holding.slug}-{holding.edition}-{line.public_id[:8]}-{job.pk}.{job.attempt}"
    described = plant.staging / f"described-{job.pk}.{job.attempt}"
    made, kept = plant.staging / name, plant.home / "holdings" / name
    described.mkdir(mode=0o700)
    descriptor = described / "datapackage.json"
    try:
        descriptor.write_text(json.dumps(holding.descriptor), encoding="utf-8")
        content = plant.plane.bring(
            plant.home / "incoming" / line.public_id, described=described, out=made, now=now
        )
        made.rename(kept)
    finally:
        descriptor.unlink(missing_ok=True)
        described.rmdir()
    brought = Brought(folder=name, content_sha256=content)
    release.bring_in_files(line, brought, actor=job.made_by, now=now, job=job)
