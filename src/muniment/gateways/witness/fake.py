"""A witness on loopback, for tests: it remembers one checkpoint and signs what continues it."""

import base64
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muniment.gateways import serving
from muniment.notary import merkle, notes

from .http import SIZE

NAME = "witness.example.org"


@dataclass
class Witness:
    """What it knows of one log; `status` other than 200 is what it answers, with `words`."""

    log: notes.Key
    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    size: int = 0
    root: bytes = merkle.EMPTY
    status: int = 200
    words: str = ""

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


class Server(serving.Server):
    """The witness as a server, under a path of its own."""

    def __init__(self, witness: Witness) -> None:
        super().__init__(_handler(witness))
        self.url += "/w"


def _handler(witness: Witness) -> type[serving.Handler]:
    class Handler(serving.Handler):
        def do_POST(self) -> None:
            body, here = self.posted().decode(), self.path == "/w/add-checkpoint"
            out = (witness.status, witness.words)
            status, said = witness.see(body) if witness.status == 200 else out
            kind = SIZE if status == 409 else "text/plain"
            self.say(status if here else 404, said.encode(), kind=kind)

    return Handler
