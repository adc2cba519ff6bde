"""`muniment fetch URL`: download a delivery, unlock it, check it against the programme's key.

For recipients, on their own machine: no database. The code in the address is used up by the first
byte; a line that breaks is taken up from where it stopped. What is unlocked appears under its name
only when every file is as the signed manifest says, by a key that came another way. What a killed
one left unlocked goes with the next one beside it.
"""

import argparse
import functools
import ipaddress
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from muniment import cli
from muniment.cli.plane import scratch

if TYPE_CHECKING:
    import http.client

PREFIX = ".muniment-fetch-"
TRIES, SECONDS, PIECE = 5, 60, 1 << 18
TYPED = 3
AGE_MARK = b"age-encryption.org/v1"
VARIABLE = "MUNIMENT_PASSPHRASE"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The address, the pinned key, how to unlock, where to put it."""
    parser.add_argument("url", type=_address, metavar="URL", help="as the downloads page gave it")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", required=True,
        help="the programme's public key (PEM), had by another way than the package",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="a new folder for the package"
    )
    parser.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        help="your secret key (age, Crypt4GH), where it was locked so",
    )
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE",
        help=f"the passphrase; otherwise {VARIABLE} is read, or you are asked",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Exit 0 when the package is there and holds; 1 with one sentence, and nothing is left."""
    from muniment.dataplane import refusals, signatures

    if args.out.exists():
        raise cli.Stop(f"{args.out} exists already; name a new folder.")
    try:
        key = signatures.public_key(signatures.key_file(args.key), name=str(args.key))
        args.out.parent.mkdir(parents=True, exist_ok=True)
        with scratch.opened(args.out.parent, prefix=PREFIX) as place:
            locked = place / "locked"
            _download(args.url, locked)
            files, size = _unlocked(args, locked, key=key, beside=place)
    except refusals.Refused as refused:
        raise cli.Stop(str(refused)) from None
    except OSError as error:
        raise cli.Stop(f"It cannot be written: {error.strerror or error}.") from None
    print(f"Fetched and verified: {files} files, {size:,} bytes, in {args.out}.")
    return 0


def _unlocked(
    args: argparse.Namespace, locked: Path, *, key: object, beside: Path
) -> tuple[int, int]:
    """Unlock beside, verify there, and only then give it its name."""
    from muniment.dataplane import verify
    from muniment.dataplane.package import crypt4gh, opening

    inside = beside / "unlocked"
    inside.mkdir(mode=0o700)
    with locked.open("rb") as file:
        mark = file.read(len(AGE_MARK))
    for_key = mark == AGE_MARK or mark.startswith(crypt4gh.MAGIC)
    if for_key and args.identity is None:
        raise cli.Stop("The file is locked for your key: name its file with --identity.")
    if mark == AGE_MARK:
        found = opening.aged(locked, identity=_text(args.identity), into=inside)
    elif for_key:
        ask = functools.partial(_passphrase, args)
        found = opening.crypted(locked, identity=args.identity, ask=ask, into=inside)
    else:
        found = _unzipped(args, locked, into=inside)
    held = verify.folder(found, key=key)  # type: ignore[arg-type]
    os.rename(found, args.out)
    return held.files, held.bytes


def _unzipped(args: argparse.Namespace, locked: Path, *, into: Path) -> Path:
    """Who types the passphrase may type it again: the code in the address is used up by now."""
    from muniment.dataplane import refusals
    from muniment.dataplane.package import opening

    asked = args.passphrase_file is None and not os.environ.get(VARIABLE)
    for more in reversed(range(TYPED if asked else 1)):
        try:
            return opening.zipped(locked, passphrase=_passphrase(args), into=into)
        except refusals.Refused as wrong:
            if wrong.code != "wrong-passphrase" or not more:
                raise
            print(f"{wrong} Type it again.", file=sys.stderr)
    raise AssertionError("the last try returns or raises")


def _passphrase(args: argparse.Namespace) -> str:
    if args.passphrase_file is not None:
        return _text(args.passphrase_file).strip()
    if os.environ.get(VARIABLE):
        return os.environ[VARIABLE].strip()
    import getpass

    try:
        return getpass.getpass("Passphrase: ").strip()
    except EOFError:
        raise cli.Stop("No passphrase was given; use --passphrase-file.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise cli.Stop(f"{path} cannot be read: {error}.") from None


def _download(url: str, target: Path) -> None:
    """The whole file at `target`, whose SHA-256 the site named. Raises Stop."""
    from muniment.dataplane import manifest

    got = _Got()
    with target.open("wb") as file:
        os.chmod(target, 0o600)
        for _ in range(TRIES):
            _more(url, file, got)
            if got.size is not None and file.tell() >= got.size:
                break
    size, digest = manifest.digest(target)
    if got.size is None or size != got.size:
        raise cli.Stop(f"The line broke {TRIES} times. Ask for a new code and try again.")
    if digest != got.sha256:
        raise cli.Stop("The file changed on its way. Ask for a new code and try again.")


@dataclass(slots=True)
class _Got:
    """What the site said of the file, at its first answer."""

    size: int | None = None
    sha256: str = ""


def _more(url: str, file: BinaryIO, got: _Got) -> None:
    """One request: from the start, or from where the last one stopped. A broken line is no fault.

    No redirect is followed: the code goes to the site that was named and nowhere else.
    """
    import http.client

    start = file.tell()
    headers = {"Range": f"bytes={start}-", "If-Range": f'"{got.sha256}"'} if start else {}
    line = _line(url)
    try:
        line.request("POST", urlsplit(url).path, body=b"", headers=headers)
        answer = line.getresponse()
        _take_note(answer, got, start=start)
        shutil.copyfileobj(answer, file, PIECE)
    except (http.client.HTTPException, OSError) as error:
        if got.size is None:
            raise cli.Stop(f"{urlsplit(url).netloc} does not answer: {error}.") from None
    finally:
        line.close()


def _take_note(answer: "http.client.HTTPResponse", got: _Got, *, start: int) -> None:
    """Check that these are the bytes that were asked for. Raises Stop with the site's words."""
    if answer.status not in (200, 206):
        said = answer.read(2000).decode("utf-8", "replace").strip()
        plain = answer.headers.get_content_type() == "text/plain"
        words = said if plain and said else "The site gives no file under this address."
        raise cli.Stop(words)
    sha256 = (answer.headers.get("ETag") or "").strip('"')
    length = answer.length  # of what comes now; None where the site does not say
    if (
        length is None
        or (answer.status == 206) != (start > 0)
        or (got.sha256 and got.sha256 != sha256)
    ):
        raise cli.Stop("The file changed on its way. Ask for a new code and try again.")
    got.sha256, got.size = sha256, start + length


def _line(url: str) -> "http.client.HTTPConnection":
    import http.client

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=SECONDS)


def _address(text: str) -> str:
    """argparse: an https address, or http on this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # a port that is none is only found when it is read
    except ValueError:
        host = None
    if host and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        return text
    raise argparse.ArgumentTypeError(f"'{text}' is no https address; copy it from the page")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
