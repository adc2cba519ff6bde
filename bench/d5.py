"""D5: k, l and t of a release, against pyCANON on the same rows.

pyCANON lives in an environment of its own, as it does for the tests; without it nothing is
measured.
"""

import os
from pathlib import Path

from bench import holding, sides

ROOT = Path(__file__).resolve().parents[1]
ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", ROOT / ".venv" / "oracles"))
PYTHON = ORACLES / "bin" / "python"


def lacks() -> str | None:
    """Why it cannot be measured here; None where it can."""
    return None if PYTHON.exists() else "D5 needs pyCANON: make setup-tests installs it."


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of each, rows and libraries already there."""
    patients = sides.size(full=full)
    [ours] = sides.compared([("ours_risk", "")], patients=patients)
    place = holding.made(sides.DATA, patients=patients)
    theirs = sides.once("pycanon", "", place=place, python=str(PYTHON))
    return ours["cpu"], theirs["cpu"]


def beside(*, full: bool) -> dict[str, float]:
    """CPU seconds of the same three by group-bys that an analyst would write."""
    listed = [("pandas", "pandas_risk", ""), ("polars", "polars_risk", "")]
    return sides.beside(listed, full=full)
