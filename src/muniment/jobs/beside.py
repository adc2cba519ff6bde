"""What a build of a release line needs beside its holdings: keys, codes, prints, public tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.gateways import dataplane
from muniment.gateways.keystore import local
from muniment.queries import release as releases

from . import plane

if TYPE_CHECKING:
    from muniment import models

CODES = ".codes"


@dataclass(frozen=True, slots=True)
class Line:
    """One build's share of the key store.

    The list of random codes is laid where the data plane may read it, and goes back longer. Sealed
    it is all the time: only the data plane opens it.
    """

    plant: plane.Plant
    row: "models.Build"
    place: str

    @property
    def keeper(self) -> str:
        """The line, or the whole agreement where people may be followed.

        That is over time, then under all versions of the institution's agreement; or into a part
        that leaves on another line and was approved as linked. Parts that are not linked have other
        codes under one key too (`links.group_name`). It is read from the answers as they are now:
        the approval names the key that was signed for, and the data plane builds with no other.
        """
        line = self.row.line
        if releases.follows_over_time(line):
            return local.keeper(line.public_id, agreement=str(releases.find_first_text(line).pk))
        own = str(line.agreement_id) if releases.is_linked(line) else None
        return local.keeper(line.public_id, agreement=own)

    @property
    def key(self) -> bytes:
        return self.plant.keys.kept_key(self.keeper)

    @property
    def sketch_key(self) -> bytes:
        return self.plant.keys.sketch_key(str(self.row.line.part.case.programme_id))

    @property
    def codes(self) -> Path:
        return self.plant.receipts / f"{self.place}{CODES}"

    def laid(self) -> tuple[dataplane.Beside, bytes | None]:
        """What the data plane is given, and the list as it was."""
        held = self.plant.keys.find_codes(self.keeper)
        if held is not None:
            self.codes.touch(mode=0o600, exist_ok=False)
            self.codes.write_bytes(held)
        beside = dataplane.Beside(
            codes=self.codes,
            redactions=sorted(self.plant.redactions.glob("*.json")),
            earlier=earlier_prints(self.row.line, plant=self.plant),
            published=releases.list_published(self.row.line),
        )
        return beside, held

    def taken(self, *, after: bytes | None) -> None:
        """Put the list back, if the build made or lengthened one. Raises `local.Changed`."""
        codes = self.codes.read_bytes() if self.codes.exists() else None
        self.codes.unlink(missing_ok=True)
        # Sealing makes other bytes each time, so a list that nobody needed is kept as it was.
        if codes is not None and codes != after:
            self.plant.keys.keep_codes(self.keeper, codes, after=after)


def earlier_prints(line: "models.ReleaseLine", *, plant: plane.Plant) -> list[Path]:
    """The prints of what other lines released of the same holding, of any edition."""
    folders = releases.list_earlier(line)
    prints = [plant.receipts / f"{folder}{dataplane.PRINTS}" for folder in folders]
    return [path for path in prints if path.exists()]
