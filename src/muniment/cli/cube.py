"""`muniment cube HOLDING --out FILE`: the public tables of an edition, protected and audited."""

import argparse
import datetime
import json
import os
from pathlib import Path

from muniment import cli
from muniment.cli import files, progress
from muniment.cli import plane as planes


def arguments(parser: argparse.ArgumentParser) -> None:
    """The holding, the file to write, and what was published before."""
    add = parser.add_argument
    add("holding", type=Path, metavar="HOLDING", help="folder with datapackage.json")
    add("--out", type=Path, metavar="FILE", required=True, help="the tables; must not exist yet")
    words = "tables published before; once for each edition, oldest first"
    add("--previous", type=Path, action="append", default=[], metavar="FILE", help=words)
    words = "and the folder of that edition, in the same order"
    add("--previous-holding", type=Path, action="append", default=[], metavar="DIR", help=words)
    add("--format", choices=["text", "json"], default="text")
    progress.argument(parser)
    parser.set_defaults(usage_error=parser.error)


def run(args: argparse.Namespace) -> int:
    """Exit 0 with the file written, 1 with every reason why there is none."""
    if len(args.previous) != len(args.previous_holding):
        args.usage_error("--previous and --previous-holding go together")
    from muniment.dataplane.spec import specification

    if args.out.exists():
        raise cli.Stop(f"{args.out} already exists; name a new file.")
    published = [files.document(file) for file in args.previous]
    before = list(zip(args.previous_holding, published, strict=True))
    now = datetime.datetime.now(datetime.UTC)
    with (
        progress.shown(args) as watch,
        planes.opened(read=[args.holding, *args.previous_holding]) as plane,
    ):
        made = plane.cube(args.holding, earlier=before, now=now, tell=watch.step)
    _write(args.out, specification.canonical(made.pop("document")))
    told = {"file": str(args.out), **made}
    if args.format == "json":
        print(json.dumps(told, indent=2))
    else:
        print(f"{told['file']}: {told['cells']:,} cells, {told['hidden']:,} of them hidden.")
    return 0


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cli.Stop(f"{path} cannot be written: {error.strerror or error}.") from None
