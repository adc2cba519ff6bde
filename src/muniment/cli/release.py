"""`muniment release verify DIR --key FILE`: is this, byte for byte, what the programme released?

For recipients: it needs the folder and the programme's public key, no database and no network.
"""

import argparse
import json
from pathlib import Path

from muniment import cli


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word to say what to do, the folder, the key, and whether it is a rehearsal."""
    words = parser.add_subparsers(dest="what", metavar="verify", required=True)
    verify = words.add_parser("verify", help="check every file against the signed manifest")
    verify.add_argument("folder", type=Path, metavar="DIR", help="the package")
    verify.add_argument(
        "--key", type=Path, metavar="FILE", required=True,
        help="the programme's public key (PEM), had by another way than the package",
    )  # fmt: skip
    verify.add_argument("--rehearsal", action="store_true", help="it is meant to be a rehearsal")
    verify.add_argument("--format", choices=["text", "json"], default="text")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 with one sentence that names the file that does not."""
    from muniment.dataplane import refusals, signatures, verify

    try:
        key = signatures.public_key(signatures.key_file(args.key), name=str(args.key))
        held = verify.folder(args.folder, key=key, rehearsal=args.rehearsal)
    except refusals.Refused as refused:
        raise cli.Stop(str(refused)) from None
    if args.format == "json":
        told = {"verified": True, "files": held.files, "bytes": held.bytes}
        print(json.dumps({**told, "manifest": held.document}, indent=2))
        return 0
    kind = held.document["kind"]
    print(f"Verified: {held.files} files, {held.bytes:,} bytes. This {kind} is as it was signed.")
    return 0
