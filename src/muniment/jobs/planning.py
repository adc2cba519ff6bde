"""Have a plan drawn, or the files of a described holding read, in the name of whoever asked."""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from muniment.actions import release, step
from muniment.actions.release.bringing import Brought
from muniment.gateways import dataplane
from muniment.queries import release as releases

from . import plane

if TYPE_CHECKING:
    from muniment import models

BRINGING = "bringing-"
"""What a folder of staging begins with while files of a described holding are read into it."""


def plan(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Draw the plan of a line and plan the build with it; the rule is asked again.

    A line has one such job at a time, so that a build planned since it was queued is this job's:
    its worker died before it could say so.
    """
    line = releases.get_line(job.payload["line"])
    if releases.planned_since(line, job.made_at):
        return
    drawn = plant.plane.draw(plant.order(releases.inputs_for(line)))
    release.plan_build(line, plan=drawn.plan_text, actor=job.made_by, now=now, job=job)


def bring_in(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Read what lies in the line's folder of `incoming/`, and put it behind the holding.

    The folder that comes of it is made in staging and moved in one rename; it holds people's rows,
    so that one which is not recorded goes at once, or with the next attempt. Raises what the data
    plane refuses, with every fault of the files.
    """
    line = releases.get_line(job.payload["line"])
    holding = line.part.holding
    assert holding is not None
    before = [_name(line, job, attempt) for attempt in range(1, job.attempt)]
    if holding.folder in before:  # recorded; its worker died before it could say so
        return
    for left in before:
        shutil.rmtree(plant.home / "holdings" / left, ignore_errors=True)
        shutil.rmtree(plant.staging / f"{BRINGING}{left}", ignore_errors=True)
    name = _name(line, job, job.attempt)
    kept = plant.home / "holdings" / name
    content = _read(line, name, plant=plant, now=now)
    try:
        brought = Brought(folder=name, content_sha256=content)
        release.bring_in_files(line, brought, actor=job.made_by, now=now, job=job)
    except step.Refused:
        shutil.rmtree(kept, ignore_errors=True)
        raise


def _read(line: "models.ReleaseLine", name: str, *, plant: plane.Plant, now: datetime) -> str:
    """The content hash of the folder that is made under that name among the holdings."""
    holding = line.part.holding
    assert holding is not None
    place = plant.staging / f"{BRINGING}{name}"
    described, made = place / "described", place / "made"
    described.mkdir(mode=0o700, parents=True)
    try:
        (described / "datapackage.json").write_text(
            json.dumps(holding.descriptor), encoding="utf-8"
        )
        told = plant.plane.bring(
            plant.home / "incoming" / line.public_id, described=described, out=made, now=now
        )
        content = _content(told)
        made.rename(plant.home / "holdings" / name)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return content


def _content(told: Mapping[str, Any]) -> str:
    """The hash of what came of the files, in hex; raises what is wrong with them."""
    outcome = told["outcome"]
    if not outcome["fit"]:
        reasons = zip(outcome["findings"], told["said"], strict=True)
        raise dataplane.Refused([dataplane.Refusal(each["code"], said) for each, said in reasons])
    return str(outcome["content_hash"]).removeprefix("sha256:")


def _name(line: "models.ReleaseLine", job: "models.Job", attempt: int) -> str:
    """The folder of one attempt: no two workers ever share one."""
    holding = line.part.holding
    assert holding is not None
    return f"{holding.slug}-{holding.edition}-{line.public_id[:8]}-{job.pk}.{attempt}"
