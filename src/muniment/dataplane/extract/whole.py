"""A file that is there whole or not at all, and that nobody but its owner can read."""

import os
from pathlib import Path


def write(data: bytes, path: Path) -> None:
    """Put `data` in the place of `path`, on disk before it has that name. Raises `OSError`."""
    half = path.with_name(path.name + ".part")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, path)
