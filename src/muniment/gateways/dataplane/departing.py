"""What may be asked of the data plane about a finished package."""

from dataclasses import dataclass
from pathlib import Path

from muniment.gateways.dataplane.child import Message, Tell
from muniment.gateways.dataplane.port import Port


@dataclass(frozen=True, slots=True)
class Package:
    """A finished package: its folder, the manifest's public key (PEM), the manifest's SHA-256."""

    folder: Path
    key: bytes
    sha256: str = ""

    def message(self) -> Message:
        return {
            "folder": str(self.folder.resolve()),
            "key": self.key.decode("ascii"),
            "package": self.sha256,
        }


class Departing(Port):
    """The part of the port that is about packages."""

    def pack(
        self,
        package: Package,
        *,
        out: Path,
        name: str,
        passphrase: bytes | None = None,
        recipient: str | None = None,
        tell: Tell | None = None,
    ) -> tuple[str, int]:
        """Lock a package into one file, for an age key or with a passphrase; SHA-256 and size.

        Refused (other-package, changed-file …) unless it is, byte for byte, what was checked.
        """
        asked = {"command": "pack", **package.message(), "out": str(out.absolute())}
        keys = {} if passphrase is None else {"passphrase": passphrase}
        done = self._ask({**asked, "name": name, "recipient": recipient}, keys=keys, tell=tell)
        return str(done["sha256"]), int(str(done["size"]))

    def sample(self, package: Package) -> list[Message]:
        """Some de-identified rows of each table. The caller recorded who looks and why."""
        tables = self._ask({"command": "sample", **package.message()})["tables"]
        assert isinstance(tables, list)
        return tables

    def inspect(self, package: Package) -> Message:
        """The automatic checks by name, and what was found; counts of cells are exact."""
        return self._ask({"command": "inspect", **package.message()})
