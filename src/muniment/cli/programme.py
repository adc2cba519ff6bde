"""`muniment programme check|export|load|people`: an office's rules, and who can follow them."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from muniment import cli, programme
from muniment.cli import Stop
from muniment.programme import Bundle, folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """Three things to do with a programme folder, and one to ask of who is in office."""
    doing = parser.add_subparsers(dest="doing", metavar="check|export|load|people", required=True)
    check = doing.add_parser("check", help="name every fault of a folder, with file and line")
    check.add_argument("folder", metavar="DIR", type=Path)
    check.add_argument("--format", choices=("text", "json"), default="text")
    export = doing.add_parser("export", help="write a programme as a folder")
    export.add_argument("folder", metavar="DIR", type=Path)
    export.add_argument(
        "--bundle", metavar="FILE", type=Path, help="a bundle file; else the shipped programme"
    )
    load = doing.add_parser("load", help="make a folder a new edition in the database")
    load.add_argument("folder", metavar="DIR", type=Path)
    load.add_argument(
        "--administrator",
        metavar="EMAIL",
        required=True,
        help="who loads it; the first edition of a programme makes this person its administrator",
    )
    load.add_argument("--name", help="the administrator's name, where the person is new")
    people = doing.add_parser("people", help="name what nobody in office today could do")
    people.add_argument(
        "--without", metavar="EMAIL",
        help="what nobody could do any more once this person's offices have ended",
    )  # fmt: skip
    people.add_argument("--programme", metavar="SLUG", help="where there is more than one")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; raises Stop with every fault, one a line."""
    doing = {"check": _check, "export": _export, "load": _load, "people": _people}
    return doing[args.doing](args)


def _check(args: argparse.Namespace) -> int:
    try:
        edition = programme.read(args.folder)
    except folder.FolderFaulty as faulty:
        if args.format == "json":
            print(json.dumps({"ok": False, "faults": _as_json(faulty)}, indent=2))
        raise Stop(_sentence(args.folder, faulty)) from None
    if args.format == "json":
        found = {"ok": True, "faults": [], "slug": edition.slug, "edition": edition.edition}
        print(json.dumps(found | {"sha256": edition.sha256}, indent=2))
    else:
        print(f"{edition.slug} {edition.edition}: no faults. sha256:{edition.sha256}")
    return 0


def _export(args: argparse.Namespace) -> int:
    edition = _from_file(args.bundle) if args.bundle else programme.read(programme.default_folder())
    try:
        written = folder.write(edition, args.folder)
    except folder.NotEmpty as reason:
        raise Stop(str(reason)) from None
    except OSError as error:
        raise Stop(f"{args.folder} cannot be written: {error.strerror}.") from None
    print(f"{edition.slug} {edition.edition}: {len(written)} files in {args.folder}.")
    return 0


def _load(args: argparse.Namespace) -> int:
    try:
        edition = programme.read(args.folder)
    except folder.FolderFaulty as faulty:
        raise Stop(_sentence(args.folder, faulty)) from None
    cli.start_django()
    from django.db import DatabaseError, transaction

    from muniment.actions import people, step
    from muniment.actions import programme as actions

    try:
        address, now = args.administrator, datetime.now(UTC)
        with transaction.atomic():  # a refused load leaves no person behind
            administrator = people.register_person(address, name=args.name or address)
            loaded = actions.load_edition(edition, administrator=administrator, now=now)
    except step.Refused as refused:
        reasons = [f"refused: {reason}" for reason in refused.reasons]
        raise Stop("\n".join(reasons)) from None
    except DatabaseError as error:
        sentence = "The database cannot be used. Run `muniment manage migrate` first"
        raise Stop(f"{sentence}: {str(error).splitlines()[0]}.") from None
    print(f"{edition.slug} {edition.edition}: edition {loaded.number} is in force.")
    return 0


def _people(args: argparse.Namespace) -> int:
    """Exit 0 where nothing is lacking, 1 with a line for each thing that is."""
    cli.start_django()
    from django.db import DatabaseError

    from muniment import models
    from muniment.queries import editions
    from muniment.queries.house import staffing

    try:
        chosen = {"slug": args.programme} if args.programme else {}
        known = list(models.Programme.objects.filter(active_edition__isnull=False, **chosen))
        if len(known) != 1:
            raise Stop(
                "Name the program with --programme." if known else "There is no such program."
            )
        staff = staffing.staff_of(known[0], today=editions.today(known[0], datetime.now(UTC)))
    except DatabaseError as error:
        raise Stop(f"The database cannot be used: {str(error).splitlines()[0]}.") from None
    if args.without is None:
        found = staff.lacking()
    else:
        theirs = [each for each in staff.grants if each.person.email == args.without.lower()]
        if not theirs:
            raise Stop("Nobody with this address is in office today.")
        found = staff.lost_with_all(theirs)
    print("\n".join(found) if found else "Nothing is lacking: every step finds somebody.")
    return int(bool(found))


def _from_file(path: Path) -> Bundle:
    try:
        if path.stat().st_size > folder.LARGEST_BUNDLE:
            raise Stop(f"{path} is larger than a bundle can be.")
        return Bundle.from_canonical(path.read_bytes())
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from None
    except folder.FolderFaulty as faulty:
        raise Stop(_sentence(path, faulty)) from None


def _sentence(place: Path, faulty: folder.FolderFaulty) -> str:
    count = len(faulty.faults)
    return f"{faulty}\n{place} has {count} fault{'' if count == 1 else 's'}."


def _as_json(faulty: folder.FolderFaulty) -> list[dict[str, str | int]]:
    return [
        {"file": fault.file, "line": fault.line, "message": fault.message}
        for fault in faulty.faults
    ]
