"""The signing provider's contract: the fake keeps it as the real one states it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.gateways import elsewhere, serving
from muniment.gateways.elsewhere import State, docuseal, fake, parse
from tests.gateways.signing import sealing

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
KEY, SECRET = "key_test", "whsec_test"  # of the fake
WANTED = elsewhere.Wanted(
    "Agreement C-1", sealing.paper(), 1, "Sam Example", "sam@example.org",
    "https://here/sign/C-1/", "7d1f0f6e-0000-4000-8000-000000000001",
)  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[fake.Server]:
    with fake.Server(fake.Provider(KEY, SECRET, tmp_path)) as running:
        yield running


def send(server: fake.Server) -> elsewhere.Sent:
    return docuseal.send(WANTED, url=server.url, key=KEY)


def look(server: fake.Server, name: str) -> elsewhere.Standing:
    return docuseal.look(name, url=server.url, key=KEY)


def test_an_envelope_is_sent_signed_and_fetched(server: fake.Server) -> None:
    made = send(server)
    assert made.address == f"{server.place}/s/{made.name}"
    assert look(server, made.name) == elsewhere.Standing(State.WAITING)
    server.provider.sign(made.name, at=NOW, serves=server.place)
    found = look(server, made.name)
    assert (found.state, found.at) == (State.SIGNED, NOW)
    signed = docuseal.fetch(found.file, url=server.url)
    assert signed.startswith(WANTED.pdf)
    assert len(signed) > len(WANTED.pdf)


def test_what_a_lost_answer_left_behind_is_closed_before_another_is_made(
    server: fake.Server,
) -> None:
    first, second = send(server), send(server)
    assert look(server, first.name).state is State.GONE
    assert look(server, second.name).state is State.WAITING
    with pytest.raises(ValueError, match="cannot be signed"):
        server.provider.sign(first.name, at=NOW, serves=server.place)


def test_a_signer_who_declines_and_an_envelope_that_is_gone(server: fake.Server) -> None:
    made = send(server)
    server.provider.decline(made.name, at=NOW, reason="Not our wording.")
    said = elsewhere.Standing(State.DECLINED, reason="Not our wording.")
    assert look(server, made.name) == said
    server.provider.envelopes[int(made.name)]["submission_events"] = []
    assert look(server, made.name).reason == ""
    server.provider.envelopes[int(made.name)]["status"] = "expired"
    assert look(server, made.name).state is State.GONE
    assert look(server, "999").state is State.GONE
    docuseal.close("999", url=server.url, key=KEY)


@pytest.mark.parametrize(
    ("status", "waits"), [(400, False), (422, False), (429, True), (500, True), (503, True)]
)
def test_what_is_waited_for_and_what_was_refused(
    server: fake.Server, status: int, waits: bool
) -> None:
    server.provider.status = status
    with pytest.raises(elsewhere.Failed, match=f"answered with {status}") as failed:
        send(server)
    assert isinstance(failed.value, elsewhere.Unreachable) is waits


def test_a_wrong_key_a_dead_host_and_plain_http_are_said_in_a_sentence(
    server: fake.Server,
) -> None:
    with pytest.raises(elsewhere.Failed, match="answered with 401"):
        docuseal.send(WANTED, url=server.url, key="wrong")
    with pytest.raises(elsewhere.Unreachable, match="does not answer"):
        docuseal.send(WANTED, url="http://127.0.0.1:9/api", key=KEY)
    for url in ("http://sign.example.org/api", "file:///etc"):
        with pytest.raises(elsewhere.Failed, match="begin with https"):
            docuseal.send(WANTED, url=url, key=KEY)


def test_a_file_is_fetched_from_the_declared_host_only(server: fake.Server) -> None:
    made = send(server)
    server.provider.sign(made.name, at=NOW, serves=server.place)
    with fake.Server(server.provider) as another, pytest.raises(elsewhere.Failed) as failed:
        docuseal.fetch(f"{another.place}/file/{made.name}.pdf", url=server.url)
    assert "not the declared provider" in str(failed.value)
    server.provider.files[int(made.name)] = b"x" * (docuseal.LARGEST_FILE + 1)
    with pytest.raises(elsewhere.Failed, match="larger than"):
        docuseal.fetch(look(server, made.name).file, url=server.url)


@pytest.mark.parametrize(
    "said",
    [b"no json", b"[]", b'{"data": [{"external_id": 1}]}', b'{"data": [], "id": "x"}',
     b'{"data": [], "id": 1, "submitters": []}'],
)  # fmt: skip
def test_an_answer_that_is_none_is_no_envelope(said: bytes) -> None:
    with answering(said) as running, pytest.raises(elsewhere.Failed, match="provider"):
        docuseal.send(WANTED, url=running.url, key=KEY)


@pytest.mark.parametrize(
    "said",
    [[], {"status": "completed"}, {"status": "completed", "documents": [{"url": "u"}],
     "completed_at": "2026-11-22T11:30:00"}, {"status": "completed", "documents": []},
     {"status": "completed", "documents": [{"url": "u"}],
      "completed_at": "0001-01-01T00:00:00+14:00"},
     {"status": "declined", "submission_events": [{"event_type": "decline_form", "data": "no"}]}],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_none(said: Any) -> None:
    wanted = pytest.raises(elsewhere.Failed, match="cannot be read")
    with answering(json.dumps(said).encode()) as running, wanted:
        docuseal.look("1", url=running.url, key=KEY)


def answering(said: bytes) -> serving.Server:
    """A server with one answer."""

    class Handler(serving.Handler):
        def _go(self) -> None:
            self.posted()
            self.say(200, said)

        do_GET = do_POST = _go

    return serving.Server(Handler)


def read(body: bytes, header: str, *, now: datetime = NOW) -> str | None:
    return parse.event(body, signature=header, secret=SECRET, now=now)


def test_a_signed_report_names_its_envelope(server: fake.Server) -> None:
    made, provider = send(server), server.provider
    for kind in ("form.completed", "form.declined"):
        assert read(*provider.report(kind, made.name, at=NOW)) == made.name
    for kind, named in (("submission.expired", "1001"), ("template.created", None)):
        body = json.dumps({"event_type": kind, "data": {"id": 1001}}).encode()
        assert read(body, provider.header(body, at=NOW)) == named


def test_a_report_that_was_changed_or_is_old_or_unsigned_is_refused(server: fake.Server) -> None:
    made, provider = send(server), server.provider
    body, header = provider.report("form.completed", made.name, at=NOW)
    late = NOW + timedelta(seconds=301)
    time, _, given = header.partition(".")
    for bad, said, now in (
        (body + b" ", header, NOW), (body, header, late), (body, "", NOW), (body, time, NOW),
        (body, f"x.{given}", NOW), (body, f"{'9' * 13}.{given}", NOW), (body, f"{time}.é", NOW),
    ):  # fmt: skip
        with pytest.raises(parse.Invalid, match="not signed"):
            read(bad, said, now=now)
    with pytest.raises(parse.Invalid, match="not signed"):
        parse.event(body, signature=header, secret="", now=NOW)
    endless = b'{"event_type": "form.viewed", "data": {"submission_id": Infinity}}'
    for broken in (b"[]", b"{}", b'{"event_type": "form.viewed", "data": {}}', endless):
        with pytest.raises(parse.Invalid, match="cannot be read"):
            read(broken, provider.header(broken, at=NOW))
