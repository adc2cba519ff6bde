"""`muniment ledger verify`: read every chain and compare it with its stored head."""

import argparse
import json

from muniment import cli


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word to say what to do, and the form of the answer."""
    parser.add_argument("what", choices=["verify"], help="read every chain from its start")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="json prints one document"
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every chain verifies, 1 with every break named when one does not."""
    cli.start_django()
    from django.db import DatabaseError

    from muniment.actions import ledger

    try:
        total, breaks = ledger.verify()
    except DatabaseError as fault:
        message = "The ledger cannot be read: this home has no database yet, or an older one."
        raise cli.Stop(message) from fault
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
        print(json.dumps({"entries": total, "breaks": found}))
        return 1 if breaks else 0
    if breaks:
        raise cli.Stop("\n".join(f"ledger: {each}" for each in breaks))
    print(f"ledger: verified {total} entries")
    return 0
