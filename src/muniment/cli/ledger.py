"""`muniment ledger verify`: read every chain, and hold the whole against its checkpoints.

The heads on the subjects show a change inside a chain. What they cannot show (a whole chain made
anew together with its head, a subject removed with its chain, an old copy of the database) shows
against a checkpoint that lies elsewhere: the home's own folder, and files given by `--checkpoint`.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muniment.notary import notes


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word to say what to do, and the form of the answer."""
    parser.add_argument("what", choices=["verify"], help="read every chain from its start")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE",
        help="a checkpoint that was kept elsewhere, as it was published; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="json prints one document"
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every chain verifies, 1 with every break named when one does not."""
    cli.start_django()
    from django.db import DatabaseError

    from muniment.actions import ledger
    from muniment.queries.ledger import anchors

    outside = list(_outside(args.checkpoint))
    try:
        total, breaks = ledger.verify()
        torn = anchors.list_breaks(outside)
        newest = anchors.find_newest()
    except DatabaseError as fault:
        raise cli.Stop(f"The ledger cannot be read: {_why(fault)}.") from fault
    anchored = 0 if newest is None else newest.size
    if args.format == "json":
        found = [
            {
                "subject_kind": b.subject_kind,
                "subject_id": b.subject_id,
                "number": b.number,
                "what": b.what,
            }
            for b in breaks
        ]
        told = {"entries": total, "breaks": found, "anchored": anchored, "tree_breaks": torn}
        print(json.dumps(told))
        return 1 if breaks or torn else 0
    if breaks or torn:
        raise cli.Stop("\n".join(f"ledger: {each}" for each in [*breaks, *torn]))
    print(f"ledger: verified {total} entries")
    print(_said(anchored, len(outside)))
    return 0


def _why(fault: Exception) -> str:
    """A server that is away is another matter than a table that is not there."""
    from django.db import OperationalError, connection

    if isinstance(fault, OperationalError) and connection.vendor == "postgresql":
        return "the database does not answer"
    return "this home has no database yet, or an older one"


def _outside(files: list[Path]) -> "Iterator[notes.Checkpoint]":
    """The checkpoints in these files, and the home's own newest where there is one."""
    from django.conf import settings

    from muniment.gateways.witness import folder
    from muniment.notary import notes

    kept = folder.Folder(Path(settings.MUNIMENT_HOME)).find_newest()
    texts = [("the home's own checkpoint", kept)] if kept is not None else []
    for file in files:
        try:
            texts.append((str(file), file.read_text(encoding="utf-8")))
        except OSError as fault:
            raise cli.Stop(f"{file} cannot be read: {fault.strerror}.") from None
        except UnicodeDecodeError:
            raise cli.Stop(f"{file} is not text, so it is no checkpoint.") from None
    for name, text in texts:
        try:
            yield notes.read(text)
        except notes.Unreadable as fault:
            raise cli.Stop(f"{name}: {fault}") from None


def _said(anchored: int, outside: int) -> str:
    """How far the answer reaches."""
    if not anchored:
        return (
            "checkpoint: none yet, so a chain removed or made anew with its head would not be seen"
        )
    return (
        f"checkpoint: the first {anchored} entries are as they were signed, and as {outside} kept "
        "outside the database"
    )
