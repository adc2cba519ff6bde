"""What may be asked of the data plane before anything leaves: about sources, holdings, files."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment.gateways.dataplane.answers import Failed
from muniment.gateways.dataplane.child import Message, Tell
from muniment.gateways.dataplane.port import Port


@dataclass(frozen=True, slots=True)
class Sources:
    """What is loaded: files, folders, `s3://bucket/prefix` or `postgresql:VARIABLE`.

    One of `descriptor` and `mapping`; `s3` configures an object store. `environment` holds the
    variables that name addresses and keys, which do not go inside the request.
    """

    places: Sequence[str]
    descriptor: Path | None = None
    mapping: Path | None = None
    s3: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def message(self) -> Message:
        named = {"descriptor": self.descriptor, "mapping": self.mapping, "s3": self.s3}
        paths = {name: None if path is None else str(path.absolute()) for name, path in
                 named.items()}  # fmt: skip
        return {"sources": list(self.places), **paths}

    def keys(self) -> dict[str, bytes]:
        return {f"environment:{name}": value.encode() for name, value in self.environment.items()}


class Preparing(Port):
    """The part of the port that is about what comes in."""

    def load(
        self, sources: Sources, *, out: Path, now: datetime.datetime, tell: Tell | None = None
    ) -> Message:
        """Make an edition, all of it or nothing: `outcome`, and its findings in words, `said`."""
        asked = {"command": "load", **sources.message(), "now": now.isoformat()}
        return self._made(asked, out=out, keys=sources.keys(), tell=tell)

    def bring(
        self,
        files: Path | Sequence[Path],
        *,
        described: Path,
        out: Path,
        now: datetime.datetime,
        tell: Tell | None = None,
    ) -> Message:
        """The same of files built elsewhere, or a folder of them, for a described holding's."""
        named: Message = (
            {"folder": str(files.absolute())}
            if isinstance(files, Path)
            else {"files": [str(file.absolute()) for file in files]}
        )
        asked = {
            "command": "bring",
            **named,
            "described": str(described.absolute()),
            "now": now.isoformat(),
        }
        return self._made(asked, out=out, tell=tell)

    def _made(
        self,
        asked: Message,
        *,
        out: Path,
        keys: Mapping[str, bytes] | None = None,
        tell: Tell | None,
    ) -> Message:
        """Ask for an edition; after a child that died, sweep what it left: rows in the clear."""
        try:
            return self._ask({**asked, "out": str(out.absolute())}, keys=keys, tell=tell)
        except Failed:
            self.sweep(out.absolute().parent)
            raise

    def examine(
        self,
        folder: Path,
        *,
        linked: Sequence[Path] = (),
        every: bool = False,
        tell: Tell | None = None,
    ) -> Message:
        """The `report` of a holding check, and its findings in words, `said`. For staff."""
        linked_to = [str(each.absolute()) for each in linked]
        asked = {"command": "examine", "holding": str(folder.absolute()), "linked": linked_to}
        return self._ask({**asked, "every": every}, tell=tell)

    def profile(self, folder: Path, *, now: datetime.datetime, tell: Tell | None = None) -> Message:
        """Exact figures of each column, and a class to consider. For staff."""
        asked = {"command": "profile", "holding": str(folder.absolute()), "now": now.isoformat()}
        return self._ask(asked, tell=tell)

    def diff(self, old: Path, new: Path, *, tell: Tell | None = None) -> Message:
        """What changed from an edition to another: `diff`, and in words, `said`. For staff."""
        asked = {"command": "diff", "old": str(old.absolute()), "new": str(new.absolute())}
        return self._ask(asked, tell=tell)

    def cube(
        self,
        folder: Path,
        *,
        earlier: Sequence[tuple[Path, Mapping[str, object]]],
        now: datetime.datetime,
        tell: Tell | None = None,
    ) -> Message:
        """The public tables of a holding, `document`; `earlier` are those published before, each
        with the folder of its edition."""
        asked = {
            "command": "cube",
            "holding": str(folder.absolute()),
            "previous": [dict(document) for _, document in earlier],
            "previous_holdings": [str(place.absolute()) for place, _ in earlier],
            "now": now.isoformat(),
        }
        return self._ask(asked, tell=tell)

    def trace(self, file: Path, *, prints: Sequence[Path], tell: Tell | None = None) -> Message:
        """Which of the releases that left these prints a file comes from: `verdict`, `rows`."""
        among = [str(path.absolute()) for path in prints]
        asked = {"command": "trace", "file": str(file.absolute()), "prints": among}
        return self._ask(asked, tell=tell)
