"""Where the holdings under test are, and the public sources they came from."""

import csv
from pathlib import Path

import pytest

from muniment import holdings
from muniment.holdings import generate

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = (ROOT / ".." / "shared" / "data").resolve()
SEED = 20261101

SHIPPED = ("progress-timeline", "qopi-measures", "sdtm-pilot")
DESCRIBED = ("covid-19-registry", "in-training-exam", "journal-articles", "member-surveys")
EVERY = (*SHIPPED, *DESCRIBED, *generate.NAMES)


def source(*steps: str) -> Path:
    """A file or folder of the public sources; skips the test where they are not at hand."""
    place = SHARED.joinpath(*steps)
    if not place.exists():
        pytest.skip(f"The public source data are not at hand: {'/'.join(steps)} is missing.")
    return place


def in_package() -> dict[str, Path]:
    """Every folder that comes with the package, loaded or described."""
    return holdings.shipped() | holdings.described()


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """A table of a holding as text."""
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
