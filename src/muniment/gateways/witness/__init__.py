"""Where checkpoints lie outside the database, so that an old copy of it can be told.

`folder` is a place beside it; a witness (C2SP tlog-witness) is somebody else, who signs a
checkpoint only where it continues the last one that they saw.
"""


class Unreachable(Exception):
    """The witness does not answer, or not as a witness does; it may be asked again."""


class Behind(Unreachable):
    """The witness saw another size last: `size`."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The witness saw {size} entries last.")
        self.size = size


class Contradicted(Exception):
    """The witness says that this checkpoint does not continue the one that it saw."""
