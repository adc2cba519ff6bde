"""`muniment risk PATH`: how alone people are in a release, before and after its treatment.

PATH is a specification with `--holding` (a rehearsal is built and thrown away), the receipt of a
build (exact numbers, for staff), or the folder of a package (what its manifest says, protected).
"""

import argparse
import datetime
import json
import secrets
import sys
from pathlib import Path
from typing import Any

from muniment import cli
from muniment.cli import files, progress
from muniment.cli import plane as planes
from muniment.cli.plane import scratch

SUMMARY = "report the risk of a release, before and after treatment"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to report on, and in which form."""
    add = parser.add_argument
    says = "a specification (with --holding), a receipt, or the folder of a package"
    add("path", type=Path, metavar="PATH", help=says)
    add(
        "--holding", type=Path, metavar="DIR", action="append", default=[], dest="folders",
        help="folder of a holding, for a specification; repeat it for several",
    )  # fmt: skip
    add(
        "--policy", type=Path, metavar="FILE", action="append", default=[], dest="policies",
        help="method policy, a JSON file; repeat it where each holding has its own",
    )  # fmt: skip
    add(
        "--earlier", type=Path, metavar="FILE", action="append", default=[],
        help="prints of an earlier release (.trace.json); needs --sketch-key",
    )  # fmt: skip
    add("--sketch-key", type=Path, metavar="FILE", help="key of the prints (64 hex digits)")
    add(
        "--published", type=Path, metavar="FILE", action="append", default=[],
        help="public tables (muniment cube), to say which hidden numbers a release would show",
    )  # fmt: skip
    add(
        "--redactions", type=Path, metavar="FILE", action="append", default=[],
        help="approved redactions of free text",
    )  # fmt: skip
    add("--format", choices=["text", "json", "html", "pdf"], default="text")
    add("--out", type=Path, metavar="FILE", help="where the report goes; PDF needs it")
    progress.argument(parser)
    parser.set_defaults(usage_error=parser.error)


def run(args: argparse.Namespace) -> int:
    """Exit 0 with the report, 1 with a reason why there is none."""
    if args.format == "pdf" and not args.out:
        args.usage_error("--format pdf needs --out")
    if args.earlier and not args.sketch_key:
        args.usage_error("--earlier needs --sketch-key: prints are compared under one key")
    title, parts, is_exact = _found(args)
    data = _written(args.format, title, parts, is_exact)
    if args.out:
        try:
            args.out.write_bytes(data)
        except OSError as error:
            raise cli.Stop(f"{args.out} cannot be written: {error.strerror or error}.") from None
    else:
        sys.stdout.write(data.decode())
    return 0


def _found(args: argparse.Namespace) -> tuple[str, list[dict[str, Any]], bool]:
    """Title, parts and whether their numbers are exact."""
    if args.path.is_dir():
        manifest = files.document(args.path / "manifest.json")
        return "Risk of this package", list(manifest.get("parts", [])), False
    document = files.document(args.path)
    if "muniment_receipt" in document:
        return "Risk of this build", list(document["parts"]), True
    if not args.folders:
        raise cli.Stop("A specification needs --holding, the folder of the data it asks for.")
    return "Risk of this specification", _rehearsed(args, document), True


def _rehearsed(args: argparse.Namespace, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Build with keys that are thrown away, in a folder that is, and keep the receipt's parts."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from muniment.gateways import dataplane

    order = dataplane.Order(
        specification=document,
        folders=args.folders,
        policies=files.policies(args.policies),
    )
    with scratch.opened(None) as place:
        beside = dataplane.Beside(
            redactions=args.redactions,
            earlier=args.earlier,
            published=[files.document(path) for path in args.published],
        )
        beside_files = (path.parent for path in (*args.earlier, *args.redactions))
        with (
            progress.shown(args) as watch,
            planes.opened(read=[*args.folders, *beside_files], write=[place]) as plane,
        ):
            built = plane.build(
                order,
                out=place / "package",
                receipt=place / "receipt.json",
                now=datetime.datetime.now(datetime.UTC),
                line_key=secrets.token_bytes(files.KEY_BYTES),
                manifest_key=Ed25519PrivateKey.generate(),
                sketch_key=files.key(args.sketch_key, "sketch") if args.sketch_key else None,
                beside=beside,
                tell=watch.step,
            )
    parts = built.receipt["parts"]
    assert isinstance(parts, list)
    return parts


def _written(kind: str, title: str, parts: list[dict[str, Any]], is_exact: bool) -> bytes:
    from muniment.documents import risk

    if kind == "json":
        told = {"title": title, "exact": is_exact, "parts": parts}
        return (json.dumps(told, indent=2, sort_keys=True) + "\n").encode()
    report = risk.told(title, parts, is_exact=is_exact)
    if kind == "html":
        return risk.page(report)
    if kind == "pdf":
        return risk.pdf(report)
    lines = [report.title, report.notice]
    for part in report.parts:
        lines += ["", part.name, *(f"  {words}: {value}" for words, value in part.facts)]
    return ("\n".join(lines) + "\n").encode()
