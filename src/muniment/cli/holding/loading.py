"""`muniment holding load` and `muniment holding bring`: sources in, an edition out."""

import argparse
import datetime
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli
from muniment.cli import progress

if TYPE_CHECKING:
    from muniment.dataplane.extract.watch import Watch
    from muniment.dataplane.loading import Outcome

_LOAD = """\
Make an edition of a holding: a new folder with a descriptor, Parquet files and their hashes.
Your sources are only read. With any fault nothing is written, and every fault is told with file,
row and column. A source is a file, a folder, s3://bucket/prefix, or postgresql:VARIABLE, where
the environment variable VARIABLE holds the database's address."""
_BRING = """\
Bring in files that were built elsewhere for a described holding. They pass the same checks as
a load; the folder that comes out stands for the holding in `extract` and in a build."""

_PROPOSED = """\
The classes and release rules of this edition are those that ship with the mapping: a proposal.
Check each of them before anything leaves."""


def load_arguments(parser: argparse.ArgumentParser) -> None:
    """What `load` needs to know."""
    parser.description, parser.formatter_class = _LOAD, argparse.RawDescriptionHelpFormatter
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="where the data are")
    parser.add_argument(
        "--descriptor", type=Path, metavar="FILE",
        help="datapackage.json whose paths name your source files",
    )  # fmt: skip
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE|NAME",
        help="YAML or JSON: how tables come out of sources with other columns, or out of FHIR; "
        "or one that ships, as `muniment holding list` prints it",
    )  # fmt: skip
    parser.add_argument(
        "--s3", type=Path, metavar="FILE",
        help="JSON: endpoint, region, and the names of the variables that hold the keys",
    )  # fmt: skip
    _out(parser)


def bring_arguments(parser: argparse.ArgumentParser) -> None:
    """What `bring` needs to know."""
    parser.description, parser.formatter_class = _BRING, argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "sources", nargs="+", metavar="FILE", help="a file that was built elsewhere"
    )
    parser.add_argument(
        "--for", dest="described", type=Path, metavar="DIR", required=True,
        help="the described holding: its folder, with datapackage.json",
    )  # fmt: skip
    _out(parser)


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="a new folder")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    progress.argument(parser)


def load(args: argparse.Namespace) -> int:
    """Exit 0 with the new folder; else Stop with every fault."""
    from muniment.dataplane import loading
    from muniment.dataplane.loading import shipped

    if args.descriptor is None and args.mapping is None:
        raise cli.Stop("Say which descriptor the edition will have: --descriptor or --mapping.")
    mapping = shipped.place(args.mapping) if args.mapping else None
    order = loading.Order(
        sources=args.sources,
        out=args.out,
        now=datetime.datetime.now(datetime.UTC),
        descriptor=args.descriptor,
        mapping=mapping,
        s3=args.s3,
        environment=os.environ,
    )
    code = _done(args, lambda watch: loading.load(order, watch=watch))
    is_proposed = mapping and mapping.parent in shipped.mappings().values()
    if code == 0 and args.descriptor is None and is_proposed:
        print(_PROPOSED, file=sys.stderr)
    return code


def bring(args: argparse.Namespace) -> int:
    """As `load`, for a described holding."""
    from muniment.dataplane import bring as bringing

    now = datetime.datetime.now(datetime.UTC)
    return _done(
        args,
        lambda watch: bringing.bring(
            args.sources, described=args.described, out=args.out, now=now, watch=watch
        ),
    )


def _done(args: argparse.Namespace, doing: Callable[["Watch"], "Outcome"]) -> int:
    from muniment.dataplane import refusals

    try:
        with progress.shown(args) as watch:
            outcome = doing(watch)
    except refusals.Refused as reason:
        raise cli.Stop(str(reason)) from None
    return _said(args, outcome)


def _said(args: argparse.Namespace, outcome: "Outcome") -> int:
    if args.format == "json":
        print(json.dumps(outcome.document(), indent=2, ensure_ascii=False))
        return 0 if outcome.report.fit else 1
    report = outcome.report
    lines = [str(finding) for finding in report.findings]
    unlisted = report.faults + report.warnings - len(lines)
    if unlisted:
        lines.append(f"{unlisted:,} more are not listed.")
    if not report.fit:
        lines.append(f"Nothing was loaded: {report.faults:,} fault(s). Sources are as they were.")
        raise cli.Stop("\n".join(lines))
    lines += [f"{name}: {rows:,} rows" for name, rows in outcome.rows.items()]
    print("\n".join([*lines, f"{outcome.folder}: {outcome.content_hash}"]))
    return 0
