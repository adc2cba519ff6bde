"""`make bench`: measure, print a table, write results.json.

ONLY=T1, or ONLY=W1,W2, measures what it names and leaves the other rows as they stand; FULL=1
takes the full sizes. A figure lives in a module of its own name (`t1.py`) with `measure(full=…)`,
which returns what the work took and what its baseline took, in the same unit. One with
`beside(full=…)` tells what other tools took for the same work, measured once in the same run.
"""

import importlib
import json
import os
import sys
import time
import traceback
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from bench import goals

RESULTS = Path(__file__).parent / "results.json"
Row = dict[str, object]
MORE = ("beside", "sizes")


def main() -> int:
    """Exit 0 whatever the figures say: they are read, never asserted; 1 where one failed.

    2 when ONLY names none.
    """
    asked, full = os.environ.get("ONLY", ""), os.environ.get("FULL") == "1"
    named = [goal.id for goal in goals.GOALS]
    only = asked.split(",") if asked else named
    if not set(only) <= set(named):
        print(f"ONLY={asked} names no figure; there are {', '.join(named)}.", file=sys.stderr)
        return 2
    fresh = {goal.id: measured(goal, full=full) for goal in goals.GOALS if goal.id in only}
    known = stored() | fresh  # read last: another run may have measured meanwhile
    rows = [known.get(goal.id, empty(goal)) for goal in goals.GOALS]
    RESULTS.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    asked_for = [row for row in rows if row["id"] in only]
    show(asked_for)
    return int(any(str(row.get("why", "")).startswith("failed") for row in asked_for))


def measured(goal: goals.Goal, *, full: bool) -> Row:
    """The row of a figure; without one its ratio is null, and `why` says what is missing."""
    if find_spec(f"bench.{goal.id.lower()}") is None:
        return empty(goal) | {"why": "nothing measures it yet"}
    print(f"measuring {goal.id}: {goal.work}", file=sys.stderr)
    module = importlib.import_module(f"bench.{goal.id.lower()}")
    if lacks := getattr(module, "lacks", lambda: None)():
        print(lacks, file=sys.stderr)
        return empty(goal) | {"why": lacks.strip()}
    began = time.monotonic()
    try:
        row = figure(goal, module, full=full)
    except Exception as failure:  # one that fails must not take the others with it
        traceback.print_exc()
        row = empty(goal) | {"why": f"failed: {failure}"}
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr)
    return row


def figure(goal: goals.Goal, module: ModuleType, *, full: bool) -> Row:
    """The row of a figure that was measured, with other tools beside it or several sizes."""
    work, baseline = module.measure(full=full)
    row = empty(goal) | {
        "ratio": round(work / baseline, 3),
        "took": round(work, 6),
        "baseline_took": round(baseline, 6),
        "full": full,
    }
    more = [name for name in MORE if hasattr(module, name)]
    return row | {name: getattr(module, name)(full=full) for name in more}


def empty(goal: goals.Goal) -> Row:
    """The row of a figure that has not been measured."""
    named: Row = {"id": goal.id, "work": goal.work, "baseline": goal.baseline, "goal": goal.goal}
    return named | {"ratio": None, "took": None, "baseline_took": None, "full": None}


def stored() -> dict[str, Row]:
    """The rows of the last run, by id."""
    if not RESULTS.exists():
        return {}
    return {row["id"]: row for row in json.loads(RESULTS.read_text(encoding="utf-8"))}


def missed(row: Row) -> bool:
    """Whether a measured figure is above its goal."""
    ratio, goal = row["ratio"], row["goal"]
    return isinstance(ratio, float) and isinstance(goal, float) and ratio > goal


def show(rows: list[Row]) -> None:
    """The table: smaller ratios are better."""
    print(f"{'id':4} {'ratio':>7} {'goal':>6}       {'took':>10} {'baseline':>10}  work / baseline")
    for row in rows:
        verdict = "" if row["ratio"] is None else "MISSED" if missed(row) else "met"
        figures = [number(row[name]) for name in ("ratio", "goal")]
        taken = [number(row[name]) for name in ("took", "baseline_took")]
        print(
            f"{row['id']:4} {figures[0]:>7} {figures[1]:>6} {verdict:6}"
            f"{taken[0]:>10} {taken[1]:>10}  {row['work']} / {row['baseline'] or '-'}"
        )
        for name in ("why", *MORE):
            if name in row:
                print(f"     {name}: {row[name]}")


def number(value: object) -> str:
    """A figure with three digits after the point, or a dash."""
    return f"{value:.3f}" if isinstance(value, float) else "-"


if __name__ == "__main__":
    sys.exit(main())
