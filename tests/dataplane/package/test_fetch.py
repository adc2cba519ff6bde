"""`muniment fetch`: downloads in pieces, unlocks, verifies by a pinned key; or leaves nothing."""

import hashlib
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
import pytest

from muniment import cli
from muniment.cli.plane import scratch
from muniment.dataplane import signatures
from muniment.dataplane.package import sealing
from tests.dataplane.extract import builds
from tests.dataplane.package import releases

PASSPHRASE = "ABCD-EFGH-JKMN-PQRS-TVWX-YZ23-4567"
SECONDS = 60
OWN = pyrage.x25519.Identity.generate()


@dataclass
class Shop:
    """A site of one file: what it sends, how often it hangs up in the middle, what it was asked."""

    data: bytes = b""
    drops: int = 0
    status: int = 200
    says: str = ""
    etag: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""
    stall: threading.Event | None = None


@pytest.fixture
def shop() -> Iterator[Shop]:
    state = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ranged = self.headers.get("Range")
            state.asked.append((self.path, ranged))
            if state.status != 200:
                self.send_response(state.status)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(state.says.encode())
                return
            start = int(ranged.removeprefix("bytes=").removesuffix("-")) if ranged else 0
            rest = state.data[start:]
            self.send_response(206 if start else 200)
            self.send_header("ETag", f'"{state.etag or hashlib.sha256(state.data).hexdigest()}"')
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if state.stall is not None:
                self.wfile.write(rest[: len(rest) // 2])
                self.wfile.flush()
                state.stall.wait(SECONDS)
                return
            if state.drops > 0:
                state.drops -= 1
                self.wfile.write(rest[: len(rest) // 2])
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.wfile.write(rest)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/fetch/c0de/"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return releases.made(tmp_path_factory.mktemp("release")).folder


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.pub.pem"
    path.write_bytes(signatures.public_pem(releases.KEY))
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    (tmp_path / "key.txt").write_text(f"# mine\n{OWN}\n")
    return path


def zipped(package: Path, folder: Path) -> bytes:
    out = folder / "locked.zip"
    sealing.with_passphrase(releases.parcel(package), out, passphrase=PASSPHRASE)
    data = out.read_bytes()
    out.unlink()
    return data


def fetch(shop: Shop, key: Path, *more: str) -> int:
    place = key.parent
    words = ["fetch", shop.url, "--key", str(key), "--out", str(place / "data"), *more]
    if "--identity" not in more:
        words += ["--passphrase-file", str(place / "passphrase")]
    return cli.main(words)


def test_it_fetches_over_a_line_that_breaks_unlocks_and_verifies(
    shop: Shop, package: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.data, shop.drops = zipped(package, key.parent), 3
    assert fetch(shop, key) == 0
    assert "Fetched and verified: " in capsys.readouterr().out
    assert (key.parent / "data" / "manifest.json").exists()
    assert [each is None for _, each in shop.asked] == [True, False, False, False]
    assert not list(key.parent.glob(".muniment-fetch-*"))


def test_what_a_killed_one_left_goes_with_the_next(shop: Shop, package: Path, key: Path) -> None:
    shop.data, shop.stall = zipped(package, key.parent), threading.Event()
    words = ["fetch", shop.url, "--key", str(key), "--out", str(key.parent / "data")]
    words += ["--passphrase-file", str(key.parent / "passphrase")]
    command = subprocess.Popen(
        [sys.executable, "-c", "from muniment import cli; cli.main()", *words]
    )
    until = time.monotonic() + SECONDS
    while not (found := [*key.parent.glob(".muniment-fetch-*/locked")]):
        assert (command.poll(), time.monotonic() < until) == (None, True)
    with scratch.opened(key.parent, prefix=".muniment-fetch-"):
        assert found[0].exists()  # its command is at work
    command.kill()
    command.wait()
    shop.stall.set()
    shop.stall = None
    assert found[0].exists()
    assert fetch(shop, key) == 0
    assert not list(key.parent.glob(".muniment-fetch-*"))


def test_it_opens_an_age_file_with_ones_own_key(shop: Shop, package: Path, key: Path) -> None:
    out = key.parent / "locked"
    sealing.with_key(releases.parcel(package), out, recipient=str(OWN.to_public()))
    shop.data = out.read_bytes()
    assert fetch(shop, key) == 1
    assert fetch(shop, key, "--identity", str(key.parent / "key.txt")) == 0


def test_it_opens_a_crypt4gh_file_with_ones_own_key(
    shop: Shop, package: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from crypt4gh.keys import c4gh

    secret, public, out = (key.parent / name for name in ("own.sec", "own.pub", "locked"))
    c4gh.generate(secret, public, passphrase=PASSPHRASE.encode(), comment=None)
    recipient = f"crypt4gh:{public.read_text().splitlines()[1]}"
    sealing.with_key(releases.parcel(package), out, recipient=recipient)
    shop.data = out.read_bytes()
    assert fetch(shop, key) == 1
    assert "name its file with --identity" in capsys.readouterr().err
    told = key.parent / "passphrase"
    words = ("--identity", str(secret), "--passphrase-file", str(told))
    told.write_text("another")
    assert fetch(shop, key, *words) == 1
    assert capsys.readouterr().err == (
        "The identity file holds no Crypt4GH secret key that this passphrase opens.\n"
    )
    told.write_text(PASSPHRASE)
    assert fetch(shop, key, *words) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"drops": 9}, "The line broke 5 times."),
        ({"status": 404, "says": "There is no download under this code."}, "no download under"),
        ({"etag": "0" * 64}, "changed on its way"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_leaves_nothing(
    shop: Shop, package: Path, key: Path, capsys: pytest.CaptureFixture[str],
    change: dict[str, object], sentence: str,
) -> None:  # fmt: skip
    shop.data = zipped(package, key.parent)
    for name, value in change.items():
        setattr(shop, name, value)
    assert fetch(shop, key) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert not (key.parent / "data").exists()
    assert not list(key.parent.glob(".muniment-fetch-*"))


def test_a_package_of_another_key_is_not_taken(shop: Shop, package: Path, key: Path) -> None:
    shop.data = zipped(package, key.parent)
    key.write_bytes(signatures.public_pem(builds.APPROVER.public_key()))
    assert fetch(shop, key) == 1
    assert not (key.parent / "data").exists()


def test_a_wrong_passphrase_or_a_folder_that_is_there_is_refused(
    shop: Shop, package: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.data = zipped(package, key.parent)
    (key.parent / "passphrase").write_text("wrong")
    assert fetch(shop, key) == 1
    assert "The passphrase is not the one" in capsys.readouterr().err
    (key.parent / "data").mkdir()
    assert fetch(shop, key) == 1
    assert "exists already" in capsys.readouterr().err
    assert len(shop.asked) == 1


@pytest.mark.parametrize(("wrong", "code"), [(2, 0), (3, 1)])
def test_a_passphrase_that_was_mistyped_is_asked_for_again_and_the_file_is_kept(
    shop: Shop, package: Path, key: Path, wrong: int, code: int
) -> None:
    """Twice more: another code for the download would have to be made."""
    shop.data, out = zipped(package, key.parent), key.parent / "data"
    program = "import sys; from muniment import cli; sys.exit(cli.main())"
    words = ["fetch", shop.url, "--key", str(key), "--out", str(out)]
    lines = [*["wrong"] * wrong, PASSPHRASE]
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        input="\n".join(lines) + "\n", capture_output=True, text=True, start_new_session=True,
        env={k: v for k, v in os.environ.items() if k != "MUNIMENT_PASSPHRASE"}, timeout=60,
    )  # fmt: skip
    assert (done.returncode, out.exists()) == (code, not code), done.stderr
    assert done.stderr.count("Type it again.") == 2
    assert len(shop.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://site.example/fetch/x/",
        "ftp://site/x",
        "site/x",
        "https:",
        "https://site.example:99999/x/",
        "https://[site/x/",
    ],
)
def test_only_an_encrypted_address_or_this_machine_is_asked(key: Path, url: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["fetch", url, "--key", str(key), "--out", "x"])
    assert caught.value.code == 2
