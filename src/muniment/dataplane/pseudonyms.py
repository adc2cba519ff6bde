"""Keyed pseudonyms and shifts: AES-CMAC (RFC 4493), a column at a time, the key never as text.

A release line has one secret of 32 bytes. Every use derives its own AES-128 key from it (HKDF,
RFC 5869), so that a pseudonym in one line, in one unlinked part, or of another kind of identifier
says nothing about any other. The engine only ever sees finished pairs (identifier, pseudonym) in a
temporary table; keys and the pads made from them stay inside this module's stack frames.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import cmac as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from muniment.dataplane.spec import specification

if TYPE_CHECKING:
    import numpy
    import pyarrow

    Bytes = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]]
    Whole = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.int64]]

BLOCK = 16
LINE_KEY_BYTES = 32
CHUNK = 1 << 18
# The constant of RFC 4493 section 2.3 for a block of 128 bits.
RB = 0x87
PADDING = 0x80

SHIFT_LEAST_WEEKS = 4
SHIFT_MOST_WEEKS = 52


def derive(line_key: bytes, *, purpose: str, group: str, namespace: str) -> bytes:
    """The AES-128 key of one use.

    `purpose` is "pseudonym", "shift", "mark", "crosswalk", "resume" or "approval", `group` names
    the parts that may be joined, `namespace` the kind of identifier. Raises `ValueError` for a line
    key of another length.
    """
    if len(line_key) != LINE_KEY_BYTES:
        raise ValueError(f"A line key has {LINE_KEY_BYTES} bytes.")
    info = specification.canonical(["muniment", 1, purpose, group, namespace])
    return HKDF(algorithm=hashes.SHA256(), length=BLOCK, salt=None, info=info).derive(line_key)


def tag(key: bytes, message: bytes) -> bytes:
    """AES-CMAC of one message, by the library."""
    mac = library.CMAC(algorithms.AES(key))
    mac.update(message)
    return mac.finalize()


def tags(key: bytes, messages: Sequence[bytes]) -> list[bytes]:
    """AES-CMAC of each message, in order; 16 bytes each."""
    import pyarrow

    made = column_tags(key, pyarrow.array(messages, pyarrow.large_binary()))
    return [made[at : at + BLOCK] for at in range(0, len(made), BLOCK)]


def column_tags(key: bytes, messages: "pyarrow.Array") -> bytes:
    """AES-CMAC of each value of a column of text or bytes, one after the other; none is missing."""
    chunks = (messages.slice(at, CHUNK) for at in range(0, len(messages), CHUNK))
    return b"".join(_chunk(key, chunk) for chunk in chunks)


def codes(made: bytes) -> "pyarrow.Array":
    """Tags as a column of text, 32 hexadecimal digits each."""
    import numpy
    import pyarrow

    ends = numpy.arange(0, 2 * len(made) + 1, 2 * BLOCK, dtype=numpy.int64)
    text = memoryview(bytearray(2 * len(made)))
    for at in range(0, len(made), BLOCK * CHUNK):
        digits = made[at : at + BLOCK * CHUNK].hex().encode()
        text[2 * at : 2 * at + len(digits)] = digits
    buffers = [None, pyarrow.py_buffer(ends), pyarrow.py_buffer(text)]
    return pyarrow.Array.from_buffers(pyarrow.large_string(), len(ends) - 1, buffers)


def shift_days(shift_tag: bytes) -> int:
    """A person's shift: whole weeks, 4 to 52 of them, either way.

    Whole weeks keep the weekday, which visits on working days would reveal anyway; shifts under
    four weeks are left out because they hardly hide a date (`privacy.md` A9).
    """
    return int(shifts(shift_tag)[0])


def shifts(made: bytes) -> "Whole":
    """The shift that each of many tags gives, in days."""
    import numpy

    span = SHIFT_MOST_WEEKS - SHIFT_LEAST_WEEKS + 1
    high, low = _halves(made) % (2 * span)
    drawn = ((high * ((1 << 64) % (2 * span)) + low) % (2 * span)).astype(numpy.int64)
    weeks = SHIFT_LEAST_WEEKS + drawn % span
    days: Whole = 7 * weeks * (1 - 2 * (drawn >= span))
    return days


def ranks(made: bytes) -> "Whole":
    """The place of each tag among all in their order, which is that of their codes.

    A number of eight bytes sorts, groups and joins like the code, at a third of the cost.
    """
    import numpy

    high = numpy.frombuffer(made, ">u8")[::2].astype(numpy.uint64)
    order = numpy.argsort(high)
    high = high[order]
    if (high[1:] == high[:-1]).any():
        high, low = _halves(made)
        order = numpy.lexsort((low, high))
    places = numpy.empty_like(order)
    places[order] = numpy.arange(len(order))
    return places


def held(column: "pyarrow.Array") -> bytes:
    """The tags that a column of codes was made from."""
    first, many = 2 * BLOCK * column.offset, 2 * BLOCK * len(column)
    text = column.buffers()[2]
    made = bytearray()
    for at in range(first, first + many, 2 * BLOCK * CHUNK):
        digits = text[at : min(at + 2 * BLOCK * CHUNK, first + many)]
        made += bytes.fromhex(digits.to_pybytes().decode())
    return bytes(made)


def _chunk(key: bytes, messages: "pyarrow.Array") -> bytes:
    """All messages of one number of blocks are enciphered together, block after block."""
    import numpy
    import pyarrow

    column = messages.cast(pyarrow.large_binary())
    ends = numpy.frombuffer(column.buffers()[1], numpy.int64)
    ends = ends[column.offset : column.offset + len(column) + 1]
    held = column.buffers()[2]
    letters = numpy.frombuffer(held or b"", numpy.uint8)
    lengths = numpy.diff(ends)
    blocks = numpy.maximum(1, -(-lengths // BLOCK))
    out = numpy.empty((len(column), BLOCK), numpy.uint8)
    for count in numpy.unique(blocks):
        alike = numpy.flatnonzero(blocks == count)
        padded = _padded(letters, ends[alike], lengths[alike], width=int(count) * BLOCK)
        out[alike] = _enciphered(key, padded, whole=lengths[alike] == count * BLOCK)
    return out.tobytes()


def _halves(made: bytes) -> "numpy.ndarray":
    """The high and the low half of each tag, as numbers."""
    import numpy

    return numpy.frombuffer(made, ">u8").reshape(-1, 2).T.astype(numpy.uint64)


def _padded(letters: "Bytes", starts: "Whole", lengths: "Whole", *, width: int) -> "Bytes":
    """One row a message, filled up as RFC 4493 section 2.4 says where it is short."""
    import numpy

    rows = numpy.zeros((len(lengths), width), numpy.uint8)
    long = int(lengths[0])
    if (lengths == long).all() and (numpy.diff(starts) == long).all():
        # Identifiers of one length, one after the other: nothing to look up.
        first = int(starts[0])
        rows[:, :long] = letters[first : first + long * len(rows)].reshape(len(rows), long)
        rows[:, long : long + 1] = PADDING
        return rows
    which = numpy.repeat(numpy.arange(len(lengths)), lengths)
    within = numpy.arange(len(which)) - numpy.repeat(numpy.cumsum(lengths) - lengths, lengths)
    rows[which, within] = letters[numpy.repeat(starts, lengths) + within]
    short = numpy.flatnonzero(lengths < width)
    rows[short, lengths[short]] = PADDING
    return rows


def _enciphered(key: bytes, rows: "Bytes", *, whole: "numpy.ndarray") -> "Bytes":
    import numpy

    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    masks = numpy.frombuffer(b"".join(_masks(encrypt(bytes(BLOCK)))), numpy.uint8)
    padded = numpy.logical_not(whole).astype(numpy.intp)
    rows[:, -BLOCK:] ^= masks.reshape(2, BLOCK)[padded]
    state = numpy.zeros((len(rows), BLOCK), numpy.uint8)
    for at in range(0, rows.shape[1], BLOCK):
        mixed = (state ^ rows[:, at : at + BLOCK]).tobytes()
        state = numpy.frombuffer(encrypt(mixed), numpy.uint8).reshape(-1, BLOCK)
    return state


def _masks(zero_enciphered: bytes) -> tuple[bytes, bytes]:
    """Subkeys K1 (whole last block) and K2 (padded last block), RFC 4493 section 2.3."""
    whole = _doubled(zero_enciphered)
    return whole, _doubled(whole)


def _doubled(block: bytes) -> bytes:
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = (value ^ RB) & ((1 << 128) - 1)
    return value.to_bytes(BLOCK, "big")
