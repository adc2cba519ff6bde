"""A card provider on loopback, for tests and the demo: it remembers pages and takes money on them.

It does so once on each, and while it is open; no card is asked for, and no money moves.

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
from typing import Any, ClassVar

from muniment.gateways import serving

PAGES = "/v1/checkout/sessions"
HEAD = (
    '<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">'
    '<meta name="viewport" content="width=device-width"><title>Pay</title>'
)
NONE = {"error": {"message": "no such thing"}}


@dataclass
class Provider:
    """What the provider knows.

    `charged` names each page whose sum it took; `sent` is every report and its header, posted to
    `reports_to` where that is set. `run` stands in every name, so that no other run gives it again.
    """

    key: str
    secret: str
    reports_to: str = ""
    run: str = "test"
    charged: list[str] = field(default_factory=list)
    sent: list[tuple[bytes, str]] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_wish: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, fields: dict[str, str], *, once: str, at: str) -> dict[str, Any]:
        """A page; the same wish gets the page that it got before."""
        with self.lock:
            if once not in self.by_wish:
                name = f"cs_{self.run}_{len(self.sessions) + 1}"
                self.by_wish[once] = name
                self.sessions[name] = {
                    "id": name,
                    "url": f"{at}/pay/{name}",
                    "client_reference_id": fields["client_reference_id"],
                    "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
                    "currency": fields["line_items[0][price_data][currency]"],
                    "status": "open",
                    "payment_status": "unpaid",
                    "payment_intent": f"pi_{self.run}_{len(self.sessions) + 1}",
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
                if session["status"] != "open" or when >= session["expires_at"]:
                    raise ValueError("this page has closed")
                self.charged.append(name)
            session["status"], session["payment_status"] = "complete", "paid"
            body = json.dumps(
                {"id": f"evt_{name}", "type": "checkout.session.completed", "created": when,
                 "data": {"object": session}}
            ).encode()  # fmt: skip
            told = body, self.sign(body, at=when)
            self.sent.append(told)
        return told

    def expire(self, name: str) -> tuple[int, dict[str, Any]]:
        """Close a page; an error where it is not open, as after it took its money."""
        with self.lock:
            session = self.sessions[name]
            if session["status"] != "open":
                return 400, {"error": {"message": f"this page is {session['status']}"}}
            session["status"] = "expired"
        return 200, session

    def page(self, name: str) -> str:
        """What stands on the page: a sum and a button, that it was paid, or that it has closed."""
        session = self.sessions[name]
        units, cents = divmod(session["amount_total"], 100)
        asked = f"{session['currency'].upper()} {units:,}.{cents:02}"
        said = html.escape(f"{session['client_reference_id']}: {asked}")
        what = (
            "<p>This page stands in for a card provider: it takes no card and moves no money.</p>"
            '<form method="post"><button>Pay now</button></form>'
        )
        if session["status"] == "expired":
            what = "<p>This page has closed.</p>"
        if session["payment_status"] == "paid":
            back = html.escape(session["success_url"])
            what = f'<p>This was paid.</p><a href="{back}">Back to the shop</a>'
        return f"{HEAD}<h1>{said}</h1>{what}</html>"

    def sign(self, body: bytes, *, at: int) -> str:
        """The header for a report at this time."""
        said = hmac.new(self.secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
        return f"t={at},v1={said.hexdigest()}"


class Server(serving.Server):
    """The provider as a server."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(type("Handler", (_Handler,), {"site": self}))


def report(body: bytes, signature: str, *, to: str) -> int:
    """Post a report as the provider does; the status that came back."""
    request = urllib.request.Request(  # the site under test
        to, data=body, headers={"Stripe-Signature": signature}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


class _Handler(serving.Handler):
    site: ClassVar[Server]

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        known = name in self.site.provider.sessions
        if self.path.startswith(PAGES):
            status = (200 if known else 404) if self.has_key() else 401
            return self.answer(status, self.site.provider.sessions[name] if status == 200 else NONE)
        said = self.site.provider.page(name) if known else "no such page"
        self.say(200 if known else 404, said.encode(), kind="text/html; charset=utf-8")

    def do_POST(self) -> None:
        name = self.path.removeprefix("/pay/")
        if name in self.site.provider.sessions:
            return self.take(name)
        fields = dict(urllib.parse.parse_qsl(self.posted().decode()))
        if not self.has_key():
            return self.answer(401, NONE)
        closing = self.path.removeprefix(f"{PAGES}/").removesuffix("/expire")
        if closing in self.site.provider.sessions:
            return self.answer(*self.site.provider.expire(closing))
        if self.path != PAGES or "client_reference_id" not in fields:
            return self.answer(400, NONE)
        once = self.headers.get("Idempotency-Key", "")
        self.answer(200, self.site.provider.create(fields, once=once, at=self.site.url))

    def has_key(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.site.provider.key}"

    def answer(self, status: int, said: dict[str, Any]) -> None:
        self.say(status, json.dumps(said).encode())

    def take(self, name: str) -> None:
        try:
            told = self.site.provider.pay(name)
        except ValueError as closed:
            return self.say(410, str(closed).encode(), kind="text/plain")
        if self.site.provider.reports_to:
            report(*told, to=self.site.provider.reports_to)
        self.send_response(303)
        self.send_header("Location", self.site.provider.sessions[name]["success_url"])
        self.send_header("Content-Length", "0")
        self.end_headers()
