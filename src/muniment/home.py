"""The home folder: made at first start, secrets readable by their owner only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

FOLDERS = (
    "checkpoints",
    "keys",
    "deliveries",
    "files",
    "holdings",
    "incoming",
    "looks",
    "outbox",
    "releases",
    "receipts",
    "redactions",
    "run",
    "staging",
    "static",
    "told",
)


def make(folder: Path) -> Path:
    """Make the home folder and its rooms; return its absolute path."""
    folder = folder.expanduser().resolve()
    for room in FOLDERS:
        (folder / room).mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret(path: Path, new: Callable[[], str]) -> str:
    """The secret kept at `path`; a new one is written there (mode 0600) when there is none.

    Written beside and linked into place, so that two who start together agree on one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(new())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")
