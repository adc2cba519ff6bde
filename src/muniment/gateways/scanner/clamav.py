"""ClamAV's daemon over INSTREAM (clamd(8)): length-prefixed chunks out, one line back."""

import contextlib
import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from muniment.gateways.scanner import Unreachable, Verdict

CHUNK = 128 * 1024
SECONDS = 60
LONGEST_ANSWER = 4096

Address = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""


def parse(address: str) -> Address:
    """Raises ValueError, with a sentence, for what is no address of a scanner."""
    parts = urlsplit(address)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return parts.path
    try:
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise ValueError(
        f"MUNIMENT_SCANNER is '{address}'; write tcp://127.0.0.1:3310 or unix:/path/of/clamd.sock."
    )


@dataclass(frozen=True, slots=True)
class Clamd:
    """One daemon; each scan is a connection of its own."""

    address: Address

    def scan(self, stream: BinaryIO) -> Verdict:
        """Stream the bytes to the daemon and read its word."""
        try:
            with self._connect() as line:
                line.sendall(b"zINSTREAM\0")
                # Where it will not hear more, it has said why.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    _send(line, stream)
                answer = _hear(line)
        except OSError as fault:
            reason = fault.strerror or "it took too long"
            raise Unreachable(f"The virus scanner does not answer: {reason}.") from None
        return _verdict(answer)

    def _connect(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, timeout=SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def _send(line: socket.socket, stream: BinaryIO) -> None:
    while chunk := stream.read(CHUNK):
        line.sendall(struct.pack("!I", len(chunk)) + chunk)
    line.sendall(struct.pack("!I", 0))


def _hear(line: socket.socket) -> str:
    said = b""
    while len(said) < LONGEST_ANSWER and not said.endswith(b"\0") and (more := line.recv(1024)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """`stream: OK`, `stream: NAME FOUND`, or a line that ends in ERROR."""
    if answer == "stream: OK":
        return Verdict(clean=True)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(clean=False, found=answer[len("stream: ") : -len(" FOUND")])
    raise Unreachable(f"The virus scanner gave no verdict: {answer[:200] or 'no answer'}.")
