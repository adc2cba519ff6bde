"""The data plane as the jobs use it: folders, keys and the order of one build."""

import errno
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from muniment.gateways import dataplane, elsewhere, payment, storage, timestamp
from muniment.gateways import scanner as scanning
from muniment.gateways.keystore.local import Keystore
from muniment.gateways.signing.local import Sealer
from muniment.queries import release

ORPHANED_AFTER = timedelta(days=1)
"""What nobody recorded by then has no owner any more; a record follows its bytes in seconds."""


OUTAGES = (
    dataplane.Unavailable,
    elsewhere.Unreachable,
    payment.Unreachable,
    scanning.Unreachable,
    storage.Unreachable,
    timestamp.Unreachable,
)
"""What is down now may be up later; the job waits and goes on by itself."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Plant:
    """What a worker works with: the home folder, its keys, and a data plane of its own."""

    home: Path
    keys: Keystore
    plane: dataplane.DataPlane
    scanner: scanning.Scanner | None = None
    storage_url: str = ""
    timestamp_url: str = ""

    @property
    def sealer(self) -> Sealer:
        """What seals agreements."""
        authority = timestamp.at(self.timestamp_url, home=self.home)
        return Sealer(self.home, authority=authority)

    @property
    def staging(self) -> Path:
        """Where the data plane works: sealed pieces, half-locked files."""
        return self.home / "staging"

    @property
    def files(self) -> storage.Store:
        """Where uploads lie, and what else is kept under its hash: sealed agreements, mails."""
        return storage.at(self.home, url=self.storage_url)

    @property
    def deliveries(self) -> storage.Store:
        """Where encrypted releases lie."""
        return storage.at(self.home, room=storage.DELIVERIES, url=self.storage_url)

    @property
    def looks(self) -> storage.Store:
        """Where rows lie that somebody looks at for an hour; never outside of this machine."""
        return storage.at(self.home, room=storage.LOOKS)

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
            policies=inputs.policies,
            parts=inputs.parts,
            terms_version=inputs.terms_version,
            declared=inputs.declared,
            over_time=inputs.over_time,
        )

    def noise_keys(self, inputs: release.Inputs) -> dict[tuple[str, str], bytes]:
        """The noise key of every holding that is asked for."""
        return {key: self.keys.noise_key(*key) for key in inputs.holdings}


def plant(
    home: Path,
    *,
    scanner: scanning.Scanner | None = None,
    storage_url: str = "",
    timestamp_url: str = "",
) -> Plant:
    """Everything a worker needs under one home folder."""
    plane = dataplane.DataPlane(
        read=[home / "holdings", home / "redactions", home / "incoming"],
        write=[home / "releases", home / "receipts", home / "staging"],
    )
    return Plant(home, Keystore(home), plane, scanner, storage_url, timestamp_url)


def is_old(path: Path, *, now: datetime) -> bool:
    """Whether nobody wrote there for so long that it was left behind."""
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:  # somebody else tidied
        return False
    return datetime.fromtimestamp(written, now.tzinfo) < now - ORPHANED_AFTER


def find_outage(fault: BaseException) -> str | None:
    """What a job waits for, in a sentence; None where the fault is of another kind."""
    if isinstance(fault, OUTAGES):
        return str(fault)
    if isinstance(fault, OSError) and fault.errno in FULL:
        return "There is no room left on the disk; make room, and this goes on by itself."
    return None
