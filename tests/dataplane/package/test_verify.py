"""A package is what was signed, byte for byte, or `verify` names the file that is not."""

import json
import os
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import manifest, refusals, signatures, verify
from tests.dataplane import tables
from tests.dataplane.extract import builds

ASKED = tables.specification(variables={"subjects": ["USUBJID", "SEX"], "events": ["TERM"]})
KEY = builds.SIGNER.public_key()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = builds.Bench.at(tmp_path_factory.mktemp("release"))
    return place.build(ASKED, paper=place.approved(ASKED)).folder


@pytest.fixture
def release(original: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "release"
    shutil.copytree(original, copy)
    return copy


def reason(folder: Path, **more: object) -> refusals.Refusal:
    with pytest.raises(refusals.Refused) as refused:
        verify.folder(folder, key=more.pop("key", KEY), **more)
    [found] = refused.value.refusals
    assert found.message.endswith(".")
    return found


def test_what_was_released_verifies(release: Path) -> None:
    held = verify.folder(release, key=KEY)
    assert held.document["kind"] == "release"
    assert held.files == sum(path.is_file() for path in release.rglob("*")) - 1
    assert held.bytes == sum(entry["bytes"] for entry in held.document["files"])


@pytest.mark.parametrize(
    ("every", "least"), [(7, 400), pytest.param(1, 2000, marks=pytest.mark.slow)]
)
def test_any_changed_byte_of_any_file_is_found_and_the_file_named(
    release: Path, every: int, least: int
) -> None:
    """Bytes of the manifest, and bytes spread over every other file."""
    tried = 0
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        name = path.relative_to(release).as_posix()
        data = path.read_bytes()
        step = every if name == manifest.NAME else max(1, len(data) // 12)
        for spot in {*range(0, len(data), step), len(data) - 1}:
            # 0x20 turns a small hexadecimal digit into a large one of the same value.
            flip = 0x20 if spot % 2 else 0x01
            path.write_bytes(data[:spot] + bytes([data[spot] ^ flip]) + data[spot + 1 :])
            assert name in reason(release).message, (name, spot)
            tried += 1
        path.write_bytes(data)
    verify.folder(release, key=KEY)
    assert tried > least


@pytest.mark.parametrize("change", [lambda data: data + b"\n", lambda data: data[:-1]])
def test_a_longer_or_shorter_file_is_found(release: Path, change: object) -> None:
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        data = path.read_bytes()
        path.write_bytes(change(data))  # type: ignore[operator]
        assert path.name in reason(release).message
        path.write_bytes(data)


def test_a_missing_file_is_named(release: Path) -> None:
    (release / "codebook.md").unlink()
    found = reason(release)
    assert (found.code, found.params["file"]) == ("missing-file", "codebook.md")


def test_a_missing_manifest_is_named(release: Path) -> None:
    (release / manifest.NAME).unlink()
    assert reason(release).code == "no-manifest"


def test_a_manifest_that_is_a_link_is_none(release: Path, tmp_path: Path) -> None:
    (release / manifest.NAME).rename(tmp_path / "elsewhere")
    (release / manifest.NAME).symlink_to(tmp_path / "elsewhere")
    assert reason(release).code == "no-manifest"


@pytest.mark.parametrize("name", ["extra.txt", ".hidden", "data/more.csv", "new/deep/file"])
def test_an_added_file_is_named(release: Path, name: str) -> None:
    path = release / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    found = reason(release)
    assert found.code == "unexpected-file"
    assert found.params["file"] in (name, name.split("/")[0])


@pytest.mark.parametrize("name", ["empty", "data/empty"])
def test_an_added_empty_folder_is_named(release: Path, name: str) -> None:
    (release / name).mkdir()
    assert reason(release).params["file"] == name


def test_a_file_replaced_by_a_link_to_itself_is_named(release: Path, tmp_path: Path) -> None:
    shutil.move(release / "README.md", tmp_path / "README.md")
    (release / "README.md").symlink_to(tmp_path / "README.md")
    assert reason(release).params["file"] == "README.md"


def test_a_pipe_among_the_files_is_named_and_never_opened(release: Path) -> None:
    (release / "README.md").unlink()
    os.mkfifo(release / "README.md")
    assert reason(release).params["file"] == "README.md"


def test_a_folder_in_place_of_a_file_is_named(release: Path) -> None:
    (release / "README.md").unlink()
    (release / "README.md").mkdir()
    assert reason(release).params["file"] == "README.md"


def test_a_link_to_a_folder_is_named(release: Path, tmp_path: Path) -> None:
    shutil.move(release / "data", tmp_path / "data")
    (release / "data").symlink_to(tmp_path / "data")
    assert reason(release).params["file"] == "data"


def test_another_key_is_refused(release: Path) -> None:
    assert reason(release, key=Ed25519PrivateKey.generate().public_key()).code == "other-key"


def test_a_manifest_signed_anew_by_someone_else_is_refused(release: Path) -> None:
    document = json.loads((release / manifest.NAME).read_bytes())
    rest = {name: document[name] for name in document if name not in ("signature", "key_id")}
    forged = signatures.sign(rest, key=Ed25519PrivateKey.generate())
    (release / manifest.NAME).write_bytes(forged)
    assert reason(release).code == "other-key"
    kept_name = json.loads(forged) | {"key_id": document["key_id"]}
    (release / manifest.NAME).write_bytes(json.dumps(kept_name).encode())
    assert reason(release).code == "bad-signature"


def test_a_document_of_another_kind_under_the_right_key_is_no_manifest(release: Path) -> None:
    data = signatures.sign({"muniment_approval": 1}, key=builds.SIGNER)
    (release / manifest.NAME).write_bytes(data)
    assert reason(release).code == "not-a-document"


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    assert reason(tmp_path / "nowhere").code == "no-such-folder"


def test_a_rehearsal_is_no_release_and_a_release_no_rehearsal(
    release: Path, tmp_path: Path
) -> None:
    rehearsal = builds.Bench.at(tmp_path / "place").build(ASKED).folder
    assert reason(rehearsal).code == "rehearsal-not-release"
    assert verify.folder(rehearsal, key=KEY, rehearsal=True).document["kind"] == "rehearsal"
    assert reason(release, rehearsal=True).code == "release-not-rehearsal"


def test_a_rehearsal_with_its_kind_edited_is_refused(tmp_path: Path) -> None:
    rehearsal = builds.Bench.at(tmp_path).build(ASKED).folder
    path = rehearsal / manifest.NAME
    path.write_bytes(path.read_bytes().replace(b'"rehearsal"', b'"release"'))
    assert reason(rehearsal).code == "bad-signature"


def test_a_file_that_vanishes_while_it_is_checked_is_named(release: Path) -> None:
    with pytest.raises(refusals.Refused) as refused:
        verify._check_file(release, "gone.csv", (1, "00"))
    assert refused.value.code == "missing-file"
