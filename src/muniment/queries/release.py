"""Reads of lines, plans and builds, and what one build is drawn from."""

import json
from dataclasses import dataclass
from typing import Any

from muniment import models


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is drawn from: plain documents, and folders inside the home's holdings.

    `parts` are the parts of one release line, None for the whole specification; `holdings` are
    (slug, edition) of every loaded holding that is asked for.
    """

    specification: dict[str, Any]
    policy: dict[str, Any] | None
    folders: tuple[str, ...]
    holdings: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] | None


def get_build(pk: int) -> models.Build:
    """A build with its plan, line, agreement, part and case; raises Build.DoesNotExist."""
    return models.Build.objects.select_related(
        "plan", "line__agreement", "line__part__case", "line__part__holding"
    ).get(pk=pk)


def inputs_of(case: models.Case, *, part: models.Part | None = None) -> Inputs:
    """The confirmed specification of a case, over its holdings, with the policy in force."""
    confirmed = case.specifications.filter(confirmed_at__isnull=False).latest("version")
    asked = case.parts.filter(holding__isnull=False).select_related("holding").order_by("part_id")
    holdings = [row.holding for row in asked if row.holding is not None]
    policy = _policy_of(part.holding if part is not None else holdings[0])
    return Inputs(
        specification=json.loads(confirmed.document),
        policy=None if policy is None else json.loads(policy.document),
        folders=tuple(holding.folder for holding in holdings),
        holdings=tuple((holding.slug, holding.edition) for holding in holdings),
        parts=None if part is None else (part.part_id,),
    )


def _policy_of(holding: models.Holding | None) -> models.MethodPolicy | None:
    return None if holding is None else holding.policies.order_by("-pk").first()
