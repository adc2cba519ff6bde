"""A small release under an approval, for tests of what happens to a package afterwards."""

import hashlib
from pathlib import Path

from muniment.dataplane import release
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.package import sealing
from tests.dataplane import tables
from tests.dataplane.extract import builds

KEY = builds.SIGNER.public_key()
ASKED = tables.specification(variables=builds.WHOLE)


def made(root: Path, asked: dict[str, object] = ASKED, **more: object) -> release.Built:
    """A release of the small holding."""
    bench = builds.Bench.at(root)
    return bench.build(asked, paper=bench.approved(asked), **more)


def hash_of(folder: Path) -> str:
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def parcel(folder: Path, *, watch: Watch | None = None) -> sealing.Parcel:
    return sealing.parcel(
        folder, key=KEY, package_sha256=hash_of(folder), name="R-1-build-1", watch=watch or Watch()
    )
