"""Notes, checkpoints and cosignatures as C2SP writes them (signed-note, tlog-*), Ed25519 only.

    data.example.org/ledger
    20852
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — data.example.org/ledger Az3grlgtzPICa5OS8npVmf1M…

A key is told apart by its name and by four bytes of a hash over name and key. Its public form is
one line, `name+8 hex digits+base64`, which people can print and compare.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
"""The kind of a witness's key: it signs the text together with the time (C2SP tlog-cosignature)."""
DASH = "\u2014"
LONGEST = 1_000_000
Sign = Callable[[bytes], bytes]


class Unreadable(ValueError):
    """Not a note, a checkpoint or a key of this form; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by name: what signs is known by it."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def line(self) -> str:
        """The key as one line."""
        body = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{body}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose, how many leaves, the root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_of(line: str) -> Key:
    """The key of one line; raises Unreadable where the line contradicts itself."""
    try:
        name, said, body = line.strip().split("+", 2)
        name.encode()  # the command line lets through what is no text
        raw = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("The key is not written as name+hash+base64.") from None
    key = Key(name, raw[1:], raw[:1])
    if key.kind not in (ED25519, COSIGNATURE) or len(key.public) != 32 or key.id.hex() != said:
        raise Unreadable("The key's hash does not fit the key: it was copied wrong.")
    return key


def signed(text: str, *, key: Key, sign: Sign) -> str:
    """The note: the text, an empty line, one line with the signature by `key`."""
    signature = base64.b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n{DASH} {key.name} {signature}\n"


def opened(note: str, *, key: Key) -> Checkpoint:
    """The checkpoint of a note that this key has signed; raises Unreadable with the reason."""
    text, lines = _apart(note)
    _verified(lines, key, text.encode(), skip=0)
    return checkpoint_of(text)


def cosigned(note: str, *, key: Key) -> datetime:
    """When this witness saw the checkpoint; raises Unreadable where it did not sign it."""
    text, lines = _apart(note)
    found = [raw for name, raw in map(_signature, lines) if name == key.name and raw[:4] == key.id]
    seconds = int.from_bytes(found[0][4:12], "big") if found else 0
    _verified(lines, key, cosigned_text(text, seconds), skip=8)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("The witness signed a time that no calendar has.") from None


def cosigned_text(text: str, seconds: int) -> bytes:
    """What a witness signs: the checkpoint's text after the time, in seconds since 1970."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosignature(text: str, seconds: int, *, key: Key, sign: Sign) -> str:
    """The line that a witness adds to a note."""
    raw = key.id + seconds.to_bytes(8, "big") + sign(cosigned_text(text, seconds))
    return f"{DASH} {key.name} {base64.b64encode(raw).decode()}\n"


def text_of(note: str) -> str:
    """The text that was signed, without the signatures."""
    return _apart(note)[0]


def _verified(lines: list[str], key: Key, signed_text: bytes, *, skip: int) -> None:
    """Raise Unreadable unless a line is the key's signature over that; `skip` bytes lie before."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = Ed25519PublicKey.from_public_bytes(key.public)
    for line in lines:
        name, signature = _signature(line)
        if name != key.name or signature[:4] != key.id:
            continue
        try:
            return public.verify(signature[4 + skip :], signed_text)
        except InvalidSignature:
            raise Unreadable("The checkpoint's signature is not valid.") from None
    raise Unreadable("The checkpoint is not signed by the key that was given.")


def read(note: str) -> Checkpoint:
    """What a note says, whoever signed it."""
    return checkpoint_of(_apart(note)[0])


def checkpoint_of(text: str) -> Checkpoint:
    """The head that a note's text names; further lines are left alone."""
    lines = text.split("\n")
    try:
        origin, size, root = lines[:3]
        head = Checkpoint(origin, _size(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise Unreadable("The checkpoint does not name a tree: origin, size, root.") from None
    if not origin or len(head.root) != 32:
        raise Unreadable("The checkpoint does not name a tree: origin, size, root.")
    return head


def _apart(note: str) -> tuple[str, list[str]]:
    """The text that was signed, and the signature lines."""
    text, found, rest = note.rpartition(f"\n\n{DASH} ")
    if not found or len(note) > LONGEST or not rest.endswith("\n"):
        raise Unreadable("This is not a signed note: text, empty line, signatures.")
    return f"{text}\n", f"{DASH} {rest}".split("\n")[:-1]


def _signature(line: str) -> tuple[str, bytes]:
    try:
        dash, name, body = line.split(" ")
        raw = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("A signature line cannot be read.") from None
    if dash != DASH or len(raw) < 5:
        raise Unreadable("A signature line cannot be read.")
    return name, raw


def _size(text: str) -> int:
    """A whole number as C2SP writes it: ASCII digits, no zero before the first."""
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise ValueError(text)
    return int(text)
