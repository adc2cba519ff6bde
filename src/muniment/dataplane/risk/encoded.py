"""Columns as numbers: which different values there are, and which of them each row has."""

from typing import TYPE_CHECKING

import numpy as np

from muniment.dataplane.engines import sources
from muniment.dataplane.risk.lattice import Whole

if TYPE_CHECKING:
    import pyarrow


def whole(column: "pyarrow.ChunkedArray") -> "pyarrow.Array":
    """The column in one piece."""
    import pyarrow

    return sources.only(pyarrow.table([column], ["c"]))


def numbered(column: "pyarrow.Array") -> tuple[list[object], Whole]:
    """The different values, missing among them, and for each row the number of its own."""
    coded = column.dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), numbers(coded.indices)


def numbers(column: "pyarrow.Array") -> Whole:
    """Whole numbers, none missing, from their buffer: `to_numpy` would import pandas first."""
    import pyarrow

    held = column.cast(pyarrow.int64())
    found = np.frombuffer(held.buffers()[1] or b"", np.int64)
    return found[held.offset : held.offset + len(held)]
