"""`muniment extract SPEC --holding DIR --out DIR`: build a package, a rehearsal unless approved.

The work is done by a data plane of its own, which can open the holdings and the target and nothing
else. Without an approval anyone with the data may rehearse: the package says so, is signed with
this machine's rehearsal key, and its pseudonyms are made with a key that is thrown away.
"""

import argparse
import datetime
import hmac
import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli, home
from muniment.cli import files
from muniment.cli import plane as planes
from muniment.cli.plane import engine

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from muniment.gateways import dataplane

RELEASE_ONLY = ("approval", "approval_key", "line_key")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to extract, from where, to where; and for a release the approval and its keys."""
    add = parser.add_argument
    add("spec", type=Path, metavar="SPEC", help="specification, a JSON file")
    add(
        "--holding", type=Path, metavar="DIR", action="append", required=True, dest="folders",
        help="folder of a holding; repeat it for several",
    )  # fmt: skip
    add("--out", type=Path, metavar="DIR", required=True, help="the package; must not exist yet")
    add(
        "--policy", type=Path, metavar="FILE", action="append", default=[], dest="policies",
        help="method policy, a JSON file; repeat it where each holding has its own",
    )  # fmt: skip
    add("--receipt", type=Path, metavar="FILE", help="internal receipt; else in MUNIMENT_HOME")
    add("--key", type=Path, metavar="FILE", help="private key that signs the manifest (PEM)")
    release = parser.add_argument_group("for a release, all three and --key")
    add = release.add_argument
    add("--approval", type=Path, metavar="FILE", help="signed approval file")
    add("--approval-key", type=Path, metavar="FILE", help="public key of the approver (PEM)")
    add("--line-key", type=Path, metavar="FILE", help="pseudonym key of the line (64 hex digits)")
    _more(parser.add_argument_group("where the method policy or the line needs it"))
    big = parser.add_argument_group("for data that are large")
    engine.arguments(big, rest="disk, beside the package")
    big.add_argument(
        "--resume", type=Path, metavar="DIR",
        help="keep finished pieces here, sealed; the same command again goes on from them",
    )  # fmt: skip
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.set_defaults(usage_error=parser.error)


def _more(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add(
        "--codes", type=Path, metavar="FILE",
        help="the line's list of random codes, sealed; made when absent, and added to",
    )  # fmt: skip
    add(
        "--redactions", type=Path, metavar="FILE", action="append", default=[],
        help="approved redactions of free text (muniment text approve); repeat it for several",
    )  # fmt: skip
    add(
        "--sketch-key", type=Path, metavar="FILE",
        help="key of the prints of a release (64 hex digits); else the one in MUNIMENT_HOME",
    )  # fmt: skip
    add(
        "--earlier", type=Path, metavar="FILE", action="append", default=[],
        help="prints of an earlier release (.trace.json), to report who is in both",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Exit 0 with the package, 1 with every reason why there is none, 2 for half an approval."""
    given = [name for name in RELEASE_ONLY if getattr(args, name)]
    if given and (len(given) < len(RELEASE_ONLY) or not args.key):
        args.usage_error("a release needs --approval, --approval-key, --line-key and --key")
    try:
        built, key_file, receipt = _built(args, release=bool(given))
    except KeyboardInterrupt:
        raise cli.Stop("Stopped. Nothing was written; sources are untouched.") from None
    _tell(args, built, key_file, receipt)
    return 0


def _built(args: argparse.Namespace, *, release: bool) -> "tuple[dataplane.Built, Path, Path]":
    from muniment.gateways import dataplane

    order = dataplane.Order(
        specification=files.document(args.spec),
        folders=args.folders,
        policies=files.policies(args.policies),
    )
    own = files.home()
    sign, public_file = _signing_key(args.key, own)
    now = datetime.datetime.now(datetime.UTC)
    receipt = args.receipt or own / "receipts" / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.json"
    write = [args.out.absolute().parent, receipt.absolute().parent]
    write += [args.resume.absolute()] if args.resume else []
    write += [args.codes.absolute().parent] if args.codes else []
    for folder in write:
        files.made(folder)
    read = [*args.folders, *(path.parent for path in (*args.redactions, *args.earlier))]
    means = engine.means(args, resume=args.resume)
    read += engine.read(args)
    with planes.opened(read=read, write=write, reach=engine.reach(args)) as plane:
        built = plane.build(
            order,
            out=args.out,
            receipt=receipt,
            now=now,
            line_key=files.key(args.line_key, "line")
            if release
            else _throwaway_key(args.resume, sign),
            manifest_key=sign,
            approval=files.content(args.approval) if release else None,
            approval_key=files.content(args.approval_key) if release else None,
            means=means,
            sketch_key=_sketch_key(args.sketch_key, own) if release or args.earlier else None,
            beside=dataplane.Beside(args.codes, args.redactions, args.earlier),
            tell=_teller(args.format),
        )
    return built, public_file, receipt


def _tell(
    args: argparse.Namespace, built: "dataplane.Built", key_file: Path, receipt: Path
) -> None:
    kind = str(built.manifest["kind"])
    if args.format == "json":
        told = {"folder": built.folder, "kind": kind, "key": str(key_file), "receipt": str(receipt)}
        print(json.dumps({**told, "manifest": built.manifest}, indent=2))
        return
    print(f"{kind}: {built.folder}")
    print(f"key: {key_file}")
    print(f"receipt (internal, exact numbers): {receipt}")
    if kind == "rehearsal":
        print("Nobody approved this package; check it with --rehearsal, and do not pass it on.")


def _signing_key(path: Path | None, own: Path) -> "tuple[Ed25519PrivateKey, Path]":
    """The key that signs, and a file with its public half."""
    from muniment.dataplane import refusals, signatures
    from muniment.gateways.keystore import local

    try:
        if path:
            key = signatures.private_key(files.content(path), name=str(path))
            name = signatures.key_id(key.public_key()).removeprefix("sha256:")[:16]
        else:
            key, name = local.Keystore(own).signing_key("rehearsal"), "rehearsal"
    except refusals.Refused as refused:
        raise cli.Stop(str(refused)) from None
    except (OSError, ValueError) as error:
        raise cli.Stop(f"The rehearsal key cannot be read or made: {error}.") from None
    public = own / "keys" / f"{name}.pub.pem"
    public.write_bytes(signatures.public_pem(key.public_key()))
    return key, public


def _sketch_key(path: Path | None, own: Path) -> bytes:
    """Without one, this machine's: its releases can be told apart and compared by their prints."""
    from muniment.gateways.keystore import local

    if path:
        return files.key(path, "sketch")
    try:
        return local.Keystore(own).sketch_key("own")
    except (OSError, ValueError) as error:
        raise cli.Stop(f"The sketch key cannot be read or made: {error}.") from None


def _throwaway_key(resume: Path | None, sign: "Ed25519PrivateKey") -> bytes:
    """A rehearsal's own key; one that goes on has the same while its folder of pieces exists.

    Half of it lies there, the other half is the key that signs, so that the folder alone opens
    nothing.
    """
    if resume is None:
        return secrets.token_bytes(files.KEY_BYTES)
    try:
        half = home.secret(resume / "rehearsal.half", lambda: secrets.token_hex(files.KEY_BYTES))
    except (OSError, ValueError) as error:
        raise cli.Stop(f"{resume} cannot hold finished pieces: {error}.") from None
    return hmac.digest(sign.private_bytes_raw(), half.encode(), "sha256")


def _teller(form: str) -> "dataplane.Tell | None":
    """On a terminal a line a step; for programs a JSON document a line; else silence."""
    if form == "json":
        return _progress_document
    return _progress if sys.stderr.isatty() else None


def _progress(what: str, done: int, of: int) -> None:
    print(f"{100 * done // of:3} % {what}" if of else f"      {what}", file=sys.stderr)


def _progress_document(what: str, done: int, of: int) -> None:
    told = {"step": what, "percent": round(100 * done / of, 1) if of else None}
    print(json.dumps(told), file=sys.stderr, flush=True)
