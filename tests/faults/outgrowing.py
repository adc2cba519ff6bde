"""A build that outgrows its memory limit and stands where its rows lie in the engine's own file.

`python -m tests.faults.outgrowing HOME POINT`: it says `at POINT` and waits to be killed, or told
to go on; `lost` when its data plane died under it.
"""

import sys
from pathlib import Path
from typing import Any

from muniment.gateways import dataplane
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.faults import dying, halting

LIMIT = "32MB"
PACKAGE = "package"
CANARY = "S-00001"
"""Somebody's identifier, which never leaves."""
ROOMS = ("holdings", "redactions", "incoming", "releases", "receipts", "staging")
ASKED = tables.specification(
    variables={
        "subjects": ["USUBJID", "SEX", "AGE", "BMI", "CONSENTED", "NOTE"],
        "events": ["USUBJID", "TERM"],
    }
)


def made(home: Path) -> Path:
    """A home with few people, of whom so much is written that it exceeds the limit."""
    for room in ROOMS:
        (home / room).mkdir(parents=True)
    folder = tables.small_holding(home / "holdings" / "small", persons=400)
    rows = builds.held(builds.Bench(home, folder), "subjects")
    written = [[*(row | {"NOTE": "x" * 40_000}).values()] for row in rows]
    tables.write_csv(folder / "subjects.csv", tables.SUBJECT_COLUMNS, written)
    return home


def build(plane: dataplane.DataPlane, home: Path) -> Path:
    """The folder of the package."""
    order = dataplane.Order(ASKED, [home / "holdings" / "small"])
    given: dict[str, Any] = {"now": builds.NOW, "line_key": builds.LINE_KEY}
    built = plane.build(
        order, out=home / "releases" / PACKAGE, receipt=home / "receipts" / "package.json",
        manifest_key=builds.SIGNER, means=dataplane.Means({"memory_limit": LIMIT}), **given,
    )  # fmt: skip
    return Path(built.folder)


def main(home: Path, point: str) -> None:
    """Build, and stand still at the point."""
    with halting.Plane(home, point=point, stand=lambda: dying.stand(point)) as plane:
        try:
            build(plane, home)
        except dataplane.Failed:
            print("lost", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
