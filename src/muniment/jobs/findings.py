"""What the checker is shown of a finished build: automatic checks, risk before and after, changes.

Exact figures from the receipt; they stay in the office, behind doors that record who looks. Rows
that somebody looks at are read by the data plane and shown for an hour: the web process opens no
package, it shows to that one person what lies under the look's hash.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.actions import release
from muniment.gateways import dataplane
from muniment.queries import release as releases
from muniment.queries import schedule

from . import plane

if TYPE_CHECKING:
    from datetime import datetime

    from muniment import models

WITHHELD = frozenset({"drop", "free_text"})
LARGEST = 8 * 1024 * 1024
CODED = frozenset({"pseudonym", "random_code"})


def of(
    row: "models.Build", built: dataplane.Built, *, plant: plane.Plant, now: "datetime"
) -> dict[str, Any]:
    """`checks` are named yes or no, `found` what stands behind a no, `parts` the figures.

    `risk` holds, per part, the smallest group of people alike on the declared baseline variables,
    the holding's limit, and whether it is kept. Raises Refused when the package does not verify.
    """
    package = dataplane.Package(Path(built.folder), plant.keys.public_key("manifest"))
    looked = plant.plane.inspect(package)
    asked = json.loads(releases.signed_terms(row.line))["specification"]
    case = row.line.part.case
    inspected: Any = looked["checks"]
    return {
        "checks": {
            "package_verifies": True,
            "plan_is_approved": built.manifest["plan_hash"] == f"sha256:{row.plan.plan_sha256}",
            "terms_are_signed": built.manifest["terms_hash"] == f"sha256:{row.plan.terms_sha256}",
            "only_approved_variables": only_approved(built.manifest, asked),
            "editions_as_approved": _editions(built.manifest["parts"]) <= _editions(asked["parts"]),
            "no_direct_identifiers": _direct(row, built.manifest) == [],
            "ethics_in_date": releases.ethics_in_date(case, schedule.today(case, now)),
            **inspected,
        },
        "found": looked["found"],
        "risk": risk_of(built),
        "parts": {str(part["part"]): _figures(part) for part in built.receipt["parts"]},
    }


def risk_of(built: dataplane.Built) -> dict[str, Any]:
    """Per part, the smallest group of people, the limit, and whether it is kept."""
    return {str(part["part"]): _risk(part.get("risk")) for part in built.receipt["parts"]}


def only_approved(manifest: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether every variable of every part was asked for in it.

    What an aggregate groups by belongs to the base table and need not stand under a table.
    """
    approved = {
        part["id"]: (_named(part), set(part.get("group_by", ()))) for part in asked["parts"]
    }
    return all(
        (method["table"], method["variable"]) in named or method["variable"] in groups
        for part in manifest["parts"]
        for named, groups in [approved.get(part["part"], (set(), set()))]
        for method in part["methods"]
    )


def _named(part: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (table["name"], variable["name"])
        for table in part["tables"]
        for variable in table["variables"]
    }


def _editions(parts: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(part["holding"], part["edition"]) for part in parts}


def _direct(row: "models.Build", manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """What the holding calls direct, or what names a person, and leaves as more than a code."""
    holding = row.line.part.holding
    assert holding is not None
    direct = releases.direct_variables(holding)
    return sorted(
        (method["table"], method["variable"])
        for part in manifest["parts"]
        if (part["holding"], part["edition"]) == (holding.slug, holding.edition)
        for method in part["methods"]
        if (method["table"], method["variable"]) in direct
        and method["method"] not in WITHHELD | CODED
    )


def _risk(risk: dict[str, Any] | None) -> dict[str, Any]:
    """An aggregate has no records and so no group of them; its cells kept the threshold."""
    if risk is None or not risk["baseline"]:
        return {"baseline": [], "limit": None, "smallest_group": None, "within": True}
    smallest = risk["after"]["smallest_group"]
    return {
        "baseline": risk["baseline"],
        "limit": risk["limit"],
        "smallest_group": smallest,
        "within": smallest is not None and smallest >= risk["limit"],
    }


def _figures(part: dict[str, Any]) -> dict[str, Any]:
    """Cells changed, rows, and group sizes before and after, of one part of a receipt.

    The exact numbers behind an aggregate stay in its receipt: `cells` lists them only there.
    """
    risk = part.get("risk") or {}
    measures = risk.get("measures") or {}
    cells = part.get("cells", {})
    return {
        "rows": part.get("rows", {}),
        "cells": cells if isinstance(cells, dict) else {},
        "blanked": risk.get("blanked", {}),
        "untreated": risk.get("untreated", []),
        "revealed": part.get("revealed", []),
        "held": _measured(part.get("risk_as_held") or {}),
        "before": _measured({**(measures.get("before") or {}), **(risk.get("before") or {})}),
        "after": _measured({**(measures.get("after") or {}), **(risk.get("after") or {})}),
    }


def _measured(told: dict[str, Any]) -> dict[str, Any]:
    """Of rows as held, with methods applied (`before` small groups are changed), or as they leave.

    Nothing but None and no groups where it was not measured.
    """
    rates = told.get("rates_millionths") or {}
    return {
        "variables": told.get("variables", []),
        "smallest_group": told.get("smallest_group"),
        "units_below": told.get("units_below"),
        "groups": told.get("groups", []),
        "prosecutor": rates.get("prosecutor_most"),
        "marketer": rates.get("marketer"),
    }


def sample(job: "models.Job", *, plant: plane.Plant, now: "datetime") -> None:
    """Have the data plane draw rows of the build, for whoever put the look on record."""
    look = releases.get_sample(job.payload["sample"])
    package = dataplane.Package(
        plant.releases / look.build.folder, plant.keys.public_key("manifest")
    )
    drawn = json.dumps(plant.plane.sample(package)).encode()
    kept = plant.looks.put([drawn], most=LARGEST)
    release.record_sample(look, job=job, sha256=kept.sha256)


def tidy(*, plant: plane.Plant, now: "datetime") -> None:
    """Once an hour: the rows of looks whose hour is over go; that somebody looked stays."""
    stale = releases.list_stale_samples(now=now)
    for look in stale:
        plant.looks.remove(look.sha256)
    release.forget_samples(stale)
    for orphan in list(plant.looks.list_old(now - releases.SAMPLE_LASTS)):
        plant.looks.remove(orphan)
