"""`muniment holding profile` and `muniment holding diff`: exact figures, for staff only."""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from muniment.cli import plane as planes
from muniment.cli import progress

_PROFILE = """\
What each column holds: type, missing cells, distinct values, range, and signs of identifiers,
with a class and a release rule to consider. It only proposes; a person decides, and nothing is
written. Rows under embargo are left out. Exact figures: for staff, not for applicants."""
_DIFF = """\
What changed from an older edition to a newer one: tables and columns, rows by primary key,
persons. Exact figures: for staff, not for applicants."""


def profile_arguments(parser: argparse.ArgumentParser) -> None:
    """What `profile` needs to know."""
    parser.description, parser.formatter_class = _PROFILE, argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder with datapackage.json")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    progress.argument(parser)


def diff_arguments(parser: argparse.ArgumentParser) -> None:
    """What `diff` needs to know."""
    parser.description, parser.formatter_class = _DIFF, argparse.RawDescriptionHelpFormatter
    parser.add_argument("old", type=Path, metavar="OLD", help="folder of the older edition")
    parser.add_argument("new", type=Path, metavar="NEW", help="folder of the newer edition")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    progress.argument(parser)


def profile(args: argparse.Namespace) -> int:
    """Exit 0; Stop where the holding cannot be read."""
    now = datetime.datetime.now(datetime.UTC)
    with progress.shown(args) as watch, planes.opened(read=[args.folder]) as plane:
        found = plane.profile(args.folder, now=now, tell=watch.step)
    if args.format == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    _print(found["tables"])
    return 0


def diff(args: argparse.Namespace) -> int:
    """Exit 0 whether they differ or not; Stop where one cannot be read."""
    with progress.shown(args) as watch, planes.opened(read=[args.old, args.new]) as plane:
        found = plane.diff(args.old, args.new, tell=watch.step)
    if args.format == "json":
        print(json.dumps(found["diff"], indent=2, ensure_ascii=False))
        return 0
    print("\n".join(found["said"]))
    return 0


def _print(tables: list[dict[str, Any]]) -> None:
    for table in tables:
        print(f"{table['name']}: {table['rows']:,} rows")
        for column in table["columns"]:
            print(f"  {column['name']} ({column['type']}): {_facts(column, table['rows'])}")
            proposal = column["proposal"]
            declared = column["declared"] or "none yet"
            considered = f"{proposal['sensitivity']}, {proposal['method']}"
            print(f"    class: {declared}; consider: {considered}.")
            print(f"    {proposal['reason']}")
    print("For staff only. What to consider is a proposal; nothing was written.")


def _facts(column: dict[str, Any], rows: int) -> str:
    share = f"{100 * column['missing'] / rows:.0f} % missing" if rows else "no rows"
    span = "" if column["low"] is None else f", {column['low']} to {column['high']}"
    return f"{share}, {column['distinct']:,} distinct{span}"
