"""A signing provider on loopback, for tests: it remembers envelopes, signs PDFs and reports.

`sign` and `decline` are the person at the page. It signs as the real one does: with its own
certificate, by an update that leaves what came before as it was.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from muniment.gateways import serving, signing
from muniment.gateways.signing import local

ONE = re.compile(r"/api/submissions/(\d+)")
FILE = re.compile(r"/file/(\d+)\.pdf")


@dataclass
class Provider:
    """What it knows; its certificate lies in `folder`. Out of order it answers `status`."""

    key: str
    secret: str
    folder: Path
    status: int = 200
    envelopes: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, order: dict[str, Any], *, at: str) -> dict[str, Any]:
        """An envelope; a second order makes a second one."""
        with self.lock:
            number = len(self.envelopes) + 1001
            [signer] = order["submitters"]
            self.files[number] = base64.b64decode(order["documents"][0]["file"], validate=True)
            self.envelopes[number] = {
                "id": number, "name": order["name"], "status": "pending", "archived_at": None,
                "completed_at": None, "documents": [], "submission_events": [],
                "submitters": [{
                    **{name: signer[name] for name in ("name", "email", "external_id", "role")},
                    "id": number * 10, "submission_id": number, "status": "awaiting",
                    "embed_src": f"{at}/s/{number}",
                }],
            }  # fmt: skip
            return self.envelopes[number]

    def find(self, once: str) -> dict[str, Any]:
        """Everything of that external id that is not archived."""
        every = [each["submitters"][0] for each in self.envelopes.values()
                 if not each["archived_at"]]  # fmt: skip
        return {"data": [each for each in every if each["external_id"] == once]}

    def close(self, number: int) -> dict[str, Any]:
        """Nobody signs it any more."""
        self.envelopes[number]["archived_at"] = "2026-01-01T00:00:00Z"
        return {"id": number}

    def sign(self, name: str, *, at: datetime, serves: str) -> tuple[bytes, str]:
        """The signer signs: the report, and the header that signs it. `serves` is its address."""
        number = int(name)
        envelope = self.envelopes[number]
        with self.lock:
            if envelope["archived_at"] or envelope["status"] != "pending":
                raise ValueError("this envelope cannot be signed")
            step = signing.Step(1, envelope["submitters"][0]["name"], "Signed there", at)
            self.files[number] = local.Sealer(self.folder).seal(self.files[number], step).pdf
            written = at.isoformat()
            envelope.update(status="completed", completed_at=written)
            envelope["documents"] = [{"name": "agreement", "url": f"{serves}/file/{number}.pdf"}]
        return self.report("form.completed", name, at=at)

    def decline(self, name: str, *, at: datetime, reason: str) -> tuple[bytes, str]:
        """The signer says no: report and header."""
        envelope = self.envelopes[int(name)]
        envelope["status"] = "declined"
        told = {"event_type": "decline_form", "data": {"reason": reason}}
        envelope["submission_events"].append(told)
        return self.report("form.declined", name, at=at)

    def report(self, kind: str, name: str, *, at: datetime) -> tuple[bytes, str]:
        """What it posts to us, and the header `X-Docuseal-Signature`."""
        data = {"id": int(name) * 10, "submission_id": int(name)}
        body = json.dumps({"event_type": kind, "timestamp": at.isoformat(), "data": data}).encode()
        return body, self.header(body, at=at)

    def header(self, body: bytes, *, at: datetime) -> str:
        """The signature of a body at a time."""
        time = str(int(at.timestamp()))
        said = hmac.new(self.secret.encode(), f"{time}.".encode() + body, hashlib.sha256)
        return f"{time}.{said.hexdigest()}"


class Server(serving.Server):
    """The provider as a server; its interface is under `/api`."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(_handler(self))
        self.place, self.url = self.url, f"{self.url}/api"


def answer(server: Server, method: str, path: str, body: bytes) -> tuple[int, Any]:
    """Status and document; bytes where a file is asked for."""
    provider, parts = server.provider, urllib.parse.urlsplit(path)
    one, file = ONE.fullmatch(parts.path), FILE.fullmatch(parts.path)
    if method == "POST" and parts.path == "/api/submissions/pdf":
        return 200, provider.create(json.loads(body), at=server.place)
    if method == "GET" and parts.path == "/api/submitters":
        query = dict(urllib.parse.parse_qsl(parts.query))
        return 200, provider.find(query["external_id"])
    if method == "GET" and file and int(file[1]) in provider.files:
        return 200, provider.files[int(file[1])]
    if one and int(one[1]) in provider.envelopes:
        number = int(one[1])
        return 200, provider.close(number) if method == "DELETE" else provider.envelopes[number]
    return 404, {"error": "Not found"}


def _handler(server: Server) -> type[serving.Handler]:
    class Handler(serving.Handler):
        def _go(self) -> None:
            body, provider = self.posted(), server.provider
            status: int = provider.status
            said: Any = {"error": "out of order"}
            if status == 200:
                of_a_file = self.path.startswith("/file/")
                if of_a_file or self.headers.get("X-Auth-Token") == provider.key:
                    status, said = answer(server, self.command, self.path, body)
                else:
                    status, said = 401, {"error": "Not authenticated"}
            self.say(status, said if isinstance(said, bytes) else json.dumps(said).encode())

        do_GET = do_POST = do_DELETE = _go

    return Handler
