"""`muniment holding load` and `muniment holding bring`: sources in, an edition out."""

import argparse
import datetime
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli
from muniment.cli import files, progress
from muniment.cli import plane as planes

if TYPE_CHECKING:
    from muniment.gateways import dataplane
    from muniment.gateways.dataplane.child import Message

DATABASE, STORE = ELSEWHERE = ("postgresql:", "s3://")

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
    from muniment.dataplane.loading import shipped
    from muniment.gateways import dataplane

    if args.descriptor is None and args.mapping is None:
        raise cli.Stop("Say which descriptor the edition will have: --descriptor or --mapping.")
    mapping = shipped.place(args.mapping) if args.mapping else None
    elsewhere = [source for source in args.sources if source.startswith(ELSEWHERE)]
    local = [Path(source).absolute() for source in args.sources if source not in elsewhere]
    sources = dataplane.Sources(
        places=[*map(str, local), *elsewhere],
        descriptor=args.descriptor,
        mapping=mapping,
        s3=args.s3,
        environment=_named(elsewhere, args.s3),
    )
    beside = [path for path in (args.descriptor, mapping and mapping.parent, args.s3) if path]
    reach = dataplane.Reach.SOURCES if elsewhere else dataplane.Reach.NOTHING
    code = _done(
        args,
        lambda plane, now, tell: plane.load(sources, out=args.out, now=now, tell=tell),
        read=[*local, *beside],
        reach=reach,
    )
    is_proposed = mapping and mapping.parent in shipped.mappings().values()
    if code == 0 and args.descriptor is None and is_proposed:
        print(_PROPOSED, file=sys.stderr)
    return code


def bring(args: argparse.Namespace) -> int:
    """As `load`, for a described holding."""
    files = [Path(source) for source in args.sources]
    return _done(
        args,
        lambda plane, now, tell: plane.bring(
            files, described=args.described, out=args.out, now=now, tell=tell
        ),
        read=[*files, args.described],
    )


def _named(elsewhere: Sequence[str], s3: Path | None) -> dict[str, str]:
    """The variables that these sources name, where they are set: nothing else is passed on."""
    names = {source.removeprefix(DATABASE) for source in elsewhere if source.startswith(DATABASE)}
    if s3 is not None:
        try:
            settings = json.loads(s3.read_bytes())
        except (OSError, ValueError):
            settings = {}  # whoever reads them for use says what is wrong
        members = settings.items() if isinstance(settings, dict) else ()
        names |= {str(name) for member, name in members if member.endswith("_from")}
    return {name: os.environ[name] for name in names if name in os.environ}


def _done(
    args: argparse.Namespace,
    doing: "Callable[[dataplane.DataPlane, datetime.datetime, dataplane.Tell], Message]",
    *,
    read: Sequence[Path],
    reach: "dataplane.Reach | None" = None,
) -> int:
    folder = args.out.absolute().parent
    files.made(folder)
    now = datetime.datetime.now(datetime.UTC)
    try:
        with (
            progress.shown(args) as watch,
            planes.opened(read=read, write=[folder], reach=reach) as plane,
        ):
            told = doing(plane, now, watch.step)
    except KeyboardInterrupt:
        raise cli.Stop("Stopped. Nothing was written; sources are untouched.") from None
    return _said(args, told["outcome"], told["said"])


def _said(args: argparse.Namespace, outcome: "Message", lines: list[str]) -> int:
    if args.format == "json":
        print(json.dumps({**outcome, "folder": _folder(args, outcome)}, indent=2,
                         ensure_ascii=False))  # fmt: skip
        return 0 if outcome["fit"] else 1
    unlisted = outcome["faults"] + outcome["warnings"] - len(lines)
    if unlisted:
        lines.append(f"{unlisted:,} more are not listed.")
    if not outcome["fit"]:
        faults = files.counted(outcome["faults"], "fault")
        lines.append(f"Nothing was loaded: {faults}. Sources are as they were.")
        raise cli.Stop("\n".join(lines))
    lines += [f"{name}: {files.counted(n, 'row')}" for name, n in outcome["rows"].items()]
    print("\n".join([*lines, f"{args.out}: {outcome['content_hash']}"]))
    return 0


def _folder(args: argparse.Namespace, outcome: "Message") -> str | None:
    """As it was named: the data plane knows it by its whole path."""
    return None if outcome["folder"] is None else str(args.out)
