"""A receipt: one entry of the ledger, what it says in the clear, and the proof that it is in there.

    {"muniment_receipt": 1, "entry": {…}, "values": {"outcome": {"salt": "…", "value": "…"}},
     "key": "name+hash+base64", "proof": "c2sp.org/tlog-proof@v1\\nindex 7\\n…"}

`proof` is C2SP's tlog-proof: the leaf's place, the path, the signed checkpoint. The leaf is the
entry's SHA-256, 32 bytes. `values` opens those salted hashes of the entry that its holder may know.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import entries, merkle, notes

VERSION = 1
HEAD = "c2sp.org/tlog-proof@v1"
LARGEST = 4_000_000
_COLUMNS = {
    **dict.fromkeys(("subject_kind", "tag", "at", "actor", "stage_from", "stage_to"), str),
    **dict.fromkeys(("subject_id", "number"), int),
    "values": dict,
    "previous": str,
}


class Invalid(ValueError):
    """The receipt does not hold, or is none; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt that holds says."""

    entry: dict[str, Any]
    values: dict[str, Any]
    position: int
    head: notes.Checkpoint
    key: notes.Key
    note: str


def write(
    entry: Mapping[str, Any],
    *,
    values: Mapping[str, tuple[str, Any]],
    position: int,
    path: Sequence[bytes],
    note: str,
    key: str,
) -> dict[str, Any]:
    """The receipt as a JSON document. `values` are (salt, value) by name."""
    lines = [HEAD, f"index {position}", *(base64.b64encode(step).decode() for step in path)]
    return {
        "muniment_receipt": VERSION,
        "entry": dict(entry),
        "values": {name: {"salt": salt, "value": value} for name, (salt, value) in values.items()},
        "key": key,
        "proof": "\n".join(lines) + f"\n\n{note}",
    }


def check(data: bytes, *, key: str = "") -> Held:
    """What the receipt says, once every link of it holds; raises Invalid with the first that fails.

    `key` is the office's public key as it was published; without it the receipt's own is used,
    which shows only that the receipt is whole.
    """
    document = _document(data)
    try:
        known = notes.key_of(key or document["key"])
        position, path, note = _apart(document["proof"])
        head = notes.opened(note, key=known)
    except notes.Unreadable as fault:
        raise Invalid(str(fault)) from None
    leaf = merkle.leaf(bytes.fromhex(entries.digest(document["entry"])))
    if not merkle.includes(
        head.root, size=head.size, position=position, entry_hash=leaf, path=path
    ):
        raise Invalid("The entry is not in the tree of the checkpoint, or it was changed.")
    return Held(document["entry"], _opened(document), position, head, known, note)


def _document(data: bytes) -> dict[str, Any]:
    """The receipt as JSON of the expected shape."""
    if len(data) > LARGEST:
        raise Invalid("The file is far too large for a receipt.")
    try:
        document = json.loads(data)
        json.dumps(document, ensure_ascii=False).encode()  # half a character cannot be hashed
    except (ValueError, RecursionError):
        raise Invalid("The file is not a receipt: it is not JSON.") from None
    if not isinstance(document, dict) or document.get("muniment_receipt") != VERSION:
        raise Invalid(f"The file is not a receipt of version {VERSION}.")
    texts = (document.get("key"), document.get("proof"))
    entry, values = document.get("entry"), document.get("values")
    whole = all(isinstance(each, str) for each in texts) and isinstance(values, dict)
    if not whole or not isinstance(entry, dict) or set(entry) != set(_COLUMNS):
        raise Invalid("The receipt lacks its entry, its values, its key or its proof.")
    if any(type(entry[name]) is not kind for name, kind in _COLUMNS.items()):
        raise Invalid("The receipt's entry is not written as the ledger writes one.")
    return document


def _apart(proof: str) -> tuple[int, list[bytes], str]:
    """The leaf's place, the path and the checkpoint's note."""
    lines, found, note = proof.partition("\n\n")
    head, *rest = lines.split("\n")
    if rest and rest[0].startswith("extra "):
        rest = rest[1:]
    if not found or head != HEAD or not rest or not rest[0].startswith("index "):
        raise Invalid(f"The proof is not written as {HEAD}.")
    try:
        position = int(rest[0].removeprefix("index "))
        path = [base64.b64decode(line, validate=True) for line in rest[1:]]
    except (ValueError, binascii.Error):
        raise Invalid(f"The proof is not written as {HEAD}.") from None
    return position, path, note


def _opened(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the clear, each of which has to fit the hash in the entry."""
    opened = {}
    for name, shown in document["values"].items():
        try:
            fits = (
                entries.salted(shown["salt"], shown["value"]) == document["entry"]["values"][name]
            )
        except (TypeError, KeyError, ValueError):
            fits = False
        if not fits:
            raise Invalid(f"The value '{name}' is not the one that the entry was made with.")
        opened[name] = shown["value"]
    return opened
