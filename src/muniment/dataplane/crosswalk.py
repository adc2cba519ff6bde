"""Who has which random code: the list that lets a rebuild give everyone the code they had.

It belongs to one release line and lies with the keys, never beside data: whoever reads it knows who
everyone is. At rest it is sealed (AES-GCM) under a key of the line.
"""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import pseudonyms, refusals
from muniment.dataplane.extract import whole

if TYPE_CHECKING:
    import pyarrow

NONCE_BYTES = 12
PURPOSE = "crosswalk"
COLUMNS = ("kind", "identifier", "code")


class Crosswalk:
    """Codes by kind of identifier. Starts empty; `opened` reads one back."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[pyarrow.Array, pyarrow.Array]] = {}

    def codes(self, kind: str, identifiers: "pyarrow.Array") -> "pyarrow.Array":
        """The code of each identifier (text, each once), drawn now where it has none yet."""
        import pyarrow
        from pyarrow import compute

        identifiers = identifiers.cast(pyarrow.large_string())
        if kind not in self._known:
            self._known[kind] = identifiers, _drawn(len(identifiers))
            return self._known[kind][1]
        held, drawn = self._known[kind]
        new = compute.filter(identifiers, compute.invert(compute.is_in(identifiers, held)))
        held = pyarrow.concat_arrays([held, new])
        drawn = pyarrow.concat_arrays([drawn, _drawn(len(new))])
        self._known[kind] = held, drawn
        return compute.take(drawn, compute.index_in(identifiers, held))

    def sealed(self, line_key: bytes) -> bytes:
        """All of it, for the key store."""
        import pyarrow
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        tables = [
            pyarrow.table(dict(zip(COLUMNS, (_repeated(kind, held), held, drawn), strict=True)))
            for kind, (held, drawn) in self._known.items()
        ] or [pyarrow.table({name: pyarrow.array([], pyarrow.large_string()) for name in COLUMNS})]
        listed = pyarrow.concat_tables(tables)
        sink = pyarrow.BufferOutputStream()
        with pyarrow.ipc.new_file(sink, listed.schema) as writer:
            writer.write_table(listed)
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = sink.getvalue().to_pybytes()
        return nonce + AESGCM(_key(line_key)).encrypt(nonce, plain, None)


def opened(sealed: bytes, *, line_key: bytes) -> Crosswalk:
    """Read back what `sealed` made. Raises `Refused` (bad-crosswalk) for anything else."""
    import pyarrow
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from pyarrow import compute

    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        plain = AESGCM(_key(line_key)).decrypt(nonce, rest, None)
    except (InvalidTag, ValueError):
        message = "The list of random codes is damaged or belongs to another release line."
        raise refusals.refused("bad-crosswalk", message) from None
    listed = pyarrow.ipc.open_file(pyarrow.py_buffer(plain)).read_all().combine_chunks()
    found = Crosswalk()
    for kind in compute.unique(listed["kind"]).to_pylist():
        mine = listed.filter(compute.equal(listed["kind"], kind)).combine_chunks()
        held, drawn = (mine[name].combine_chunks() for name in COLUMNS[1:])
        found._known[kind] = held, drawn
    return found


def read(path: Path, *, line_key: bytes) -> Crosswalk:
    """The list in a file; an empty one where there is none yet. Raises `Refused`."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return Crosswalk()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}."
        raise refusals.refused("bad-crosswalk", message) from None
    return opened(sealed, line_key=line_key)


def write(listed: Crosswalk, path: Path, *, line_key: bytes) -> None:
    """Seal the list into a file of its owner, whole or not at all. Raises `OSError`."""
    whole.write(listed.sealed(line_key), path)


def _drawn(many: int) -> "pyarrow.Array":
    return pseudonyms.codes(secrets.token_bytes(pseudonyms.BLOCK * many))


def _repeated(kind: str, column: "pyarrow.Array") -> "pyarrow.Array":
    import pyarrow

    return pyarrow.repeat(pyarrow.scalar(kind, pyarrow.large_string()), len(column))


def _key(line_key: bytes) -> bytes:
    return pseudonyms.derive(line_key, purpose=PURPOSE, group="", namespace="")
