"""A card provider on loopback, for tests and the demo: it remembers pages, and reports payments.

`pay` is the person at the page; what it reports is signed as the real provider signs, and may be
reported again.
"""

import hashlib
import hmac
import json
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Provider:
    """What the provider knows."""

    key: str
    secret: str
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_wish: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, fields: dict[str, str], *, once: str, at: str) -> dict[str, Any]:
        """A page; the same wish gets the page that it got before."""
        with self.lock:
            if once not in self.by_wish:
                name = f"cs_test_{len(self.sessions) + 1}"
                self.by_wish[once] = name
                self.sessions[name] = {
                    "id": name,
                    "url": f"{at}/pay/{name}",
                    "client_reference_id": fields["client_reference_id"],
                    "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
                    "currency": fields["line_items[0][price_data][currency]"],
                    "payment_status": "unpaid",
                    "payment_intent": f"pi_test_{len(self.sessions) + 1}",
                }
            return self.sessions[self.by_wish[once]]

    def pay(self, name: str, *, at: int | None = None) -> tuple[bytes, str]:
        """Somebody pays on the page: the report, and the header that signs it."""
        with self.lock:
            session = self.sessions[name]
            session["payment_status"] = "paid"
            when = int(time.time()) if at is None else at
            body = json.dumps(
                {"id": f"evt_{name}", "type": "checkout.session.completed", "created": when,
                 "data": {"object": session}}
            ).encode()  # fmt: skip
        return body, self.sign(body, at=when)

    def sign(self, body: bytes, *, at: int) -> str:
        """The header for a report at this time."""
        said = hmac.new(self.secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
        return f"t={at},v1={said.hexdigest()}"


class Server:
    """The provider as a server; `with` it runs on a free port of this machine."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def report(body: bytes, signature: str, *, to: str) -> int:
    """Post a report as the provider does; the status that came back."""
    request = urllib.request.Request(  # the site under test
        to, data=body, headers={"Stripe-Signature": signature}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            fields = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
            provider = server.provider
            if self.headers.get("Authorization") != f"Bearer {provider.key}":
                self._say(401, {"error": {"message": "no such key"}})
            elif self.path != "/v1/checkout/sessions" or "client_reference_id" not in fields:
                self._say(400, {"error": {"message": "no such thing"}})
            else:
                once = self.headers.get("Idempotency-Key", "")
                self._say(200, provider.create(fields, once=once, at=server.url))

        def _say(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler
