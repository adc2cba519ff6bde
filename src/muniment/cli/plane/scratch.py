"""A folder for what does not fit into memory, gone with its command, however that ended.

A killed command deletes nothing. The lock on its folder falls free, and the next command that works
in that place sweeps the folder away. Its data plane may live on for a moment, to clean up: rows lie
in staging of its own, under a lock of its own.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muniment import cli

PREFIX = "muniment-scratch-"
LOCK, MADE = "lock", "lock.made"


@contextmanager
def opened(beside: Path | None) -> Iterator[Path]:
    """A folder in `beside`, or where the system keeps such; abandoned ones go first."""
    place = beside or Path(tempfile.gettempdir())
    try:
        sweep(place)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        lock = os.open(folder / MADE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise cli.Stop(f"{place} cannot be used: {error.strerror or error}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.rename(folder / MADE, folder / LOCK)  # nobody who sweeps ever finds it free
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(place: Path) -> int:
    """Delete this user's folders whose command and data plane are gone; how many there were."""
    from muniment.dataplane.extract import staging

    swept = 0
    for folder in place.glob(PREFIX + "*"):
        if _is_own(folder) and _is_abandoned(folder):
            staging.sweep(folder)
            if not [*folder.glob(staging.PREFIX + "*")]:
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def _is_own(folder: Path) -> bool:
    """Others may put what they like where the system keeps such folders."""
    try:
        told = folder.lstat()
    except FileNotFoundError:
        return False  # it went just now
    return stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid()


def _is_abandoned(folder: Path) -> bool:
    """A lock that can be had belongs to nobody alive; a folder without one is only being made."""
    try:
        lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True
