"""Questions asked before there is a request, and who has a case in hand."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared
from muniment.queries.catalogue import cubes
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.ENQUIRY_CLOSED)
def enquiry_closed(here: Situation) -> bool:
    return models.Enquiry.objects.filter(
        pk=here.about["enquiry"].pk, closed_at__isnull=False
    ).exists()


@reads(Fact.ENQUIRY_ANSWERED)
def enquiry_answered(here: Situation) -> bool:
    still_open = models.Enquiry.objects.filter(
        pk=here.about["enquiry"].pk, outcome=models.Enquiry.Outcome.OPEN
    )
    return not still_open.exists()


@reads(Fact.ENQUIRY_YOURS)
def enquiry_yours(here: Situation) -> bool:
    return here.person is not None and here.about["enquiry"].asker_id == here.person.pk


@reads(Fact.ENQUIRER_KNOWN)
def enquirer_known(here: Situation) -> bool:
    return here.about["enquiry"].asker.email_verified_at is not None


@reads(Fact.POINTER_GIVEN)
def pointer_given(here: Situation) -> bool:
    return bool(str(here.given("pointer") or "").strip())


@reads(Fact.FIGURES_PROTECTED)
def figures_protected(here: Situation) -> bool:
    return all(is_protected(figure) for figure in here.given("figures") or ())


@reads(Fact.ASSIGNED_TO_YOU)
def assigned_to_you(here: Situation) -> bool:
    if here.person is None:
        return False
    return bool(_in_hand(case=here.case.pk, person=here.person.pk, role=here.actor.role))


@prepared.query
def _in_hand(*, case: int, person: int, role: str) -> QuerySet[models.Assignment, Any]:
    given = models.Assignment.objects.filter(case=case, person=person, role=role)
    return given.filter(ended_at__isnull=True).values_list("pk")


FIGURE = frozenset({"shown", "says", "rounding", "threshold", "sigma"})
ABOUT = frozenset({"holding", "edition", "synthetic"})
"""What a figure may say beside its numbers: of which data it is."""


def is_protected(figure: Mapping[str, Any]) -> bool:
    """Whether a figure is a protected count, a breakdown of such counts, or a public cube.

    Noise, then threshold, then rounding (privacy, A1): a count that is too small to show says
    None; any other is a multiple of the holding's rounding and reaches its threshold.
    """
    if cubes.VERSION_MEMBER in figure:
        return cubes.find_cube(figure) is not None
    said = set(figure) - ABOUT
    if said == {"group_by", "cells"}:
        return all(is_protected(cell["count"]) for cell in figure["cells"])
    if said != FIGURE or int(figure["sigma"]) < 1 or int(figure["rounding"]) < 1:
        return False
    shown = figure["shown"]
    return shown is None or (
        int(shown) >= int(figure["threshold"]) and int(shown) % int(figure["rounding"]) == 0
    )
