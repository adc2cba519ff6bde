"""The frequency tables that the generators draw from; `distributions/SOURCE.md` says whence."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "distributions"


@cache
def load(name: str) -> dict[str, Any]:
    """One table by its name without `.json`; callers must not change it."""
    table: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return table


def state_weights() -> dict[str, float]:
    """Residents by state, Census 2020."""
    states = load("zips")["states"]
    return {
        state: float(sum(each[0] for each in prefixes.values()))
        for state, prefixes in states.items()
    }
