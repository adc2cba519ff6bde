"""A folder for what does not fit into memory, gone with its command, however that ended.

It is claimed as the folder of a build is, so that the next command that works in that place sweeps
what a killed one left. A data plane may outlive its command for a moment, to clean up: rows lie in
staging of its own, under a lock of its own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from muniment import cli

PREFIX = "muniment-scratch-"


@contextmanager
def opened(beside: Path | None, *, prefix: str = PREFIX) -> Iterator[Path]:
    """A folder in `beside`, or where the system keeps such; abandoned ones go first."""
    from muniment.dataplane.extract import staging

    place = beside or Path(tempfile.gettempdir())
    with ExitStack() as stack:
        try:
            sweep(place, prefix=prefix)
            folder = stack.enter_context(staging.claimed(place, prefix=prefix))
        except OSError as error:
            raise cli.Stop(f"{place} cannot be used: {error.strerror or error}.") from None
        yield folder


def sweep(place: Path, *, prefix: str = PREFIX) -> int:
    """Delete this user's folders whose command and data plane are gone; how many there were."""
    from muniment.dataplane.extract import staging

    swept = 0
    for folder in staging.abandoned(place, prefix=prefix):
        if _is_own(folder):
            staging.sweep(folder)
            if not [*folder.glob(staging.PREFIX + "*")]:
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def _is_own(folder: Path) -> bool:
    """Others may put what they like where the system keeps such folders."""
    try:
        return folder.stat().st_uid == os.getuid()
    except FileNotFoundError:
        return False  # it went just now
