"""`muniment demo`, twice in one home, as somebody on a fresh machine sees it."""

import base64
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from muniment.dataplane import refusals, verify
from muniment.dataplane.package import opening
from muniment.rulebook.words import Stage

MUNIMENT = Path(sys.executable).with_name("muniment")
pytestmark = pytest.mark.slow

REFUSALS = [
    "vote-while-recused",
    "release-before-payment",
    "plan-changed",
    "check-own-build",
    "planned-edition",
    "held-elsewhere",
    "aggregate-only",
    "under-embargo",
]
"""In the order of the story."""


@dataclass(frozen=True)
class Given:
    """What both runs printed, and where they were given."""

    home: Path
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]

    @property
    def lines(self) -> list[str]:
        return self.second.stdout.splitlines()

    def named(self, name: str) -> str:
        """What one of the five plain lines at the end says."""
        [line] = [each for each in self.lines if each.startswith(f"{name}: ")]
        return line.removeprefix(f"{name}: ")

    @property
    def release(self) -> Path:
        return Path(self.named("release"))

    @property
    def key(self) -> Path:
        return Path(self.named("key"))


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with a plain environment, but for what is set."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("MUNIMENT_", "DATABASE_"))}
    return subprocess.run(
        [MUNIMENT, *words], capture_output=True, text=True, timeout=300, env=plain | environment
    )


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Two runs in one home. The database that the environment names cannot be reached at all."""
    home = tmp_path_factory.mktemp("demo") / "home"
    nowhere = "postgresql://nobody@127.0.0.1:9/somebodys_own"
    runs = [run("demo", "--home", home, DATABASE_URL=nowhere) for _ in range(2)]
    return Given(home.resolve(), *runs)


def test_it_ends_well_twice_and_says_nothing_on_the_side(given: Given) -> None:
    for ran in (given.first, given.second):
        assert (ran.returncode, ran.stderr) == (0, "")


def test_both_runs_tell_the_same_story(given: Given) -> None:
    """But for hashes and counts with noise, which differ with the keys."""
    changing = r"[0-9a-f]{12}…|About \d+"
    told = [re.sub(changing, "…", ran.stdout) for ran in (given.first, given.second)]
    assert told[0] == told[1]


def test_each_refusal_is_one_plain_line_with_its_sentence(given: Given) -> None:
    refused = [line for line in given.lines if line.startswith("refused: ")]
    assert [line.split(": ")[1] for line in refused] == REFUSALS
    for line in refused:
        assert re.fullmatch(r"refused: [a-z-]+: [A-Z][^\x1b]+[.]", line)


def test_it_ends_with_five_plain_lines(given: Given) -> None:
    *_, case, release, delivery, key, entries = given.lines
    assert re.fullmatch(r"case: CENTRA-\d{4}-0001", case)
    assert release == f"release: {given.home}/received/{case.removeprefix('case: ')}"
    assert delivery == f"delivery: {release.removeprefix('release: ')}.zip"
    assert key == f"key: {given.home}/received/manifest.pub.pem"
    assert re.fullmatch(r"ledger: verified \d{3} entries", entries)
    assert "\x1b" not in given.second.stdout
    assert any(line.strip() == "make serve" for line in given.lines)


def test_the_agreement_is_there_with_a_seal_for_each_signature(given: Given) -> None:
    from muniment.gateways.signing import local

    paper = given.release.parent / "agreement.pdf"
    assert f"  pdfsig -nocert {paper}" in given.lines
    report = local.Sealer(given.home).check(paper.read_bytes())
    assert report.holds
    assert [step.signer for step in report.steps] == ["Alice Abara", "Sam Signer", "Rita Registrar"]


def test_the_table_is_traced_to_its_release_as_the_demo_says(given: Given) -> None:
    [line] = [each.strip() for each in given.lines if " trace " in each]
    words = line.split()[1:]
    ran = run(*words, MUNIMENT_HOME=str(given.home))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("exact release\nrelease: ")


def test_every_gate_is_in_the_story(given: Given) -> None:
    story = given.second.stdout
    for told in (
        "asked what the library holds", "submitted the request", "returned it with one point",
        "certified that it is complete", "found the data available", "passed it on policy",
        "is recused", "handed in a review", "the clock is paused", "led the vote",
        "recorded the recommendation", "approved it with a condition", "issued the Data Use",
        "Sam Signer: signed the agreement", "sent invoice", "recorded the payment",
        "the condition is met", "built the package", "checked the build", "released it",
        "told Alice the passphrase", "downloaded the locked file", "verified 11 files",
    ):  # fmt: skip
        assert told in story


def test_somebody_who_looks_around_finds_a_request_at_every_stage(given: Given) -> None:
    with sqlite3.connect(given.home / "muniment.sqlite3") as database:
        found = {stage for (stage,) in database.execute("SELECT stage FROM muniment_case")}
    database.close()
    assert found == {stage.value for stage in Stage}
    shown = [line for line in given.lines if line.startswith("  CENTRA-")]
    assert len(shown) == len(Stage) - 2  # the story itself ends at building and at active
    assert len({line.partition(": ")[2] for line in shown}) == len(shown)


def test_the_ledger_verifies_again_from_the_command_line(given: Given) -> None:
    ran = run("ledger", "verify", MUNIMENT_HOME=str(given.home))
    verified, checkpoint = ran.stdout.splitlines()
    assert (ran.returncode, verified) == (0, given.lines[-1])
    assert checkpoint.startswith("checkpoint: none yet")


def test_the_worker_starts_in_its_home_and_stops_when_told(given: Given, tmp_path: Path) -> None:
    """A copy of the home: the worker's clockwork goes on with the story where the demo stops."""
    home = shutil.copytree(given.home, tmp_path / "home")
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("MUNIMENT_", "DATABASE_"))}
    environment = {**plain, "MUNIMENT_HOME": str(home)}
    worker = subprocess.Popen([MUNIMENT, "worker"], env=environment, stderr=subprocess.PIPE)
    first = worker.stderr.readline()  # it says so once it listens to signals
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(3)
    worker.terminate()
    _, more = worker.communicate(timeout=60)
    said = first + more
    held = b"No virus scanner is declared (MUNIMENT_SCANNER): every upload is held.\n"
    assert (worker.returncode, said) == (0, held)


def verified(given: Given, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run("release", "verify", given.release, "--key", given.key, *more)


def test_the_recipient_verifies_the_release(given: Given) -> None:
    ran = verified(given)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_delivery_opens_with_what_the_recipient_was_told(given: Given, tmp_path: Path) -> None:
    """The locked file of the `delivery:` line holds the release, byte for byte, and shows none."""
    locked = Path(given.named("delivery"))
    assert b"USUBJID" not in locked.read_bytes()
    told = (given.home / "received" / "passphrase.txt").read_text(encoding="ascii").strip()
    with pytest.raises(refusals.Refused):
        opening.zipped(locked, passphrase=told[::-1], into=tmp_path)
    [left] = [each for each in given.lines if "the passphrase is in" in each]
    assert left.split()[-1] == str(given.home / "received" / "passphrase.txt")
    into = tmp_path / "in"
    into.mkdir()
    found = opening.zipped(locked, passphrase=told, into=into)
    inside, out = ({path.relative_to(folder): path.read_bytes()
                    for path in folder.rglob("*") if path.is_file()}
                   for folder in (found, given.release))  # fmt: skip
    assert inside == out


@contextmanager
def with_content(path: Path, content: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def test_verification_fails_after_any_byte_changed(given: Given) -> None:
    """The first, a middle and the last byte of every file."""
    key = serialization.load_pem_public_key(given.key.read_bytes())
    files = [path for path in given.release.rglob("*") if path.is_file()]
    assert len(files) == 11 + 1  # and the manifest itself
    for path in files:
        content = path.read_bytes()
        for place in (0, len(content) // 2, len(content) - 1):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            with with_content(path, changed), pytest.raises(refusals.Refused):
                verify.folder(given.release, key=key)
    with with_content(files[0], files[0].read_bytes() + b" "):
        ran = verified(given)
    assert ran.returncode == 1
    assert files[0].name in ran.stderr


def test_verification_fails_with_a_file_more_or_less_or_with_another_key(given: Given) -> None:
    more = given.release / "more.txt"
    more.write_text("not from the library")
    ran = verified(given)
    more.unlink()
    assert (ran.returncode, "more.txt" in ran.stderr) == (1, True)
    readme = given.release / "README.md"
    content = readme.read_bytes()
    readme.unlink()
    ran = verified(given)
    readme.write_bytes(content)
    assert (ran.returncode, "README.md" in ran.stderr) == (1, True)
    ours, approvers = given.home / "keys" / "approval.pem", given.home / "approval.pub.pem"
    private = serialization.load_pem_private_key(ours.read_bytes(), password=None)
    approvers.write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    ran = run("release", "verify", given.release, "--key", approvers)
    approvers.unlink()
    assert ran.returncode == 1
    assert verified(given).returncode == 0


def secrets_in(folder: Path) -> dict[str, bytes]:
    """Every key as bytes: lines and noise as drawn, signing keys by their seed, the rest as is."""
    found = {}
    for path in folder.iterdir():
        if path.suffix == ".crt":  # a certificate is for everyone
            continue
        text = path.read_text(encoding="ascii")
        if path.suffix == ".key":
            found[path.name] = bytes.fromhex(text)
        elif path.suffix == ".pem":
            private = serialization.load_pem_private_key(text.encode(), password=None)
            found[path.name] = _raw(private)
        else:
            found[path.name] = text.strip().encode()
    return found


def _raw(private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    """The secret number itself."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.private_numbers().private_value.to_bytes(32)
    return private.private_bytes_raw()


def shapes(key: bytes) -> set[bytes]:
    """A key as it could lie about: raw, in hex, in base64, and as the pads of an HMAC."""
    raw = {key, bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)}
    hexed = {each.hex().encode() for each in raw}
    base64s = {base64.b64encode(each).rstrip(b"=")[:-1] for each in raw}
    return raw | hexed | {each.upper() for each in hexed} | base64s


def test_no_key_lies_anywhere_but_in_its_folder(given: Given) -> None:
    """Nor was it printed."""
    keys = secrets_in(given.home / "keys")
    assert sorted({re.sub("[0-9a-f]{32}", "…", name) for name in keys}) == [
        "approval.pem", "ledger.secret", "line-….key", "manifest.pem",
        "noise-meeting-abstracts-2026.1.key", "noise-sdtm-pilot-2026.1.key", "seal.pem",
        "site.secret", "sketch-1.key",
    ]  # fmt: skip
    with sqlite3.connect(given.home / "muniment.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    printed = (given.first.stdout + given.second.stdout).encode()
    searched = 0
    for path in given.home.rglob("*"):
        if not path.is_file() or path.parent.name == "keys":
            continue
        content, searched = path.read_bytes() + printed, searched + 1
        for name, key in keys.items():
            assert not [each for each in shapes(key) if each in content], (path.name, name)
    assert searched > 20
