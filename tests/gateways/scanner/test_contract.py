"""ClamAV and the scanner that stands in for it keep the same contract."""

import io
import socket
import threading
from pathlib import Path

import pytest

from muniment.gateways import scanner
from muniment.gateways.scanner import clamav
from tests.gateways.scanner.conftest import BAD, NAME

BOTH = ["fake", pytest.param("clamd", marks=pytest.mark.slow)]


@pytest.mark.parametrize("which", BOTH)
def test_a_clean_file_is_clean(which: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(which).scan(io.BytesIO(b"Nothing to see." * 100))
    assert found == scanner.Verdict(clean=True)


@pytest.mark.parametrize("which", BOTH)
def test_an_empty_file_is_clean(which: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(which).scan(io.BytesIO(b"")).clean


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize("before", [0, 128 * 1024 - 5, 500_000])
def test_what_is_known_is_found_wherever_it_lies(
    which: str, before: int, request: pytest.FixtureRequest
) -> None:
    stream = io.BytesIO(b"x" * before + BAD + b"y" * 1000)
    found = request.getfixturevalue(which).scan(stream)
    assert not found.clean
    assert found.found.startswith(NAME)


@pytest.mark.slow
def test_a_file_beyond_the_daemon_s_limit_gets_no_verdict(clamd: clamav.Clamd) -> None:
    with pytest.raises(scanner.Unreachable):
        clamd.scan(io.BytesIO(bytes(8 * 1024 * 1024)))


def test_a_daemon_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    nobody = scanner.at(f"unix:{tmp_path / 'clamd.sock'}")
    assert nobody is not None
    with pytest.raises(scanner.Unreachable, match="does not answer"):
        nobody.scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("answer", [b"", b"stream: UNKNOWN ERROR\0", b"stream: OKAY\0"])
def test_an_answer_that_is_no_verdict_passes_nothing(tmp_path: Path, answer: bytes) -> None:
    place = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen()

        def speak() -> None:
            line, _ = door.accept()
            with line:
                line.recv(65536)
                line.sendall(answer)

        speaker = threading.Thread(target=speak)
        speaker.start()
        with pytest.raises(scanner.Unreachable):
            clamav.Clamd(place).scan(io.BytesIO(b"x"))
        speaker.join()


def test_an_address_is_a_port_or_a_socket_and_none_is_no_scanner() -> None:
    assert clamav.parse("tcp://127.0.0.1:3310") == ("127.0.0.1", 3310)
    assert clamav.parse("unix:/run/clamd.sock") == "/run/clamd.sock"
    assert scanner.at("") is None


@pytest.mark.parametrize(
    "address", ["clamd", "tcp://127.0.0.1", "tcp://h:x", "unix:here", "http://h:1"]
)
def test_another_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValueError, match="MUNIMENT_SCANNER"):
        scanner.at(address)
