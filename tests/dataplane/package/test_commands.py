"""What the data plane process is asked about a package, called as it calls it."""

import json
from pathlib import Path

import pyrage
import pytest

from muniment.dataplane import commands, refusals, signatures
from muniment.dataplane.extract.watch import Watch
from tests.dataplane import tables
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


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """The codebook of a holding, without data."""
    folder = tables.small_holding(tmp_path / "loaded")
    shape = json.loads((folder / "datapackage.json").read_bytes())
    shape["muniment"]["kind"] = "described"
    place = tmp_path / "described"
    place.mkdir()
    for each in shape["resources"]:
        each.pop("path", None)
        each["data"] = []
    (place / "datapackage.json").write_text(json.dumps(shape))
    return place


def test_files_built_elsewhere_become_a_holding_or_every_fault_is_told(
    described: Path, tmp_path: Path
) -> None:
    files = tmp_path / "incoming"
    more = {"described": str(described), "now": "2026-11-22T12:00:00+00:00"}
    with pytest.raises(refusals.Refused) as caught:
        ask("bring", files=str(files), out=str(tmp_path / "a"), **more)
    assert caught.value.code == "no-source"
    files.mkdir()
    for name in ("subjects", "events"):
        data = (tmp_path / "loaded" / f"{name}.csv").read_bytes()
        (files / f"{name}.csv").write_bytes(data)
    told = ask("bring", files=str(files), out=str(tmp_path / "made"), **more)
    assert str(told["content_hash"]).startswith("sha256:")
    assert (tmp_path / "made" / "datapackage.json").exists()
    assert not list(tmp_path.glob(".muniment-bring-*"))
    subjects = files / "subjects.csv"
    subjects.write_text(subjects.read_text().replace("USUBJID", "WHO", 1))
    with pytest.raises(refusals.Refused) as caught:
        ask("bring", files=str(files), out=str(tmp_path / "b"), **more)
    assert caught.value.refusals
