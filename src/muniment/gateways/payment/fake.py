"""A card provider on loopback, for tests: it remembers pages and takes money on them, once each.

`pay` is the person at the page, who may also press its button in a browser; what it reports is
signed as the real provider signs, and may be reported again.
"""

import hashlib
import hmac
import html
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
    """What the provider knows.

    `charged` names each page whose sum it took; `sent` is every report and its header, posted to
    `reports_to` where that is set.
    """

    key: str
    secret: str
    reports_to: str = ""
    charged: list[str] = field(default_factory=list)
    sent: list[tuple[bytes, str]] = field(default_factory=list)
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
                    "success_url": fields["success_url"],
                    "expires_at": int(fields["expires_at"]),
                }
            return self.sessions[self.by_wish[once]]

    def pay(self, name: str, *, at: int | None = None) -> tuple[bytes, str]:
        """Somebody pays on the page: the report, and the header that signs it.

        The money is taken once; who presses again causes another report of the same payment.
        Raises ValueError where the page has closed.
        """
        with self.lock:
            session = self.sessions[name]
            when = int(time.time()) if at is None else at
            if session["payment_status"] != "paid":
                if when >= session["expires_at"]:
                    raise ValueError("this page has closed")
                self.charged.append(name)
            session["payment_status"] = "paid"
            body = json.dumps(
                {"id": f"evt_{name}", "type": "checkout.session.completed", "created": when,
                 "data": {"object": session}}
            ).encode()  # fmt: skip
            told = body, self.sign(body, at=when)
            self.sent.append(told)
        return told

    def page(self, name: str) -> str:
        """What stands on the page: a sum and a button, or that it was paid."""
        session = self.sessions[name]
        units, cents = divmod(session["amount_total"], 100)
        asked = f"{session['currency'].upper()} {units:,}.{cents:02}"
        said = html.escape(f"{session['client_reference_id']}: {asked}")
        what = '<form method="post"><button>Pay now</button></form>'
        if session["payment_status"] == "paid":
            back = html.escape(session["success_url"])
            what = f'<p>This was paid.</p><a href="{back}">Back to the shop</a>'
        return f'<!doctype html><html lang="en"><title>Pay</title><h1>{said}</h1>{what}</html>'

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
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            known = name in server.provider.sessions
            said = server.provider.page(name) if known else "no such page"
            self.say(200 if known else 404, said.encode(), kind="text/html; charset=utf-8")

        def do_POST(self) -> None:
            name = self.path.removeprefix("/pay/")
            if name in server.provider.sessions:
                return self.take(name)
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

        def take(self, name: str) -> None:
            provider = server.provider
            try:
                told = provider.pay(name)
            except ValueError as closed:
                return self.say(410, str(closed).encode(), kind="text/plain")
            if provider.reports_to:
                report(*told, to=provider.reports_to)
            self.send_response(303)
            self.send_header("Location", provider.sessions[name]["success_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler
