"""The card provider's contract: the fake keeps it as the real one states it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from muniment.gateways import payment, serving
from muniment.gateways.payment import fake, parse, stripe

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "whsec_test"  # of the fake
UNTIL = NOW + timedelta(hours=20)
WANTED = payment.Wanted("C-1", 105_000, "USD", "https://here/invoices/C-1/", "wish-1", UNTIL)


@pytest.fixture
def server() -> Iterator[fake.Server]:
    with fake.Server(fake.Provider("sk_test", SECRET)) as running:
        yield running


def test_the_same_wish_makes_one_page(server: fake.Server) -> None:
    first = stripe.create(WANTED, url=server.url, key="sk_test")
    again = stripe.create(WANTED, url=server.url, key="sk_test")
    assert first == again
    assert first.address == f"{server.url}/pay/{first.name}"
    assert len(server.provider.sessions) == 1


def test_a_page_takes_its_sum_once_and_nothing_after_it_closed(server: fake.Server) -> None:
    name, closes = stripe.create(WANTED, url=server.url, key="sk_test").name, int(UNTIL.timestamp())
    with pytest.raises(ValueError, match="has closed"):
        server.provider.pay(name, at=closes)
    server.provider.sessions[name]["expires_at"] = 0
    with pytest.raises(urllib.error.HTTPError, match="410"):
        urllib.request.urlopen(f"{server.url}/pay/{name}", data=b"", timeout=5).close()
    server.provider.sessions[name]["expires_at"] = closes
    assert server.provider.charged == []
    first = server.provider.pay(name, at=closes - 1)
    again = server.provider.pay(name, at=closes + 60)
    assert (server.provider.charged, server.provider.sent) == ([name], [first, again])


def test_a_provider_that_refuses_or_is_away_is_said_in_a_sentence(server: fake.Server) -> None:
    with pytest.raises(payment.Failed, match="answered with 401"):
        stripe.create(WANTED, url=server.url, key="wrong")
    with pytest.raises(payment.Unreachable, match="gave no page"):
        stripe.create(WANTED, url="http://127.0.0.1:9", key="sk_test")
    for url in ("file:///etc", "http://pay.example.org", "ftp://127.0.0.1/x"):
        with pytest.raises(payment.Failed, match="begin with https"):
            stripe.create(WANTED, url=url, key="sk_test")


@pytest.mark.parametrize(
    ("status", "waits"), [(400, False), (404, False), (429, True), (500, True), (503, True)]
)
def test_what_is_waited_for_and_what_was_refused(status: int, waits: bool) -> None:
    said = f"HTTP/1.1 {status} Said\r\n\r\n".encode()
    wanted = pytest.raises(payment.Failed, match=f"answered with {status}")
    with answering(said) as running, wanted as failed:
        stripe.create(WANTED, url=running.url, key="sk_test")
    assert isinstance(failed.value, payment.Unreachable) is waits


def test_an_answer_that_is_none_is_waited_for() -> None:
    wanted = pytest.raises(payment.Unreachable, match="gave no page: BadStatusLine")
    with answering(b"no HTTP at all\r\n\r\n") as running, wanted:
        stripe.create(WANTED, url=running.url, key="sk_test")


def answering(said: bytes) -> serving.Server:
    """A server with one answer."""

    class Handler(serving.Handler):
        def do_POST(self) -> None:
            self.wfile.write(said)

    return serving.Server(Handler)


def paid(server: fake.Server) -> tuple[bytes, str]:
    made = stripe.create(WANTED, url=server.url, key="sk_test")
    server.provider.sessions[made.name]["created"] = AT
    return server.provider.pay(made.name, at=AT)


def read(body: bytes, signature: str, *, now: datetime = NOW) -> parse.Paid | None:
    return parse.event(body, signature=signature, secret=SECRET, now=now)


def test_a_signed_report_of_a_payment_is_read(server: fake.Server) -> None:
    body, signature = paid(server)
    found = read(body, signature)
    assert found == parse.Paid("pi_test_1", "C-1", 105_000, "USD", NOW.date())
    assert read(body, signature) == found
    assert len(found.key) == 64


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_may_differ_by_five_minutes_either_way(server: fake.Server, seconds: int) -> None:
    body, signature = paid(server)
    now = datetime.fromtimestamp(AT + seconds, UTC)
    assert read(body, signature, now=now) is not None
    further = datetime.fromtimestamp(AT + seconds + (1 if seconds > 0 else -1), UTC)
    with pytest.raises(parse.Invalid, match="not signed"):
        read(body, signature, now=further)


def test_a_report_that_was_changed_or_is_old_or_unsigned_is_refused(server: fake.Server) -> None:
    body, signature = paid(server)
    changed = body.replace(b"105000", b"999999")
    late = datetime.fromtimestamp(AT + 301, UTC)
    for bad, header, now in (
        (changed, signature, NOW), (body, signature, late), (body, "", NOW),
        (body, f"t={AT}", NOW), (body, "v1=aa", NOW), (body, f"t=x,{signature}", NOW),
        (body, signature.replace("v1=", "v0="), NOW),
    ):  # fmt: skip
        with pytest.raises(parse.Invalid, match="not signed"):
            read(bad, header, now=now)
    with pytest.raises(parse.Invalid, match="not signed"):
        parse.event(body, signature=signature, secret="", now=NOW)


def test_other_events_are_left_alone_and_broken_ones_refused(server: fake.Server) -> None:
    provider = server.provider

    def told(document: object) -> parse.Paid | None:
        body = json.dumps(document).encode()
        return read(body, provider.sign(body, at=AT))

    session = {"payment_status": "unpaid"}
    assert told({"type": "charge.refunded", "data": {"object": session}}) is None
    assert told({"type": parse.PAID[0], "data": {"object": session}}) is None
    broken = {"payment_status": "paid", "payment_intent": "p", "client_reference_id": "c",
              "amount_total": 1.5, "currency": "usd", "created": AT}  # fmt: skip
    for document in ([], {}, {"type": parse.PAID[0], "data": {"object": broken}}):
        with pytest.raises(parse.Invalid, match="cannot be read"):
            told(document)


def test_the_fake_reports_a_payment_as_the_provider_does(server: fake.Server) -> None:
    wanted = replace(WANTED, until=datetime.now(UTC) + timedelta(hours=1))
    made = stripe.create(wanted, url=server.url, key="sk_test")
    body, signature = server.provider.pay(made.name)
    assert parse.event(body, signature=signature, secret=SECRET, now=datetime.now(UTC)) is not None


def shown(server: fake.Server, name: str) -> str:
    with urllib.request.urlopen(f"{server.url}/pay/{name}", timeout=5) as answer:
        return str(answer.read().decode())


def test_a_page_that_was_closed_takes_nothing_and_says_so(server: fake.Server) -> None:
    name = stripe.create(WANTED, url=server.url, key="sk_test").name
    with pytest.raises(payment.Failed, match="answered with 401"):
        stripe.expire(name, url=server.url, key="wrong")
    assert "Pay now" in shown(server, name)
    assert stripe.expire(name, url=server.url, key="sk_test") is True
    assert stripe.expire(name, url=server.url, key="sk_test") is False, "it was closed before"
    with pytest.raises(ValueError, match="has closed"):
        server.provider.pay(name, at=AT)
    assert ("Pay now" in shown(server, name), "has closed" in shown(server, name)) == (False, True)


def test_a_page_that_took_its_money_is_not_closed_and_what_is_unknown_is_said(
    server: fake.Server,
) -> None:
    name = stripe.create(WANTED, url=server.url, key="sk_test").name
    server.provider.pay(name, at=AT)
    assert stripe.expire(name, url=server.url, key="sk_test") is False
    assert "This was paid" in shown(server, name)
    for unknown in ("cs_other", "../../v1/balance"):
        with pytest.raises(payment.Failed, match="answered with 40"):
            stripe.expire(unknown, url=server.url, key="sk_test")
    with pytest.raises(payment.Unreachable, match="gave no page"):
        stripe.expire(name, url="http://127.0.0.1:9", key="sk_test")


def test_a_page_that_is_refused_but_open_is_not_taken_for_a_closed_one() -> None:
    body = b'{"status": "open"}'

    class Handler(serving.Handler):
        def do_POST(self) -> None:
            self.say(400, b"{}")

        def do_GET(self) -> None:
            self.say(200, body)

    refused = pytest.raises(payment.Failed, match="answered with 400")
    with serving.Server(Handler) as running, refused:
        stripe.expire("cs_1", url=running.url, key="sk_test")


def test_an_answer_without_a_page_is_refused() -> None:
    said = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"id": "cs"}'
    with answering(said) as running, pytest.raises(payment.Failed, match="names none"):
        stripe.create(WANTED, url=running.url, key="sk_test")
