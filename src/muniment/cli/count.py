"""`muniment count SPEC --holding DIR`: protected counts for every part of a specification.

On the command line counts are staff's, and protected all the same. All parts are checked before
any is counted, so a specification is answered whole or refused whole.
"""

import argparse
import datetime
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli, home
from muniment.cli import files, progress
from muniment.cli import plane as planes
from muniment.cli.plane import engine, scratch

if TYPE_CHECKING:
    from muniment.dataplane.spec.faults import Fault
    from muniment.dataplane.spec.holding import Holding
    from muniment.dataplane.spec.specification import Part, Specification


def arguments(parser: argparse.ArgumentParser) -> None:
    """The specification, the folders it may draw on, the noise key, the form of the answer."""
    parser.add_argument("spec", type=Path, metavar="SPEC", help="specification, a JSON file")
    parser.add_argument(
        "--holding", type=Path, metavar="DIR", action="append", required=True, dest="folders",
        help="folder of a holding; repeat it for several",
    )  # fmt: skip
    parser.add_argument(
        "--key", type=Path, metavar="FILE",
        help="noise key in hex; without it keys/noise.key in MUNIMENT_HOME, made when absent",
    )  # fmt: skip
    parser.add_argument(
        "--attrition", action="store_true", help="also how many are left after each criterion"
    )
    big = parser.add_argument_group("for data that are large")
    engine.arguments(big, rest="a folder that is deleted")
    big.add_argument(
        "--scratch", type=Path, metavar="DIR",
        help="where that folder is made; with Spark, where all its workers find it",
    )  # fmt: skip
    parser.add_argument("--format", choices=["text", "json"], default="text")
    progress.argument(parser)


def run(args: argparse.Namespace) -> int:
    """Exit 0 with a sentence per part, 1 with every reason why the specification is refused."""
    from muniment.dataplane.spec import check

    asked = _specification(args.spec)
    folders = _folders(args.folders)
    holdings = {key: holding for key, (holding, _) in folders.items()}
    _stop_for(args.spec, check.against(asked, holdings))
    _stop_for(args.spec, _uncountable(asked, holdings))
    key = _key(args.key)
    answers = _answers(args, asked, holdings, key)
    if args.format == "json":
        document = {"muniment_count": 1, "specification_hash": asked.hash, "parts": answers}
        print(json.dumps(document, indent=2))
    else:
        print("\n".join(line for answer in answers for line in _lines(answer)))
    return 0


def _specification(path: Path) -> "Specification":
    from muniment.dataplane.spec import faults, specification

    try:
        return specification.parse(path.read_bytes())
    except OSError as error:
        raise cli.Stop(f"{path} cannot be read: {error.strerror or error}.") from None
    except faults.Faulty as faulty:
        _stop_for(path, list(faulty.faults))
        raise


def _folders(paths: list[Path]) -> "dict[tuple[str, str], tuple[Holding, Path]]":
    from muniment.dataplane.spec import faults, holding

    found: dict[tuple[str, str], tuple[holding.Holding, Path]] = {}
    for path in paths:
        try:
            read = holding.load(path)
        except faults.Faulty as faulty:
            _stop_for(path / holding.DESCRIPTOR, list(faulty.faults))
            raise
        if read.key in found:
            message = f"{path} and {found[read.key][1]} are the same holding edition; name one."
            raise cli.Stop(message)
        found[read.key] = (read, path)
    return found


def _uncountable(
    asked: "Specification", holdings: "dict[tuple[str, str], Holding]"
) -> "list[Fault]":
    from muniment.dataplane.spec import countable

    return [
        fault
        for place, part in enumerate(asked.parts)
        for fault in countable.faults(
            part, holdings[part.holding, part.edition], path=f"/parts/{place}"
        )
    ]


def _answers(
    args: argparse.Namespace,
    asked: "Specification",
    holdings: "dict[tuple[str, str], Holding]",
    key: bytes,
) -> list[dict[str, object]]:
    """By a data plane that reads the holdings, and writes in a folder that is deleted."""
    from muniment.gateways import dataplane

    order = dataplane.Order(files.document(args.spec), args.folders)
    reach = engine.reach(args)
    with (
        progress.shown(args) as watch,
        scratch.opened(args.scratch) as folder,
        planes.opened(
            read=[*args.folders, *engine.read(args)], write=[folder], reach=reach
        ) as plane,
    ):
        counted = plane.count(
            order,
            noise_keys=dict.fromkeys(holdings, key),
            now=datetime.datetime.now(datetime.UTC),
            attrition=args.attrition,
            means=engine.means(args),
            scratch=folder,
            tell=watch.step,
        )
    return [
        _answer(part, holdings[part.holding, part.edition], each.document)
        for part, each in zip(asked.parts, counted, strict=True)
    ]


def _answer(part: "Part", holding: "Holding", told: dict[str, object]) -> dict[str, object]:
    named = {"part": part.id, "holding": holding.holding, "edition": holding.edition}
    left = told.get("attrition")
    return {**named, "synthetic": holding.synthetic, **told, "attrition": left}


def _lines(answer: dict[str, object]) -> list[str]:
    synthetic = ", synthetic data" if answer["synthetic"] else ""
    where = f"{answer['part']} ({answer['holding']} {answer['edition']}{synthetic})"
    lines = [f"{where}: {answer['says']}"]
    breakdown = answer["breakdown"]
    if isinstance(breakdown, dict):
        for cell in breakdown["cells"]:
            pairs = zip(breakdown["group_by"], cell["labels"], strict=True)
            labels = ", ".join(f"{name} {label}" for name, label in pairs)
            lines.append(f"  {labels}: {cell['count']['says']}")
    attrition = answer["attrition"]
    if isinstance(attrition, dict):
        for step in attrition["steps"]:
            lines.append(f"  after {step['criterion']}: {step['count']['says']}")
    return lines


def _key(path: Path | None) -> bytes:
    if path is None:
        folder = Path(os.environ.get("MUNIMENT_HOME") or "~/.muniment").expanduser()
        path = folder / "keys" / "noise.key"
        try:
            written = home.secret(path, lambda: secrets.token_hex(32) + "\n")
        except (OSError, ValueError) as error:
            raise cli.Stop(f"The noise key {path} cannot be read or made: {error}.") from None
    else:
        try:
            written = path.read_text(encoding="ascii")
        except OSError as error:
            raise cli.Stop(f"{path} cannot be read: {error.strerror or error}.") from None
        except ValueError:
            written = ""
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) < 32:
        raise cli.Stop(f"{path} holds no noise key: write at least 64 hexadecimal digits.")
    return key


def _stop_for(path: Path, found: "list[Fault]") -> None:
    """Every fault on a line of its own, with the file it is about."""
    if found:
        raise files.stop(path, found)
