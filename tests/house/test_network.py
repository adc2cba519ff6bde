"""No test reaches anything but this machine."""

import socket
import tempfile
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = "192.0.2.1"  # RFC 5737: an address that documentation may use and nobody has


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_another_host_is_out_of_reach() -> None:
    with socket.socket() as caller, pytest.raises(SocketConnectBlockedError):
        caller.connect((ELSEWHERE, 80))


def test_loopback_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as caller:
        caller.connect(server.getsockname())
        answered, _ = server.accept()
        answered.close()


def test_a_unix_socket_answers() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        place = str(Path(folder) / "s")
        server.bind(place)
        server.listen()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(place)
            assert caller.getpeername() == place
