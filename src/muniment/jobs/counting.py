"""Answer a live count that somebody has paid for: the only road from the site to the data plane."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from muniment.actions import application
from muniment.gateways import dataplane
from muniment.queries import counts

from . import plane

if TYPE_CHECKING:
    from muniment import models

ABOUT_THE_PART = {"part", "breakdown", "embargoed_until"}


def count(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Count the part of the job without any purpose, so that no exact number comes back.

    Where the data plane refuses, its sentence is the answer: it depends on the question and on
    facts of the edition that are public, and it is not asked again.
    """
    holding = counts.get_holding(job.payload["holding"])
    try:
        [counted] = plant.plane.count(
            dataplane.Order(
                specification={
                    "muniment_specification": 1,
                    "parts": [job.payload["part"]],
                    "links": [],
                },
                folders=[plant.home / "holdings" / holding.folder],
            ),
            noise_keys={
                (holding.slug, holding.edition): plant.keys.noise_key(holding.slug, holding.edition)
            },
            now=now,
        )
        told = counted.document
    except dataplane.Refused as refused:
        told = {"refused": str(refused), "breakdown": {"refused": str(refused)}}
    for question in job.payload["questions"]:
        answer = _answer(told, question["of"])
        application.record_count(holding, question["pk"], answer, actor=job.made_by, now=now)


def _answer(told: Mapping[str, Any], of: str) -> dict[str, Any]:
    if of == counts.BREAKDOWN:
        return dict(told["breakdown"])
    return {name: value for name, value in told.items() if name not in ABOUT_THE_PART}
