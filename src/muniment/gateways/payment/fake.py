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
from typing import Any

from muniment.gateways import serving


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


class Server(serving.Server):
    """The provider as a server."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(_handler(self))


def report(body: bytes, signature: str, *, to: str) -> int:
    """Post a report as the provider does; the status that came back."""
    request = urllib.request.Request(  # the site under test
        to, data=body, headers={"Stripe-Signature": signature}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


def _handler(server: Server) -> type[serving.Handler]:
    class Handler(serving.Handler):
        def do_POST(self) -> None:
            fields = dict(urllib.parse.parse_qsl(self.posted().decode()))
            provider = server.provider
            if self.headers.get("Authorization") != f"Bearer {provider.key}":
                status, said = 401, {"error": {"message": "no such key"}}
            elif self.path != "/v1/checkout/sessions" or "client_reference_id" not in fields:
                status, said = 400, {"error": {"message": "no such thing"}}
            else:
                once = self.headers.get("Idempotency-Key", "")
                status, said = 200, provider.create(fields, once=once, at=server.url)
            self.say(status, json.dumps(said).encode())

    return Handler
