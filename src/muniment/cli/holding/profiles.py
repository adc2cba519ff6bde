"""`muniment holding profile` and `muniment holding diff`: exact figures, for staff only."""

import argparse
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli
from muniment.cli import progress

if TYPE_CHECKING:
    from muniment.dataplane.profile import Column, Profile

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
    from muniment.dataplane import profile as profiles
    from muniment.dataplane.spec import faults

    now = datetime.datetime.now(datetime.UTC)
    try:
        with progress.shown(args) as watch:
            found = profiles.of(args.folder, now=now, watch=watch)
    except faults.Faulty as reason:
        raise cli.Stop(str(reason)) from None
    if args.format == "json":
        print(json.dumps(found.document(), indent=2, ensure_ascii=False))
        return 0
    _print(found)
    return 0


def diff(args: argparse.Namespace) -> int:
    """Exit 0 whether they differ or not; Stop where one cannot be read."""
    from muniment.dataplane import diff as differing
    from muniment.dataplane.spec import faults

    try:
        with progress.shown(args) as watch:
            found = differing.between(args.old, args.new, watch=watch)
    except faults.Faulty as reason:
        raise cli.Stop(str(reason)) from None
    if args.format == "json":
        print(json.dumps(found.document(), indent=2, ensure_ascii=False))
        return 0
    print("\n".join(found.sentences()))
    return 0


def _print(found: "Profile") -> None:
    for table in found.tables:
        print(f"{table.name}: {table.rows:,} rows")
        for column in table.columns:
            print(f"  {column.name} ({column.type}): {_facts(column, table.rows)}")
            proposal = column.proposal
            declared = column.declared or "none yet"
            print(f"    class: {declared}; consider: {proposal.sensitivity}, {proposal.method}.")
            print(f"    {proposal.reason}")
    print("For staff only. What to consider is a proposal; nothing was written.")


def _facts(column: "Column", rows: int) -> str:
    share = f"{100 * column.missing / rows:.0f} % missing" if rows else "no rows"
    span = "" if column.low is None else f", {column.low} to {column.high}"
    return f"{share}, {column.distinct:,} distinct{span}"
