"""A clamd of our own on loopback, with a signature database of one line."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from muniment.gateways.scanner import clamav, signatures

BAD = b"muniment-test-signature-of-nothing-harmful"
NAME = "Muniment.Test"


@pytest.fixture(scope="session")
def clamd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running daemon."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("ClamAV is not here; `make setup-tests` installs clamav-daemon as root.")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "test.ndb").write_text(f"{NAME}:0:*:{BAD.hex()}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"Foreground yes\nDatabaseDirectory {folder}\nTCPAddr 127.0.0.1\nTCPSocket {port}\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength 2M\nMaxThreads 2\nMaxQueue 10\n"
    )
    daemon = subprocess.Popen(
        [program, "--config-file", str(configuration)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    try:
        _wait(port, daemon)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait(30)


def _wait(port: int, daemon: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert daemon.poll() is None, "clamd ended at its start"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("clamd did not come up.")


@pytest.fixture
def clamd(clamd_address: str) -> clamav.Clamd:
    return clamav.Clamd(clamav.parse(clamd_address))


@pytest.fixture
def fake() -> signatures.Signatures:
    return signatures.Signatures({NAME: BAD})
