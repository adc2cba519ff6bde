"""Drafts an agreement: the data plane draws its terms, the step does the rest."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from muniment.actions import agreement
from muniment.queries import release as releases
from muniment.queries.agreement import office

from . import plane

if TYPE_CHECKING:
    from muniment import models


def draft(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """In the name of whoever asked for it; the rulebook is asked once more."""
    case = job.case
    assert case is not None  # the action that queued it names one
    drawn = plant.plane.terms(plant.order(releases.inputs_of(case)))
    wanted = job.payload["institution"]
    party = next((each for each in office.list_parties(case) if each.pk == wanted), None)
    agreement.draft_agreement(
        case, actor=job.made_by, now=now, terms=drawn.terms_text, institution=party,
        starts_on=date.fromisoformat(job.payload["starts_on"]),
        ends_on=date.fromisoformat(job.payload["ends_on"]),
    )  # fmt: skip
