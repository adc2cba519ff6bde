"""What the data plane process is asked about a package, called as it calls it."""

from pathlib import Path

import pyrage
import pytest

from muniment.dataplane import commands, refusals, signatures
from muniment.dataplane.extract.watch import Watch
from tests.dataplane.package import releases

KEY = signatures.public_pem(releases.KEY).decode()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return releases.made(tmp_path_factory.mktemp("release")).folder


def ask(
    command: str, keys: dict[str, object] | None = None, /, **asked: object
) -> dict[str, object]:
    return commands.BY_NAME[command](asked, keys or {}, Watch())


def about(folder: Path) -> dict[str, object]:
    return {"folder": str(folder), "key": KEY, "package": releases.hash_of(folder), "name": "x"}


def test_a_package_is_locked_with_a_passphrase_or_for_a_key(package: Path, tmp_path: Path) -> None:
    left = tmp_path / ".muniment-seal-left"
    left.write_bytes(b"half")
    out = tmp_path / "a"
    told = ask("pack", {"passphrase": b"ABCD"}, **about(package), out=str(out), recipient=None)
    assert (told["size"], left.exists()) == (out.stat().st_size, False)
    own = str(pyrage.x25519.Identity.generate().to_public())
    told = ask("pack", **about(package), out=str(tmp_path / "b"), recipient=own)
    assert told["size"] == (tmp_path / "b").stat().st_size
    with pytest.raises(refusals.Refused) as caught:
        ask("pack", **about(package), out=str(tmp_path / "c"), recipient=None)
    assert caught.value.code == "no-key"


def test_a_package_is_looked_at_and_sampled(package: Path) -> None:
    assert all(ask("inspect", **about(package))["checks"].values())
    drawn = ask("sample", **about(package))["tables"]
    assert {each["table"] for each in drawn} == {"subjects", "events"}
