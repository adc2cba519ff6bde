"""The data plane as the jobs use it: folders, keys and the order of one build."""

from dataclasses import dataclass
from pathlib import Path

from muniment.gateways import dataplane
from muniment.gateways import scanner as scanning
from muniment.gateways.keystore.local import Keystore
from muniment.queries import release


@dataclass(frozen=True, slots=True)
class Plant:
    """What a worker works with: the home folder, its keys, and a data plane of its own."""

    home: Path
    keys: Keystore
    plane: dataplane.DataPlane
    scanner: scanning.Scanner | None = None

    @property
    def releases(self) -> Path:
        """Where finished packages lie."""
        return self.home / "releases"

    @property
    def receipts(self) -> Path:
        """Where internal receipts lie; they never leave."""
        return self.home / "receipts"

    @property
    def redactions(self) -> Path:
        """Where the approved redactions of free text lie, each under its hash."""
        return self.home / "redactions"

    def order(self, inputs: release.Inputs) -> dataplane.Order:
        """What the data plane is asked to work from."""
        return dataplane.Order(
            specification=inputs.specification,
            folders=[self.home / "holdings" / folder for folder in inputs.folders],
            policy=inputs.policy,
            parts=inputs.parts,
        )

    def noise_keys(self, inputs: release.Inputs) -> dict[tuple[str, str], bytes]:
        """The noise key of every holding that is asked for."""
        return {key: self.keys.noise_key(*key) for key in inputs.holdings}


def plant(home: Path, *, scanner: scanning.Scanner | None = None) -> Plant:
    """Everything a worker needs under one home folder."""
    plane = dataplane.DataPlane(
        read=[home / "holdings", home / "redactions"], write=[home / "releases", home / "receipts"]
    )
    return Plant(home, Keystore(home), plane, scanner)
