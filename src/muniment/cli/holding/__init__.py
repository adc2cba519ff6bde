"""`muniment holding`: load, check, profile and compare folders of data; those that ship."""

import argparse
import json
from pathlib import Path

from muniment import cli, holdings
from muniment.cli import files, progress
from muniment.cli import plane as planes
from muniment.cli.holding import loading, profiles


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word to say what to do, and what each needs to know."""
    shown = "load|bring|check|profile|diff|list|where|make"
    words = parser.add_subparsers(dest="what", metavar=shown, required=True)
    loading.load_arguments(words.add_parser("load", help="make an edition from your sources"))
    brought = "bring in files built elsewhere for a described holding"
    loading.bring_arguments(words.add_parser("bring", help=brought))
    profiled = "for staff: what each column holds, and a class to consider"
    profiles.profile_arguments(words.add_parser("profile", help=profiled))
    compared = "for staff: what changed from one edition to another"
    profiles.diff_arguments(words.add_parser("diff", help=compared))
    check = words.add_parser("check", help="name every fault with table, row and column")
    check.add_argument("folder", type=Path, metavar="DIR", help="folder with datapackage.json")
    check.add_argument(
        "--with", dest="linked", type=Path, metavar="DIR", action="append", default=[],
        help="a holding whose keys this one's links name; may be given again",
    )  # fmt: skip
    check.add_argument(
        "--all", dest="every", action="store_true",
        help="list every finding; without it long lists are cut and counted",
    )  # fmt: skip
    check.add_argument("--format", choices=["text", "json"], default="text")
    progress.argument(check)
    says = "the holdings and mappings that ship, each with its folder"
    listed = words.add_parser("list", help=says)
    listed.add_argument("--format", choices=["text", "json"], default="text")
    says = "print the folder of a holding or a mapping that ships"
    where = words.add_parser("where", help=says)
    where.add_argument("name", metavar="NAME", help="as `muniment holding list` prints it")
    make = words.add_parser("make", help="write a synthetic holding: invented rows, from a seed")
    make.add_argument("name", metavar="NAME", help="as `muniment holding list` prints it")
    make.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    make.add_argument(
        "--seed", type=int, metavar="N", required=True, help="the same seed gives the same rows"
    )
    make.add_argument("--size", type=int, metavar="N", help="units in it; else the usual size")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is done, and for `check` when the holding is fit to load; else Stop."""
    doing = {
        "load": loading.load, "bring": loading.bring, "check": _check,
        "profile": profiles.profile, "diff": profiles.diff,
        "list": _list, "where": _where, "make": _make,
    }  # fmt: skip
    return doing[args.what](args)


def _check(args: argparse.Namespace) -> int:
    """Warnings are only told."""
    with (
        progress.shown(args) as watch,
        planes.opened(read=[args.folder, *args.linked]) as plane,
    ):
        told = plane.examine(args.folder, linked=args.linked, every=args.every, tell=watch.step)
    report, said = told["report"], told["said"]
    if args.format == "json":
        print(json.dumps(report, indent=2))
        return 0 if report["fit"] else 1
    faults, warnings = (
        files.counted(report["faults"], "fault"),
        files.counted(report["warnings"], "warning"),
    )
    unlisted = report["faults"] + report["warnings"] - len(said)
    more = f" ({unlisted} not listed; --all lists every one)" if unlisted else ""
    if not report["fit"]:
        raise cli.Stop("\n".join([*said, f"{args.folder}: {faults}, {warnings}{more}."]))
    print("\n".join([*said, f"{args.folder}: no faults, {warnings}{more}."]))
    return 0


def _list(args: argparse.Namespace) -> int:
    from muniment.dataplane.loading import shipped
    from muniment.holdings import generate

    mappings = {name: str(folder) for name, folder in sorted(shipped.mappings().items())}
    found = [_entry(name, folder) for name, folder in sorted(_folders().items())]
    if args.format == "json":
        made = {"can_be_made": sorted(generate.NAMES)}
        document = {"holdings": found, **made, "mappings": mappings}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    for entry in found:
        print(f"{entry['name']} {entry['edition']}: {entry['title']}")
        print(f"    {entry['folder']}")
    print("Synthetic ones, made when asked for: muniment holding make NAME DIR --seed N")
    print(f"    {', '.join(sorted(generate.NAMES))}")
    print("Mappings, for holding load SOURCE --mapping NAME:")
    print(f"    {', '.join(mappings)}")
    return 0


def _where(args: argparse.Namespace) -> int:
    from muniment.dataplane.loading import shipped
    from muniment.holdings import generate

    found = {**_folders(), **shipped.mappings()}
    if args.name in generate.NAMES:
        how = f"muniment holding make {args.name} DIR --seed N"
        raise cli.Stop(f"{args.name} has no folder until you make one: {how}")
    if args.name not in found:
        message = f"No holding called {args.name!r} ships; there is {', '.join(sorted(found))}."
        raise cli.Stop(message)
    print(found[args.name])
    return 0


def _make(args: argparse.Namespace) -> int:
    from muniment.holdings import generate

    try:
        folder = generate.make(args.name, args.folder, seed=args.seed, size=args.size)
    except generate.NotMade as reason:
        raise cli.Stop(str(reason)) from None
    except OSError as error:
        place = error.filename or args.folder
        raise cli.Stop(f"{place} cannot be made: {error.strerror or error}.") from None
    print(f"{args.name}, synthetic: {folder}")
    return 0


def _folders() -> dict[str, Path]:
    """The holdings that ship, with data or described only."""
    return {**holdings.shipped(), **holdings.described()}


def _entry(name: str, folder: Path) -> dict[str, str]:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    ours = package["muniment"]
    return {
        "name": name,
        "title": package["title"],
        "edition": ours["edition"],
        "kind": ours["kind"],
        "folder": str(folder),
    }
