"""A witness on loopback, for tests: it remembers one checkpoint and signs what continues it."""

import base64
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muniment.notary import merkle, notes

from .http import SIZE

NAME = "witness.example.org"


@dataclass
class Witness:
    """What it knows of one log; `status` other than 200 is what it answers in its place."""

    log: notes.Key
    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    size: int = 0
    root: bytes = merkle.EMPTY
    status: int = 200

    @property
    def key(self) -> notes.Key:
        """The key that it publishes."""
        public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return notes.Key(NAME, public, notes.COSIGNATURE)

    def see(self, body: str) -> tuple[int, str]:
        """Status and text of the answer."""
        head, _, note = body.partition("\n\n")
        old, *lines = head.split("\n")
        proof = [base64.b64decode(line) for line in lines]
        try:
            seen = notes.opened(note, key=self.log)
        except notes.Unreadable:
            return 403, ""
        if int(old.removeprefix("old ")) != self.size:
            return 409, str(self.size)
        if self.size and not merkle.extends(
            self.root, seen.root, earlier=self.size, size=seen.size, path=proof
        ):
            return 422, ""
        self.size, self.root = seen.size, seen.root
        text, now = notes.text_of(note), int(time.time())
        return 200, notes.cosignature(text, now, key=self.key, sign=self.secret.sign)


class Server:
    """The witness as a server; `with` it runs on a free port of this machine."""

    def __init__(self, witness: Witness) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(witness))
        self.url = f"http://127.0.0.1:{self._http.server_port}/w"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _handler(witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            here = self.path == "/w/add-checkpoint"
            status, said = witness.see(body) if witness.status == 200 else (witness.status, "")
            self.send_response(status if here else 404)
            self.send_header("Content-Type", SIZE if status == 409 else "text/plain")
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:
            return

    return Handler
