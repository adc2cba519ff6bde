"""`muniment import requests`: bring in a register of earlier requests, or those that run on paper.

What is printed names rows, columns, days and references. It never repeats a cell: a register holds
names and addresses, and what a command prints is often kept.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment import cli
from muniment.cli import files

if TYPE_CHECKING:
    from muniment.documents.register.faults import Fault
    from muniment.documents.register.mapping import Columns
    from muniment.documents.register.rows import Found

MOST_SHOWN = 50
"""Faults and doubts in words; a file with more has one cause, and --format json gives all."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, from where, by which mapping, and who answers for it."""
    what = parser.add_subparsers(dest="what", metavar="requests|mapping", required=True)
    told = what.add_parser("requests", help="bring in the requests of a register")
    told.add_argument("file", metavar="FILE", type=Path, help="a CSV file or a workbook")
    told.add_argument(
        "--mapping", metavar="FILE", type=Path, required=True,
        help="which column is which field, YAML or JSON",
    )  # fmt: skip
    told.add_argument("--by", metavar="EMAIL", help="the coordinator who answers for it")
    told.add_argument(
        "--live", action="store_true",
        help="open the requests where they stand; their earlier gates are attested from paper",
    )  # fmt: skip
    told.add_argument(
        "--documents", metavar="DIR", type=Path,
        help="with --live: the folder of the documents and specifications that the file names",
    )  # fmt: skip
    told.add_argument(
        "--confirmed-by", metavar="EMAIL", dest="second", help="a second person, where needed"
    )
    told.add_argument("--programme", metavar="SLUG", help="where there is more than one")
    told.add_argument(
        "--check", action="store_true",
        help="read the file and report, with --by or --live also on all that it would bring in; "
        "nothing stays",
    )  # fmt: skip
    told.add_argument("--format", choices=("text", "json"), default="text")
    what.add_parser("mapping", help="print the JSON Schema of a mapping file")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when all of it is in, 1 when nothing is, with every fault by row and column."""
    if args.what == "mapping":
        from muniment.documents.register import mapping

        print(json.dumps(mapping.schema(), indent=2))
        return 0
    content, columns, found = _read(args)
    report: dict[str, Any] = {
        "source": columns.source,
        "file": hashlib.sha256(content).hexdigest(),
        "requests": len(found.requests),
        "doubts": [_as_json(doubt) for doubt in found.doubts],
    }
    if args.by or args.live or not args.check:
        report |= {"checked": args.check, **_bring_in(args, columns, found, report["file"])}
    if args.format == "json":
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(_in_words(report)))
    return 0


def _read(args: argparse.Namespace) -> "tuple[bytes, Columns, Found]":
    """The file by its mapping; raises Stop with every fault."""
    from muniment.documents.register import faults, mapping, rows, tables

    content, source = files.content(args.file), args.mapping
    try:
        columns = mapping.parse(_mapping(source), live=args.live)
        source = args.file
        table = tables.read(content, columns=columns)
        found = rows.read(table, columns=columns, today=datetime.now(UTC).date())
    except faults.Faulty as faulty:
        listed = faulty.faults
        if args.format == "json":
            print(
                json.dumps({"ok": False, "faults": [_as_json(each) for each in listed]}, indent=2)
            )
        lines = [f"{source}: {each}" for each in listed[:MOST_SHOWN]]
        more = [f"and {len(listed) - MOST_SHOWN} more"] * (len(listed) > MOST_SHOWN)
        raise cli.Stop("\n".join([*lines, *more, "Nothing was brought in."])) from None
    return content, columns, found


def _mapping(path: Path) -> Any:
    """The mapping as data. JSON is YAML too, and both tell the line of a fault."""
    from muniment.programme.folder import yamlfile

    read = yamlfile.read(path, name=str(path))
    if read.faults:
        raise cli.Stop("\n".join(map(str, read.faults)))
    return read.data


def _bring_in(
    args: argparse.Namespace, columns: "Columns", found: "Found", sha256: str
) -> dict[str, Any]:
    """All of it, or none; raises Stop with every reason."""
    if not args.by:
        raise cli.Stop("Say with --by who answers for it: the address of a coordinator.")
    if args.live and not args.documents:
        raise cli.Stop("Say with --documents in which folder the documents lie.")
    cli.start_django()
    from django.db import DatabaseError

    from muniment.actions import finding, step

    from . import bringing

    order = bringing.Order(
        columns.source, found.requests, sha256, args.by, args.second or "", args.programme or ""
    )
    now = datetime.now(UTC)
    try:
        if args.check:
            folder = args.documents if args.live else None
            return bringing.check(order, folder=folder, now=now)
        if args.live:
            folder, home = args.documents, files.home()
            done = bringing.bring_in_running(order, folder=folder, home=home, now=now)
        else:
            done = bringing.bring_in_earlier(order, now=now)
        finding.keep_missing_words()
        return done
    except step.Refused as refused:
        reasons = [f"refused: {reason}" for reason in refused.reasons]
        raise cli.Stop("\n".join([*reasons, "Nothing was brought in."])) from None
    except DatabaseError as error:
        sentence = "The database cannot be used. Run `muniment manage migrate` first"
        raise cli.Stop(f"{sentence}: {str(error).splitlines()[0]}.") from None


def _in_words(report: dict[str, Any]) -> Iterator[str]:
    doubts = report["doubts"]
    yield from (f"doubtful: {_place(doubt)}" for doubt in doubts[:MOST_SHOWN])
    if len(doubts) > MOST_SHOWN:
        yield f"and {len(doubts) - MOST_SHOWN} doubtful dates more"
    rows = len({doubt["row"] for doubt in doubts})
    yield f"{report['source']}: {report['requests']} requests, {rows} with doubtful dates."
    if "made" not in report:
        yield "Only checked; nothing was brought in."
        return
    checked = report["checked"]
    done = "would be brought in" if checked else "brought in"
    yield f"{report['made']} {done}, {report['kept']} were here already."
    unread = report.get("unreadable", [])
    kept = "cannot be read" if checked else "kept, but cannot be read"
    for each in unread[:MOST_SHOWN]:
        yield f"{kept}: row {each['row']}, document {each['document']}: {each['message']}"
    if len(unread) > MOST_SHOWN:
        yield f"and {len(unread) - MOST_SHOWN} documents more that cannot be read"
    if report["changed"]:
        yield f"{len(report['changed'])} of these differ from what is kept, which stays as it is."
    for first, second in [] if checked else report["duplicates"][:MOST_SHOWN]:
        yield f"may be the same request: {first} and {second}"
    yield f"{len(report['duplicates'])} pairs may be the same request twice."
    if checked:
        yield "Only checked; nothing was brought in."


def _place(found: dict[str, Any]) -> str:
    return f"row {found['row']}, column “{found['column']}”: {found['message']}"


def _as_json(fault: "Fault") -> dict[str, Any]:
    return {
        "row": fault.row,
        "column": fault.column,
        "code": fault.code,
        "message": fault.message,
    }
