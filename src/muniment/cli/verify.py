"""`muniment verify RECEIPT`: is this entry in the ledger that was signed? Off line, no database.

For whoever was given a receipt: an applicant, an institution, a court.
"""

import argparse
import json
from pathlib import Path

from muniment import cli


def arguments(parser: argparse.ArgumentParser) -> None:
    """The receipt, and the key and an earlier checkpoint to hold it against."""
    parser.add_argument("receipt", type=Path, metavar="RECEIPT", help="the file that was given out")
    parser.add_argument(
        "--key", default="", metavar="LINE",
        help="the programme's public key as it was published, name+hash+base64",
    )  # fmt: skip
    parser.add_argument(
        "--witness", default="", metavar="LINE",
        help="the public key of a witness that has to have seen the checkpoint too",
    )  # fmt: skip
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every link holds, 1 with one sentence that names the first that does not."""
    from muniment.notary import notes, receipts

    try:
        with args.receipt.open("rb") as file:
            data = file.read(receipts.LARGEST + 1)
    except OSError as fault:
        raise cli.Stop(f"{args.receipt} cannot be read: {fault.strerror}.") from None
    try:
        held = receipts.check(data, key=args.key)
        seen = notes.cosigned(held.note, key=notes.key_of(args.witness)) if args.witness else None
    except (receipts.Invalid, notes.Unreadable) as fault:
        raise cli.Stop(f"{args.receipt}: {fault}") from None
    entry, own = held.entry, "" if args.key else " (the receipt's own)"
    if args.format == "json":
        told = {
            "verified": True,
            "entry": entry,
            "values": held.values,
            "position": held.position,
            "size": held.head.size,
            "key": held.key.line(),
            "key_given": bool(args.key),
            "seen_by_witness_at": None if seen is None else seen.isoformat(),
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    print(f"Verified: {entry['tag']}, {entry['at']}")
    print(f"entry {entry['number']} of {entry['subject_kind']} {entry['subject_id']}")
    for name, value in held.values.items():
        print(f"{name}: {value if isinstance(value, str) else json.dumps(value)}")
    print(f"number {held.position + 1} of {held.head.size} in the ledger {held.head.origin}")
    print(f"signed by {held.key.line()}{own}")
    if seen is not None:
        print(f"seen by the witness {notes.key_of(args.witness).name} at {seen.isoformat()}")
    if not args.key:
        print("Compare this key with the one that the office published, or give it with --key.")
    return 0
