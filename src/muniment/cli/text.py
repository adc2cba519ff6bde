"""`muniment text review|approve`: free text is read by a person before any of it leaves.

`review` writes the texts of one column with what the program found in them. The reader changes the
`struck` spans of that file, and takes out texts that must not leave. `approve` makes the redactions
file from it: hashes and spans, no text. Its own hash goes into the method policy, and the file to
`extract --redactions`.
"""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from muniment import cli
from muniment.cli import files
from muniment.cli import plane as planes

SUMMARY = "hold free text for a reader, and take down what the reader approved"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Two words: review writes what is to be read, approve what was read."""
    words = parser.add_subparsers(dest="what", metavar="review|approve", required=True)
    review = words.add_parser("review", help="write the texts of a column for a reader")
    review.add_argument("spec", type=Path, metavar="SPEC", help="specification, a JSON file")
    review.add_argument(
        "--holding", type=Path, metavar="DIR", action="append", required=True, dest="folders",
        help="folder of a holding; repeat it for several",
    )  # fmt: skip
    review.add_argument("--field", required=True, metavar="TABLE.FIELD", help="the column")
    review.add_argument(
        "--out", type=Path, metavar="FILE", required=True,
        help="the texts, for staff only; must not exist yet",
    )  # fmt: skip
    approve = words.add_parser("approve", help="make the redactions file of a review that was read")
    approve.add_argument(
        "review", type=Path, metavar="REVIEW", help="the file, as the reader left it"
    )
    approve.add_argument("--by", required=True, metavar="NAME", help="who read every text of it")
    approve.add_argument(
        "--out", type=Path, metavar="FILE",
        help="the redactions; else in MUNIMENT_HOME/redactions, under their hash",
    )  # fmt: skip
    for each in (review, approve):
        each.add_argument("--format", choices=["text", "json"], default="text")


def run(args: argparse.Namespace) -> int:
    """Exit 0 with the file written, 1 with a reason why there is none."""
    told = _review(args) if args.what == "review" else _approve(args)
    if args.format == "json":
        print(json.dumps(told, indent=2))
    elif args.what == "review":
        print(f"{told['texts']} texts, {told['with_findings']} with findings: {told['file']}")
        print("Staff only: it holds the texts. Read all of them; programs miss names.")
    else:
        print(f"{told['texts']} texts approved: {told['file']}")
        print(f'rule: {{"method": "reviewed_text", "approved": "{told["approved"]}"}}')
    return 0


def _review(args: argparse.Namespace) -> dict[str, Any]:
    from muniment.gateways import dataplane

    order = dataplane.Order(specification=files.document(args.spec), folders=args.folders)
    folder = args.out.absolute().parent
    if not folder.is_dir():
        raise cli.Stop(f"There is no folder {folder}; make it first.")
    now = datetime.datetime.now(datetime.UTC)
    with planes.opened(read=args.folders, write=[folder]) as plane:
        told = plane.texts(order, field=args.field, out=args.out, now=now)
    return {"file": str(args.out), **told}


def _approve(args: argparse.Namespace) -> dict[str, Any]:
    from muniment.dataplane.freetext import review
    from muniment.dataplane.spec import faults, specification

    document = files.document(args.review, most=review.LARGEST_BYTES)
    try:
        held, field = review.held(document)
    except faults.Faulty as faulty:
        raise files.stop(args.review, faulty.faults) from None
    on = datetime.datetime.now(datetime.UTC).date().isoformat()
    approved = review.approve(held, field=field, reviewer=args.by, on=on)
    try:
        read = review.read(approved)
    except faults.Faulty as faulty:
        raise files.stop(args.review, faulty.faults) from None
    out = args.out or files.home() / "redactions" / (read.hash.replace(":", "-") + ".json")
    _write(specification.canonical(approved), out)
    return {"file": str(out), "texts": len(held), "approved": read.hash}


def _write(data: bytes, out: Path) -> None:
    from muniment.dataplane.extract import whole

    if out.exists():
        raise cli.Stop(f"{out} already exists; name a new file.")
    try:
        whole.write(data, out)
    except OSError as error:
        raise cli.Stop(f"{out} cannot be written: {error.strerror or error}.") from None
