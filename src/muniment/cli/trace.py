"""`muniment trace FILE --among DIR`: which release a file comes from, if it can be told."""

import argparse
import json
from pathlib import Path

from muniment import cli
from muniment.cli import plane as planes
from muniment.cli import progress

SUMMARY = "say which release a file comes from"


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
    from muniment.gateways import dataplane

    paths = sorted(path for folder in args.among for path in folder.glob(f"*{dataplane.PRINTS}"))
    if not paths:
        raise cli.Stop(f"There are no prints of releases (*{dataplane.PRINTS}) in these folders.")
    with progress.shown(args) as watch, planes.opened(read=[args.file, *paths]) as plane:
        told = plane.trace(args.file, prints=paths, tell=watch.step)
    found = told["verdict"]
    if args.format == "json":
        print(json.dumps(found, indent=2))
        return 0
    print(found["answer"])
    for release in found["releases"]:
        print(f"release: {release}")
    if found["error_rate"] is not None:
        print(f"error rate: {found['error_rate']}, by {found['by']}")
    print(f"looked at {told['rows']} rows and {len(paths)} releases")
    return 0
