"""`muniment trace FILE --among DIR`: which release a file comes from, if it can be told."""

import argparse
import json
from pathlib import Path

from muniment import cli
from muniment.cli import progress

SUMMARY = "say which release a file comes from"
MOST_ROWS = 50_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file that was found, and where the prints of releases lie."""
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="a table that was found: CSV or Parquet")
    add(
        "--among", type=Path, metavar="DIR", action="append", required=True,
        help="folder of receipts with prints (.trace.json); repeat it for several",
    )  # fmt: skip
    add("--format", choices=["text", "json"], default="text")
    progress.argument(parser)


def run(args: argparse.Namespace) -> int:
    """Exit 0 with one of three answers: exact release, candidate set, cannot tell."""
    from muniment.dataplane import refusals
    from muniment.dataplane.trace import match, reading, sketch

    paths = sorted(path for folder in args.among for path in folder.glob(f"*{sketch.SUFFIX}"))
    if not paths:
        raise cli.Stop(f"There are no prints of releases (*{sketch.SUFFIX}) in these folders.")
    try:
        with progress.shown(args) as watch:
            watch.step(f"read {args.file.name}")
            rows = reading.rows_of(args.file, most=MOST_ROWS)
            found = match.verdict(rows, [sketch.read(path) for path in paths], watch=watch)
    except refusals.Refused as refused:
        raise cli.Stop(str(refused)) from None
    if args.format == "json":
        print(json.dumps(found.document(), indent=2))
        return 0
    print(found.answer.value)
    for release in found.releases:
        print(f"release: {release}")
    if found.error is not None:
        print(f"error rate: {found.error:.1e}, by {found.by}")
    print(f"looked at {len(rows)} rows and {len(paths)} releases")
    return 0
