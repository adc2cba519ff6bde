"""One locked file from a package and back: whole, unchanged, for its recipient alone."""

import base64
import functools
import io
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest
import pyzipper

from muniment.dataplane import refusals, verify
from muniment.dataplane.extract.watch import Stopped, Watch
from muniment.dataplane.package import opening, sealing
from tests.dataplane import full
from tests.dataplane.package import releases

PASSPHRASE = "ABCD-EFGH-JKMN-PQRS-TVWX-YZ23-4567"
OWN, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
CANARY = b"SYNCOPE"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return releases.made(tmp_path_factory.mktemp("release")).folder


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(package, tmp_path / "copy"))


def zipped(package: Path, out: Path) -> sealing.Sealed:
    return sealing.with_passphrase(releases.parcel(package), out, passphrase=PASSPHRASE)


def aged(package: Path, out: Path) -> sealing.Sealed:
    return sealing.with_key(releases.parcel(package), out, recipient=str(OWN.to_public()))


def crypted(package: Path, out: Path) -> sealing.Sealed:
    return sealing.with_key(releases.parcel(package), out, recipient=keys_of(out.parent)[1])


def keys_of(folder: Path, *, passphrase: str | None = None) -> tuple[Path, str]:
    """A Crypt4GH key pair, made once: the secret half's file, the public one as registered."""
    from crypt4gh.keys import c4gh

    folder = folder.with_name(f"{folder.name}-keys")
    secret, public = folder / "key.sec", folder / "key.pub"
    if not folder.exists():
        folder.mkdir()
        c4gh.generate(secret, public, passphrase=passphrase and passphrase.encode(), comment=None)
    return secret, f"crypt4gh:{public.read_text().splitlines()[1]}"


def code(attempt: object) -> str:
    with pytest.raises(refusals.Refused) as caught:
        attempt()  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("lock", [zipped, aged, crypted])
def test_what_comes_out_is_what_went_in_and_verifies(
    package: Path, tmp_path: Path, lock: object
) -> None:
    out = tmp_path / "locked"
    sealed = lock(package, out)  # type: ignore[operator]
    assert sealed.size == out.stat().st_size
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert CANARY not in out.read_bytes()
    assert list(tmp_path.iterdir()) == [out]
    into = tmp_path / "in"
    into.mkdir()
    if lock is zipped:
        found = opening.zipped(out, passphrase=PASSPHRASE, into=into)
    elif lock is aged:
        found = opening.aged(out, identity=f"# made today\n{OWN}\n", into=into)
    else:
        found = opening.crypted(out, identity=keys_of(tmp_path)[0], ask=str, into=into)
    assert found.name == "R-1-build-1"
    assert verify.folder(found, key=releases.KEY).files > 8
    everything = {path.read_bytes() for path in package.rglob("*") if path.is_file()}
    assert {path.read_bytes() for path in found.rglob("*") if path.is_file()} == everything


def test_it_is_an_aes_256_zip_of_the_usual_kind(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "locked.zip"
    zipped(package, out)
    with pyzipper.AESZipFile(out) as archive:
        entries = archive.infolist()
        assert {entry.wz_aes_strength for entry in entries} == {3}
        archive.setpassword(PASSPHRASE.encode())
        assert archive.testzip() is None


SEVEN_ZIP = shutil.which("7zz") or shutil.which("7z")


@pytest.mark.skipif(SEVEN_ZIP is None, reason="7-Zip is not there: make setup-tests installs it")
def test_the_seven_zip_command_opens_it_with_the_passphrase_alone(
    package: Path, tmp_path: Path
) -> None:
    """A program that shares no code with the library that wrote the file."""
    out = tmp_path / "locked.zip"
    zipped(package, out)

    def opened(passphrase: str, into: Path) -> subprocess.CompletedProcess[bytes]:
        words = [str(SEVEN_ZIP), "x", f"-p{passphrase}", f"-o{into}", "-y", out]
        return subprocess.run(words, capture_output=True, check=False, stdin=subprocess.DEVNULL)

    good = opened(PASSPHRASE, tmp_path / "good")
    assert good.returncode == 0, good.stdout
    [folder] = (tmp_path / "good").iterdir()
    assert everything_in(folder) == everything_in(package)
    assert opened(f"{PASSPHRASE}x", tmp_path / "bad").returncode != 0
    assert not [
        path for path in (tmp_path / "bad").rglob("*") if path.is_file() and path.stat().st_size
    ]
    listed = subprocess.run([str(SEVEN_ZIP), "l", "-slt", out], capture_output=True, check=True)
    assert listed.stdout.count(b"Method = AES-256") == len(everything_in(package))


@pytest.mark.skipif(shutil.which("age") is None, reason="the command age is missing")
def test_the_age_command_opens_it(package: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "locked.tar.age", tmp_path / "key.txt"
    aged(package, out)
    key.write_text(f"{OWN}\n")
    opened = subprocess.run(["age", "-d", "-i", key, out], capture_output=True, check=True)
    assert unpacked(opened.stdout) == everything_in(package)


def test_the_crypt4gh_command_opens_it(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "locked.tar.c4gh"
    crypted(package, out)
    command = [Path(sys.executable).with_name("crypt4gh"), "decrypt", "--sk", keys_of(tmp_path)[0]]
    with out.open("rb") as locked:
        opened = subprocess.run(command, stdin=locked, capture_output=True, check=True)
    assert unpacked(opened.stdout) == everything_in(package)


def unpacked(tar: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        found = {each.name: archive.extractfile(each) for each in archive.getmembers()}
        return {name.partition("/")[2]: file.read() for name, file in found.items() if file}


def everything_in(package: Path) -> dict[str, bytes]:
    files = (path for path in package.rglob("*") if path.is_file())
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}


def test_the_session_key_of_a_file_is_told_to_no_log(
    package: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would, at its lowest level."""
    caplog.set_level(0)
    crypted(package, tmp_path / "locked")
    assert [each for each in caplog.records if each.name.startswith("crypt4gh")] == []


def test_a_crypt4gh_key_under_a_passphrase_opens_with_it_alone(
    package: Path, tmp_path: Path
) -> None:
    out, into = tmp_path / "locked", tmp_path / "into"
    secret, _ = keys_of(tmp_path, passphrase="so many words")
    crypted(package, out)
    into.mkdir()
    for ask in (lambda: "other words", str):
        open_ = functools.partial(opening.crypted, out, identity=secret, ask=ask, into=into)
        assert code(open_) == "bad-identity"
    assert opening.crypted(out, identity=secret, ask=lambda: "so many words", into=into).is_dir()


def test_another_crypt4gh_key_or_a_damaged_file_opens_nothing(
    package: Path, tmp_path: Path
) -> None:
    out, into = tmp_path / "locked", tmp_path / "into"
    crypted(package, out)
    into.mkdir()
    other, own = keys_of(tmp_path / "other")[0], keys_of(tmp_path)[0]
    whole = out.read_bytes()
    assert code(lambda: opening.crypted(out, identity=other, ask=str, into=into)) == "wrong-key"
    for damaged in (whole[:200], whole[:-40], b"crypt4gh", whole[:500] + b"x" + whole[501:]):
        out.write_bytes(damaged)
        assert code(lambda: opening.crypted(out, identity=own, ask=str, into=into)) in (
            "wrong-key", "not-a-delivery",
        )  # fmt: skip
    from crypt4gh import lib

    plain, public = io.BytesIO(b"no tar"), keys_of(tmp_path)[1]
    raw = base64.b64decode(public.removeprefix("crypt4gh:"))
    with out.open("wb") as file:
        lib.encrypt([(0, bytes(range(32)), raw)], plain, file)
    into.rmdir()
    into.mkdir()
    assert code(lambda: opening.crypted(out, identity=own, ask=str, into=into)) == "not-a-delivery"


def test_another_passphrase_or_key_opens_nothing(package: Path, tmp_path: Path) -> None:
    one, two, into = tmp_path / "one", tmp_path / "two", tmp_path / "into"
    zipped(package, one)
    aged(package, two)
    into.mkdir()
    assert code(lambda: opening.zipped(one, passphrase="wrong", into=into)) == "wrong-passphrase"
    assert code(lambda: opening.aged(two, identity=str(OTHER), into=into)) == "wrong-key"
    assert code(lambda: opening.aged(two, identity="age1abc", into=into)) == "bad-identity"
    assert code(lambda: opening.aged(two, identity="", into=into)) == "bad-identity"


def test_a_damaged_or_foreign_file_is_refused(package: Path, tmp_path: Path) -> None:
    out, into = tmp_path / "locked", tmp_path / "into"
    into.mkdir()
    out.write_bytes(b"PK nothing")
    assert code(lambda: opening.zipped(out, passphrase="x", into=into)) == "not-a-delivery"
    sealed = tmp_path / "sealed"
    zipped(package, sealed)
    data = bytearray(sealed.read_bytes())
    with pyzipper.AESZipFile(sealed) as archive:
        largest = max(archive.infolist(), key=lambda entry: entry.compress_size)
    at = largest.header_offset + largest.compress_size // 2
    data[at : at + 40] = bytes(40)
    out.write_bytes(data)
    assert code(lambda: opening.zipped(out, passphrase=PASSPHRASE, into=into)) == "not-a-delivery"
    out.write_bytes(pyrage.encrypt(b"no tar", [OWN.to_public()]))
    assert code(lambda: opening.aged(out, identity=str(OWN), into=into)) == "not-a-delivery"


@pytest.mark.parametrize("name", ["../out.txt", "/etc/x", "a\\b", "folder/"])
def test_a_zip_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    bad, into = tmp_path / "bad.zip", tmp_path / "into"
    into.mkdir()
    with pyzipper.AESZipFile(bad, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"x")
        archive.writestr(name, b"")
    assert code(lambda: opening.zipped(bad, passphrase="x", into=into)) == "not-a-delivery"
    assert list(tmp_path.rglob("*.txt")) == []


@pytest.mark.parametrize("names", [["../out.txt"], ["one/a", "two/b"], ["a"]])
def test_an_age_file_that_leads_elsewhere_or_holds_two_folders_is_refused(
    tmp_path: Path, names: list[str]
) -> None:
    text = io.BytesIO()
    with tarfile.open(fileobj=text, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    bad, into = tmp_path / "bad", tmp_path / "into"
    bad.write_bytes(pyrage.encrypt(text.getvalue() + bytes(3_000_000), [OWN.to_public()]))
    into.mkdir()
    assert code(lambda: opening.aged(bad, identity=str(OWN), into=into)) == "not-a-delivery"


def test_only_the_package_that_was_checked_is_locked(copy: Path, tmp_path: Path) -> None:
    other = {"key": releases.KEY, "package_sha256": "0" * 64, "name": "x", "watch": Watch()}
    assert code(lambda: sealing.parcel(copy, **other)) == "other-package"
    (copy / "README.md").write_text("changed")
    assert code(lambda: releases.parcel(copy)) == "changed-file"


@pytest.mark.parametrize("lock", [sealing.with_passphrase, sealing.with_key])
def test_a_file_that_changes_while_it_is_locked_stops_it(
    copy: Path, tmp_path: Path, lock: object
) -> None:
    inside = releases.parcel(copy)
    page = copy / "README.md"
    page.write_text("x" * page.stat().st_size)
    how = {"passphrase": PASSPHRASE} if lock is sealing.with_passphrase else {
        "recipient": str(OWN.to_public())
    }  # fmt: skip
    out = tmp_path / "locked"
    assert code(lambda: lock(inside, out, **how)) == "changed-file"  # type: ignore[operator]
    assert not list(tmp_path.glob(".muniment-seal-*"))
    assert not out.exists()


def test_nothing_is_written_over_and_a_full_disk_is_said(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "locked"
    out.touch()
    assert code(lambda: zipped(package, out)) == "target-exists"
    assert code(lambda: zipped(package, tmp_path / "no" / "folder")) == "cannot-write"
    keys_of(tmp_path)
    for lock in (aged, crypted):
        with full.after(300):
            assert code(functools.partial(lock, package, tmp_path / "full")) == "disk-full"
    assert list(tmp_path.iterdir()) == [out]
    inside = releases.parcel(package)
    for bad in ("age1nobody", "crypt4gh:AAAA", "crypt4gh:no base64", "ssh-ed25519 AAAA"):
        locking = functools.partial(sealing.with_key, inside, tmp_path / "b", recipient=bad)
        assert code(locking) == "bad-recipient"


def test_a_stopped_one_leaves_nothing_and_a_killed_one_is_swept(
    package: Path, tmp_path: Path
) -> None:
    def stop(what: str, done: int, of: int) -> None:
        if what == "lock the files" and done == 3:
            raise Stopped

    inside = releases.parcel(package, watch=Watch(stop))
    for lock, how in (
        (sealing.with_passphrase, {"passphrase": PASSPHRASE}),
        (sealing.with_key, {"recipient": str(OWN.to_public())}),
    ):
        with pytest.raises(Stopped):
            lock(inside, tmp_path / "locked", **how)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".muniment-seal-abc").write_bytes(b"half")
    assert sealing.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lock", [zipped, aged])
def test_what_another_process_still_writes_is_not_swept(
    package: Path, tmp_path: Path, lock: object
) -> None:
    """Two workers lock into one folder: the second one's sweep leaves the first one's half."""
    swept: list[int] = []

    def sweep(what: str, done: int, of: int) -> None:
        if what in ("lock the files", "keep the locked file"):
            halves = len(list(tmp_path.glob(sealing.PREFIX + "*")))
            swept.append(halves - sealing.sweep(tmp_path))

    inside = releases.parcel(package, watch=Watch(sweep))
    how = {"passphrase": PASSPHRASE} if lock is zipped else {"recipient": str(OWN.to_public())}
    locking = sealing.with_passphrase if lock is zipped else sealing.with_key
    sealed = locking(inside, tmp_path / "locked", **how)  # type: ignore[operator]
    assert set(swept) == {1}
    assert sealed.size == (tmp_path / "locked").stat().st_size
