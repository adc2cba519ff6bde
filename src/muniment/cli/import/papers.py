"""The documents of a request on paper: found in their folder, looked at, stored under their hash.

What cannot be read is kept all the same, because it is what there is; it is named, so that somebody
asks for another copy.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from muniment import models
from muniment.actions import files, step
from muniment.documents import reading
from muniment.gateways import storage
from muniment.queries import files as kept
from muniment.rulebook.words import Refusal

LARGEST_DOCUMENT = 50 * 1024 * 1024
MOST_PAGES = 2000


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as it is kept; `fault` says why nobody can read it, None where one can."""

    record: models.StoredFile
    name: str
    fault: Refusal | None


@dataclass(slots=True)
class Papers:
    """One folder of documents, each looked at once however many rows name it."""

    folder: Path
    store: storage.Store | None
    """None where they are only looked at."""
    _fetched: dict[str, tuple[storage.Stored, str, Refusal | None]] = field(default_factory=dict)

    def fetch(self, names: Iterable[str]) -> None:
        """Store and look at what is in the folder of these, before anything is locked.

        A reader may take seconds for each, and nobody else could write meanwhile.
        """
        for name in names:
            with contextlib.suppress(step.Refused):
                self._fetch(name)

    def keep(self, names: Iterable[str], *, actor: models.Actor, now: datetime) -> Iterator[Paper]:
        """Record each of these files; raises Refused for one that is not in the folder."""
        for name in names:
            stored, media_type, fault = self._fetch(name)
            record = files.record_file(
                stored.sha256, size=stored.size, media_type=media_type, actor=actor, now=now
            )
            yield Paper(record, name, fault)

    def _fetch(self, name: str) -> tuple[storage.Stored, str, Refusal | None]:
        if name not in self._fetched:
            content = self.content(name)
            self._fetched[name] = (self._stored(content), *_look(content, name))
        return self._fetched[name]

    def _stored(self, content: bytes) -> storage.Stored:
        if self.store is None:
            return storage.Stored(hashlib.sha256(content).hexdigest(), len(content))
        return self.store.put([content], most=LARGEST_DOCUMENT)

    def content(self, name: str) -> bytes:
        """The bytes of a plain file in the folder; a name never leads out of it.

        Asked through `os.path`, which says no to a text that is too long for a name and raises
        nothing.
        """
        place = self.folder / name
        if Path(name).name != name or os.path.islink(place) or not os.path.isfile(place):
            message = "A document that the row names is not in the folder."
            raise step.Refused([Refusal("document-unknown", message)])
        if place.stat().st_size > LARGEST_DOCUMENT:
            message = f"A document is larger than {LARGEST_DOCUMENT // 2**20} MB."
            raise step.Refused([Refusal("document-too-large", message)])
        try:
            return place.read_bytes()
        except OSError:
            message = "A document that the row names cannot be opened."
            raise step.Refused([Refusal("document-closed", message)]) from None


def _look(content: bytes, name: str) -> tuple[str, Refusal | None]:
    """What the content is; a content that no reader takes is of no known type."""
    try:
        return reading.look_at(content, name=name, most_pages=MOST_PAGES).media_type, None
    except reading.Refused as refused:
        return kept.UNKNOWN, refused.reason
