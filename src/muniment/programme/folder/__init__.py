"""The folder form of a programme edition: what an office edits, imports and exports."""

from .faults import Fault, FolderFaulty
from .older import read as read_stored
from .reading import LARGEST_BUNDLE, from_canonical, read
from .writing import NotEmpty, write

__all__ = [
    "LARGEST_BUNDLE",
    "Fault",
    "FolderFaulty",
    "NotEmpty",
    "from_canonical",
    "read",
    "read_stored",
    "write",
]
