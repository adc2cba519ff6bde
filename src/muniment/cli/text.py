"""`muniment text review|approve`: free text is read by a person before any of it leaves.

`review` writes the texts of one column with what the program found in them. The reader changes the
`struck` spans of that file, and takes out texts that must not leave. `approve` makes the redactions
file from it: hashes and spans, no text. Its own hash goes into the method policy, and the file to
`extract --redactions`.
"""

import argparse
import datetime
import json
import os
from pathlib import Path
from typing import Any

from muniment import cli

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

    order = dataplane.Order(specification=_document(args.spec), folders=args.folders)
    folder = args.out.absolute().parent
    if not folder.is_dir():
        raise cli.Stop(f"There is no folder {folder}; make it first.")
    now = datetime.datetime.now(datetime.UTC)
    try:
        with dataplane.DataPlane(read=args.folders, write=[folder]) as plane:
            told = plane.texts(order, field=args.field, out=args.out, now=now)
    except (dataplane.Refused, dataplane.Failed) as refused:
        raise cli.Stop(str(refused)) from None
    return {"file": str(args.out), **told}


def _approve(args: argparse.Namespace) -> dict[str, Any]:
    from muniment.dataplane.freetext import review
    from muniment.dataplane.spec import faults, specification

    try:
        held, field = review.held(_document(args.review, most=review.LARGEST_BYTES))
    except faults.Faulty as faulty:
        raise cli.Stop("\n".join(f"{args.review}: {fault}" for fault in faulty.faults)) from None
    on = datetime.datetime.now(datetime.UTC).date().isoformat()
    approved = review.approve(held, field=field, reviewer=args.by, on=on)
    digest = specification.digest(approved)
    name = digest.replace(":", "-") + ".json"
    out = args.out or _folder() / name
    _write(specification.canonical(approved), out)
    return {"file": str(out), "texts": len(held), "approved": digest}


def _folder() -> Path:
    from muniment import home

    folder = Path(os.environ.get("MUNIMENT_HOME") or "~/.muniment")
    try:
        return home.make(folder) / "redactions"
    except OSError as error:
        raise cli.Stop(f"{folder} cannot be made: {error.strerror or error}.") from None


def _write(data: bytes, out: Path) -> None:
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise cli.Stop(f"{out} already exists; name a new file.") from None
    except OSError as error:
        raise cli.Stop(f"{out} cannot be written: {error.strerror or error}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _document(path: Path, *, most: int = 4 * 1024 * 1024) -> dict[str, Any]:
    from muniment.dataplane.spec import faults, jsontext

    try:
        document = jsontext.load(path.read_bytes(), most=most)
    except OSError as error:
        raise cli.Stop(f"{path} cannot be read: {error.strerror or error}.") from None
    except faults.Faulty as faulty:
        raise cli.Stop("\n".join(f"{path}: {fault}" for fault in faulty.faults)) from None
    if not isinstance(document, dict):
        raise cli.Stop(f"{path}: This must be a JSON object.")
    return document
