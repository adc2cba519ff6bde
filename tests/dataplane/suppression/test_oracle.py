"""How much is hidden, beside an independent program and beside the least that is possible."""

import itertools
import json
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane.cube import axes
from muniment.dataplane.suppression import audit, frame, problem, secondary
from muniment.dataplane.suppression.dominance import Dominance
from muniment.dataplane.suppression.rule import Rule
from tests.dataplane.suppression import worlds

ROOT = Path(__file__).parents[3]
ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", ROOT / ".venv" / "oracles"))
PYTHON = ORACLES / "bin" / "python"

# How many labels each axis has, and how many units there are.
SHAPES = [((4, 5), 300), ((5, 6), 700), ((6, 8), 1800), ((9, 9), 3000), ((3, 4, 4), 1500)]
SEEDS = 6
MOST = 1.2


needs_tauargus = pytest.mark.skipif(
    not PYTHON.exists(), reason="tau-argus is not there: make setup-tests makes it"
)


@pytest.mark.slow
@needs_tauargus
def test_no_more_than_six_fifths_of_what_tau_argus_hides(tmp_path: Path) -> None:
    """The same primary cells, each with the same interval to keep, over all the tables.

    Its rule and ours differ, so ours is given its problem: empty cells are known, and a small
    cell must be able to be anything from 0 to double.
    """
    tables = [
        {"units": list(units(sizes, people, seed)), "rules": "FREQ(11,100)"}
        for sizes, people in SHAPES
        for seed in range(SEEDS)
    ]
    ours, theirs = [], []
    for table, cells in zip(tables, answered(tables, tmp_path), strict=True):
        asked, hidden = beside(table["units"], cells)
        chosen = secondary.choose(asked)
        assert audit.exposed(asked, chosen) == []
        ours.append(len(chosen))
        theirs.append(len(hidden))
    assert sum(theirs) > 200
    assert sum(ours) <= MOST * sum(theirs), (ours, theirs)


# The same rule in its words: two may not hold more than 85 percent, and nobody who is in the sum
# may come within 15 percent of another.
RULE = Dominance(largest=2, share=85, percent=15)
DOMINANCE = "NK(2,85)|P(15,100,1)"
# It answers whole numbers.
ROUNDED = 1
SUMS = [((4, 5), 150), ((5, 6), 300), ((6, 8), 500), ((3, 4, 4), 350)]


@pytest.mark.slow
@needs_tauargus
def test_sums_that_one_or_two_dominate_are_those_that_tau_argus_calls_unsafe(
    tmp_path: Path,
) -> None:
    """Cell by cell; ours must stay at least as uncertain, and no more is hidden beside them."""
    tables = [
        {"units": list(units(sizes, people, seed)), "amounts": amounts(people, seed),
         "rules": DOMINANCE}
        for sizes, people in SUMS
        for seed in range(SEEDS)
    ]  # fmt: skip
    ours, theirs, safe = 0, 0, 0
    for table, cells in zip(tables, answered(tables, tmp_path), strict=True):
        owned = list(zip(table["units"], table["amounts"], strict=True))
        for cell in cells:
            group = [amount for unit, amount in owned if lies_in(unit, cell["place"])]
            assert RULE.dominated(group) == (cell["status"] == "U"), (cell, group)
            if cell["status"] == "U":
                assert RULE.reach(group) >= max(cell["below"], cell["above"]) - ROUNDED
            safe += len(group) > 0 and cell["status"] != "U"
        asked, hidden = beside(table["units"], cells, table["amounts"])
        chosen = secondary.choose(asked)
        assert audit.exposed(asked, chosen) == []
        ours += len(chosen)
        theirs += len(hidden)
    assert theirs > 200
    assert safe > 200
    assert ours <= MOST * theirs, (ours, theirs)


def amounts(number: int, seed: int) -> list[int]:
    """Of very different sizes, as those of practices are."""
    draw = random.Random(f"amounts {seed}")
    return [round(100 * draw.paretovariate(1.1)) for _ in range(number)]


def lies_in(unit: Sequence[int], place: Sequence[int | None]) -> bool:
    return all(spot in (None, mine) for spot, mine in zip(place, unit, strict=True))


def answered(tables: Sequence[dict[str, Any]], folder: Path) -> list[list[dict[str, Any]]]:
    """What the other program says of each table, cell by cell."""
    out = folder / "answers.json"
    asks = Path(__file__).with_name("asks_tauargus.py")
    subprocess.run(
        [PYTHON, asks, out], input=json.dumps(tables), text=True, check=True, capture_output=True,
        cwd=folder,  # it leaves its own logs where it runs
    )  # fmt: skip
    found: list[list[dict[str, Any]]] = json.loads(out.read_bytes())
    return found


SMALL = [((4,), 60), ((2, 3), 90), ((3, 3), 160)]


@pytest.mark.parametrize(("sizes", "people"), SMALL)
@pytest.mark.parametrize("rounding", [1, 5])
def test_on_tiny_tables_nothing_less_would_do(
    sizes: tuple[int, ...], people: int, rounding: int
) -> None:
    ours, least = 0, 0
    for seed in range(4):
        asked = worlds.world(
            sizes, [range(len(sizes))], people=people, seed=seed, rule=Rule(11, rounding)
        )
        ours += len(secondary.choose(asked))
        least += fewest(asked)
    assert ours == least


def fewest(asked: problem.Problem) -> int:
    """The size of the smallest choice that passes the audit, by trying them all."""
    needed = set(asked.needs)
    others = [cell for cell in range(asked.frame.cells) if cell not in needed]
    for more in range(len(others) + 1):
        for chosen in itertools.combinations(others, more):
            hidden = needed.union(chosen)
            if problem.thin_lines(asked, hidden, asked.frame.lines):
                continue
            if not audit.exposed(asked, hidden):
                return len(hidden)
    raise AssertionError


def units(sizes: Sequence[int], people: int, seed: int) -> Iterator[list[int]]:
    draw = random.Random(seed)
    weights = [[1 / (spot + 1) for spot in range(size)] for size in sizes]
    for _ in range(people):
        yield [draw.choices(range(s), w)[0] for s, w in zip(sizes, weights, strict=True)]


def beside(
    listed: list[list[int]], cells: list[dict[str, Any]], amounts: Sequence[int] | None = None
) -> tuple[problem.Problem, set[int]]:
    """The problem as the other program has it, and the cells that it hides."""
    sizes = [max(unit[axis] for unit in listed) + 1 for axis in range(len(listed[0]))]
    counted = frame.frame(sizes, [range(len(sizes))])
    each = amounts or [1] * len(listed)
    values = axes.fill(counted, list(zip(map(tuple, listed), each, strict=True)))
    needs, hidden = {}, set()
    for cell in cells:
        margin = tuple(axis for axis, spot in enumerate(cell["place"]) if spot is not None)
        at = counted.cell(margin, [cell["place"][axis] for axis in margin])
        assert values[at] == cell["value"]
        if cell["status"] == "U":
            needs[at] = (cell["value"] - cell["below"], cell["value"] + cell["above"])
        if cell["status"] in ("U", "M"):
            hidden.add(at)
    empty = frozenset(cell for cell, value in enumerate(values) if value == 0)
    asked = problem.Problem(
        frame=counted, values=values, rule=Rule(0, 1), needs=needs, width=0, stuck=empty
    )
    return asked, hidden
