"""A folder that becomes the package in one rename, or vanishes: never half a package.

Everything of a build that holds rows lies in one hidden folder beside the target: the files to be,
and what the engine spills. It goes when the build ends, however it ends. Only a killed process
cannot clean up after itself; its folder's lock falls free, and whoever builds in that place next,
or the parent that lost its child, sweeps it away.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from muniment.dataplane import engines, refusals
from muniment.dataplane.extract.partitions import Partitions

PREFIX = ".muniment-build-"
LOCK, MADE = "lock", "lock.made"
KINDS = ("parquet", "csv")


@dataclass(frozen=True, slots=True)
class Staging:
    """`package` is written to, `spill` is the engine's.

    `partitions` keeps finished pieces elsewhere for a build that may be resumed; `kinds` are the
    forms in which tables are written.
    """

    root: Path
    package: Path
    spill: Path
    setting: engines.Setting = engines.EMBEDDED
    partitions: Partitions | None = None
    kinds: tuple[str, ...] = KINDS


@contextmanager
def beside(
    out: Path,
    *,
    setting: engines.Setting = engines.EMBEDDED,
    partitions: Partitions | None = None,
    kinds: tuple[str, ...] = KINDS,
) -> Iterator[Staging]:
    """A staging folder on the file system of `out`, which must not exist yet.

    Raises `Refused` (target-exists, cannot-write, disk-full).
    """
    if out.exists() or out.is_symlink():
        message = f"{out} already exists; a package is never written over. Name a new folder."
        raise refusals.refused("target-exists", message)
    with ExitStack() as stack:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            sweep(out.parent)
            root = stack.enter_context(claimed(out.parent, prefix=PREFIX))
        except OSError as error:
            raise refusals.not_written(error, f"Nothing can be written to {out.parent}") from None
        staging = Staging(root, root / "package", root / "spill", setting, partitions, kinds)
        staging.package.mkdir()
        staging.spill.mkdir()
        yield staging


@contextmanager
def claimed(parent: Path, *, prefix: str) -> Iterator[Path]:
    """A folder that is this process's while it lives, and is deleted at the end."""
    root = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    lock = os.open(root / MADE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.rename(root / MADE, root / LOCK)  # nobody who sweeps ever finds it free
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(lock)


def publish(staging: Staging, *, out: Path) -> None:
    """Make the package durable, then visible under its name, in one step."""
    for path in sorted(staging.package.rglob("*"), reverse=True):
        _settle(path)
    _settle(staging.package)
    os.rename(staging.package, out)
    _settle(out.parent)


def sweep(parent: Path) -> int:
    """Delete staging folders whose process is gone; returns how many there were."""
    swept = [*abandoned(parent, prefix=PREFIX)]
    for root in swept:
        shutil.rmtree(root, ignore_errors=True)
    return len(swept)


def abandoned(parent: Path, *, prefix: str) -> Iterator[Path]:
    """Claimed folders whose process is gone."""
    for root in parent.glob(prefix + "*"):
        if root.is_dir() and not root.is_symlink() and _is_abandoned(root):
            yield root


def _is_abandoned(root: Path) -> bool:
    """A lock that can be had belongs to nobody alive.

    A folder without one is just being made, or was killed before it held anything.
    """
    try:
        lock = os.open(root / LOCK, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
