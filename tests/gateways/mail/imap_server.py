"""A mailbox on loopback that speaks as much IMAP as reading one takes (RFC 3501)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """The mails by uid, and which were seen."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    password: str = "secret"
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://office:{self.password}@127.0.0.1:{self.port}/INBOX"

    def add(self, data: bytes) -> None:
        self.mails[len(self.mails) + 1] = data


class Session(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, words = line.decode().strip().partition(" ")
            if not self.answer(tag, words):
                return

    def answer(self, tag: str, words: str) -> bool:
        verb = words.upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb.startswith("LOGIN"):
            if f'"{self.box.password}"' not in words:
                self.say(f"{tag} NO wrong")
                return True
        elif verb.startswith("SELECT"):
            self.say(f"* {len(self.box.mails)} EXISTS")
        elif verb.startswith("UID"):
            self.uid(words)
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK done")
            return False
        self.say(f"{tag} OK done")
        return True

    def uid(self, words: str) -> None:
        if "SEARCH" in words:
            waiting = [str(uid) for uid in self.box.mails if uid not in self.box.seen]
            self.say(f"* SEARCH {' '.join(waiting)}")
            return
        uid = int(re.search(r"\d+", words)[0])
        data = self.box.mails[uid]
        if "STORE" in words:
            self.box.seen.add(uid)
        elif "RFC822.SIZE" in words:
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(data)})")
        else:
            self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(data)}}}")
            self.wfile.write(data + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running() -> Iterator[Box]:
    """A server for as long as the block lasts."""
    box = Box()
    handler = type("Bound", (Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
