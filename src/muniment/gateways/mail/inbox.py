"""The mailbox that people write to: IMAP, or a folder of files that keeps the same contract.

`fetch` brings mails that nobody has dealt with; `done` puts one aside for good. A mail that is
fetched and not done comes again, so whoever deals with it has to know it by its bytes.
"""

import contextlib
import imaplib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlparse

LARGEST = 10 * 1024 * 1024
AT_A_TIME = 20
PATIENCE_SECONDS = 20
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Failed(Exception):
    """The mailbox cannot be read now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail in the mailbox. `data` is None where it is larger than is read."""

    key: str
    data: bytes | None


class Mailbox(Protocol):
    """The contract."""

    def fetch(self) -> Iterator[Waiting]:
        """A few of the mails that wait, the oldest first. Raises Failed."""
        ...

    def done(self, key: str) -> None:
        """Put one aside. Raises Failed."""
        ...


class Folder:
    """Mails as `.eml` files; those that are done are moved to `done`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self) -> Iterator[Waiting]:
        """In the order of their names."""
        for path in sorted(self._folder.glob("*.eml"))[:AT_A_TIME]:
            large = path.stat().st_size > LARGEST
            yield Waiting(path.name, None if large else path.read_bytes())

    def done(self, key: str) -> None:
        """Moved, not removed."""
        (self._folder / "done").mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (self._folder / key).rename(self._folder / "done" / key)


class Imap:
    """A mailbox on a server: `imaps://user:password@host:port/INBOX`; a connection a round."""

    def __init__(self, url: str) -> None:
        parts = urlparse(url)
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
            raise ValueError("MUNIMENT_IMAP_URL must look like imaps://user:password@host/INBOX.")
        self._encrypted, self._host = parts.scheme == "imaps", parts.hostname
        self._port = parts.port or (993 if self._encrypted else 143)
        self._login = (unquote(parts.username), unquote(parts.password or ""))
        self._box = unquote(parts.path.strip("/")) or "INBOX"

    def fetch(self) -> Iterator[Waiting]:
        """Those that are not marked as seen."""
        with self._session() as server:
            _, found = server.uid("SEARCH", "UNSEEN")
            for key in (found[0] or b"").split()[:AT_A_TIME]:
                yield self._read(server, key.decode())

    def done(self, key: str) -> None:
        """Marked as seen; it stays where it is."""
        with self._session() as server:
            server.uid("STORE", key, "+FLAGS", "(\\Seen)")

    def _read(self, server: imaplib.IMAP4, key: str) -> Waiting:
        _, told = server.uid("FETCH", key, "(RFC822.SIZE)")
        size = SIZE.search(b"".join(part for part in told if isinstance(part, bytes)))
        if size is None or int(size[1]) > LARGEST:
            return Waiting(key, None)
        _, parts = server.uid("FETCH", key, "(BODY.PEEK[])")
        bodies = [part[1] for part in parts if isinstance(part, tuple)]
        return Waiting(key, bodies[0] if bodies else None)

    @contextlib.contextmanager
    def _session(self) -> Iterator[imaplib.IMAP4]:
        kind = imaplib.IMAP4_SSL if self._encrypted else imaplib.IMAP4
        try:
            with kind(self._host, self._port, timeout=PATIENCE_SECONDS) as server:
                if not self._encrypted and "STARTTLS" in server.capabilities:
                    server.starttls()
                server.login(*self._login)
                server.select(f'"{self._box}"')
                yield server
        except (OSError, imaplib.IMAP4.error) as fault:
            raise Failed(f"The mailbox cannot be read: {type(fault).__name__}.") from fault


def at(home: Path, *, url: str) -> Mailbox | None:
    """The mailbox of an install: the declared one, else a folder `inbox` in its home, else none."""
    if url:
        return Imap(url)
    folder = home / "inbox"
    return Folder(folder) if folder.is_dir() else None
