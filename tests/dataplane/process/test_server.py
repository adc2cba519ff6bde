"""The wire: requests in, replies and progress out, keys beside, nothing quoted from the data."""

import base64
import io
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from muniment.dataplane import process, signatures
from muniment.dataplane.confine import Confinement
from tests.dataplane import tables
from tests.dataplane.extract import builds

Message = dict[str, object]
OPEN = Confinement(files=False, tcp=False, sockets=False, programs=False, gaps=("Not confined.",))
ASKED = tables.specification(variables={"subjects": ["USUBJID", "SEX"]})
NOW = builds.NOW.isoformat()
SIGN = builds.SIGNER.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


class Wire:
    """The other end of a server that runs in a thread of the test."""

    def __init__(self, requests: io.BufferedWriter, replies: io.BufferedReader, keys: io.RawIOBase):
        self._requests, self._replies, self._keys = requests, replies, keys

    def send(self, request: Message, *, keys: dict[str, bytes] | None = None) -> None:
        if keys is not None:
            brought = {name: base64.b64encode(key).decode() for name, key in keys.items()}
            self._keys.write(json.dumps({"id": request["id"], "keys": brought}).encode() + b"\n")
        self._requests.write(json.dumps(request | {"keys": keys is not None}).encode() + b"\n")
        self._requests.flush()

    def raw(self, line: bytes) -> None:
        self._requests.write(line)
        self._requests.flush()

    def hear(self) -> Message:
        return json.loads(self._replies.readline())

    def ask(self, request: Message, *, keys: dict[str, bytes] | None = None) -> Message:
        """The final reply, past the progress."""
        self.send(request, keys=keys)
        while "progress" in (reply := self.hear()):
            assert reply["id"] == request["id"]
        return reply


@contextmanager
def serving() -> Iterator[Wire]:
    request_end, requests = os.pipe()
    replies, reply_end = os.pipe()
    key_end, keys = os.pipe()
    with (
        os.fdopen(request_end, "rb") as incoming,
        os.fdopen(reply_end, "wb") as outgoing,
        os.fdopen(key_end, "rb") as brought,
        os.fdopen(replies, "rb") as heard,
        os.fdopen(keys, "wb", buffering=0) as bringing,
    ):
        server = process.Server(OPEN, outgoing, brought)
        thread = threading.Thread(target=server.serve, args=(incoming,))
        thread.start()
        try:
            with os.fdopen(requests, "wb") as sending:
                yield Wire(sending, heard, bringing)
        finally:
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def drawn(place: builds.Bench, **more: object) -> Message:
    return {"specification": ASKED, "holdings": [str(place.folder)], "policies": {}, **more}


def build(place: builds.Bench, **more: object) -> Message:
    return {
        "id": 1,
        "command": "build",
        **drawn(place),
        "out": str(place.root / "out" / "p"),
        "receipt": str(place.root / "receipts" / "r.json"),
        "now": NOW,
        "approval": None,
        **more,
    }


def test_a_ping_says_what_answers_and_what_holds_it_in(wire: Wire) -> None:
    done = wire.ask({"id": 7, "command": "ping"})
    assert done["id"] == 7
    assert done["done"]["dataplane"] == 1
    assert done["done"]["confinement"]["gaps"] == ["Not confined."]


@pytest.mark.parametrize("line", [b"not json\n", b"[]\n", b"{}\n", b"1\n", b'{"id": 1}\n'])
def test_what_is_no_request_fails_and_the_next_one_is_answered(wire: Wire, line: bytes) -> None:
    wire.raw(line)
    assert "JSON object with id and command" in wire.hear()["failed"]
    assert "done" in wire.ask({"id": 1, "command": "ping"})


def test_an_unknown_command_fails(wire: Wire) -> None:
    assert "no command" in wire.ask({"id": 1, "command": "dance"})["failed"]


def test_check_answers_the_findings(wire: Wire, place: builds.Bench) -> None:
    done = wire.ask({"id": 1, "command": "check", "holding": str(place.folder)})["done"]
    assert done["fit"] is True


def counted(wire: Wire, place: builds.Bench, **more: object) -> Message:
    asked = tables.specification(level="aggregate", variables={}, group_by=["SEX"])
    request = {"id": 1, "command": "count", **drawn(place), "specification": asked, "now": NOW}
    keys = {"noise:small@2026.1": bytes(32)}
    return wire.ask(request | more, keys=more.pop("brought", keys))


def test_count_answers_protected_numbers_and_exact_ones_only_for_a_purpose(
    wire: Wire, place: builds.Bench
) -> None:
    [part] = counted(wire, place)["done"]["parts"]
    assert part["part"] == "p1"
    assert "exact" not in part
    assert len(part["breakdown"]["cells"]) == 3
    [part] = counted(wire, place, purpose="availability")["done"]["parts"]
    assert part["exact"] == 120


def test_count_of_a_part_without_groups_has_no_breakdown(wire: Wire, place: builds.Bench) -> None:
    request = {"id": 1, "command": "count", **drawn(place), "now": NOW}
    [part] = wire.ask(request, keys={"noise:small@2026.1": bytes(32)})["done"]["parts"]
    assert part["breakdown"] is None


def test_count_without_its_noise_key_is_refused(wire: Wire, place: builds.Bench) -> None:
    [reason] = counted(wire, place, brought={})["refused"]
    assert reason["code"] == "no-key"


def test_keys_of_another_request_are_not_taken(wire: Wire, place: builds.Bench) -> None:
    request = {"id": 2, "command": "count", **drawn(place), "now": NOW}
    wire._keys.write(b'{"id": 1, "keys": {}}\n')
    wire.raw(json.dumps(request | {"keys": True}).encode() + b"\n")
    while "progress" in (reply := wire.hear()):
        continue
    assert reply["refused"][0]["code"] == "no-key"


def test_count_that_cannot_be_answered_is_refused(wire: Wire, tmp_path: Path) -> None:
    small = builds.Bench.at(tmp_path, persons=20)
    assert counted(wire, small)["refused"][0]["code"] == "no-live-counts"


def test_from_draw_to_paper_to_a_verified_release(wire: Wire, place: builds.Bench) -> None:
    plan = wire.ask({"id": 1, "command": "draw", **drawn(place)})["done"]
    public = signatures.public_pem(builds.APPROVER.public_key())
    request = {
        "id": 2,
        "command": "paper",
        **drawn(place, parts=["p1"]),
        "terms_hash": plan["terms_hash"],
        "errand": builds.ERRAND.document(),
        "now": NOW,
        "key": public.decode(),
    }
    paper = wire.ask(request, keys={"line": builds.LINE_KEY})["done"]
    assert paper["plan_hash"] == plan["plan_hash"]
    unsigned = {name: value for name, value in paper["paper"].items() if name != "key_id"}
    approval = signatures.sign(unsigned, key=builds.APPROVER)
    keys = {"line": builds.LINE_KEY, "manifest": SIGN, "approval": public}
    built = wire.ask(build(place, approval=approval.decode()), keys=keys)["done"]
    assert built["manifest"]["kind"] == "release"
    assert built["manifest"]["plan_hash"] == plan["plan_hash"]
    assert built["receipt"]["plan_hash"] == plan["plan_hash"]
    key = signatures.public_pem(builds.SIGNER.public_key()).decode()
    held = {"id": 4, "command": "verify", "folder": built["folder"], "key": key}
    assert wire.ask(held)["done"]["manifest"] == built["manifest"]
    other = {**request, "id": 5, "terms_hash": "sha256:00"}
    [reason] = wire.ask(other, keys={"line": builds.LINE_KEY})["refused"]
    assert reason["code"] == "plan-changed"


def test_a_rehearsal_under_a_policy_and_what_is_refused_comes_as_reasons(
    wire: Wire, place: builds.Bench
) -> None:
    keys = {"line": builds.LINE_KEY, "manifest": SIGN}
    policy = {"policy": "x", "edition": "1", "fields": {"subjects.SEX": {"method": "drop"}}}
    built = wire.ask(build(place, policies={"": policy}), keys=keys)["done"]
    assert built["manifest"]["kind"] == "rehearsal"
    again = wire.ask(build(place), keys=keys)["refused"]
    assert again[0]["code"] == "target-exists"
    bent = {"policy": "x", "edition": "1", "fields": {"subjects.SEX": {"method": "guess"}}}
    guessed = wire.ask(build(place, policies={"": bent}), keys=keys)
    assert guessed["refused"][0]["code"] == "unknown-word"
    odd = build(place, specification={"parts": []})
    assert wire.ask(odd, keys=keys)["refused"][0]["code"] == "missing-member"
    away = build(place, holdings=["/nowhere"])
    assert wire.ask(away, keys=keys)["refused"][0]["code"] == "no-descriptor"


def test_keys_that_are_none_are_refused(wire: Wire, place: builds.Bench) -> None:
    odd = {"line": builds.LINE_KEY, "manifest": b"nonsense"}
    assert wire.ask(build(place), keys=odd)["refused"][0]["code"] == "not-a-key"
    public = {"line": builds.LINE_KEY, "manifest": SIGN, "approval": b"nonsense"}
    [reason] = wire.ask(build(place, approval="{}"), keys=public)["refused"]
    assert reason["code"] == "not-a-key"


@pytest.mark.parametrize(
    "change",
    [{"out": 1}, {"holdings": "x"}, {"now": "2026-01-01T00:00:00"}, {"now": "never"}],
)
def test_a_request_of_the_wrong_form_fails_with_place_but_without_its_words(
    wire: Wire, place: builds.Bench, change: Message
) -> None:
    keys = {"line": builds.LINE_KEY, "manifest": SIGN}
    failed = wire.ask(build(place, **change), keys=keys)["failed"]
    assert failed.startswith("The data plane could not finish this (")
    assert "never" not in failed


def test_a_cancel_stops_a_build_and_leaves_nothing(wire: Wire, place: builds.Bench) -> None:
    wire.send(build(place), keys={"line": builds.LINE_KEY, "manifest": SIGN})
    assert "progress" in wire.hear()
    wire.send({"id": 9, "command": "cancel", "of": 1})
    replies: dict[object, Message] = {}
    while len(replies) < 2:
        reply = wire.hear()
        if "progress" not in reply:
            replies[reply["id"]] = reply
    assert replies[9]["done"] == {}
    assert replies[1] == {"id": 1, "stopped": True}
    assert list((place.root).glob("out/*")) == []


def test_a_cancel_of_what_does_not_run_is_answered(wire: Wire) -> None:
    assert wire.ask({"id": 2, "command": "cancel", "of": 1})["done"] == {}


def test_when_the_other_end_goes_the_build_stops_and_cleans_up(place: builds.Bench) -> None:
    with serving() as wire:
        wire.send(build(place), keys={"line": builds.LINE_KEY, "manifest": SIGN})
        wire.hear()
    assert list(place.root.glob("out/.*")) == []


def test_sweep_deletes_what_the_dead_left(wire: Wire, tmp_path: Path) -> None:
    from muniment.dataplane.extract import staging

    left = tmp_path / f"{staging.PREFIX}x"
    left.mkdir()
    (left / staging.LOCK).touch()
    assert wire.ask({"id": 1, "command": "sweep", "folder": str(tmp_path)})["done"] == {"swept": 1}
    assert not left.exists()


def test_replies_nobody_hears_are_no_failure() -> None:
    replies, reply_end = os.pipe()
    os.close(replies)
    outgoing = os.fdopen(reply_end, "wb", buffering=0)
    process.Server(OPEN, outgoing, None).serve(io.BytesIO(b'{"id": 1, "command": "ping"}\n'))
    outgoing.close()


def test_a_server_without_a_way_for_keys_refuses_what_needs_one(place: builds.Bench) -> None:
    request = {"id": 1, "command": "count", **drawn(place), "now": NOW, "keys": True}
    replies = io.BytesIO()
    process.Server(OPEN, replies, None).serve(io.BytesIO(json.dumps(request).encode() + b"\n"))
    last = json.loads(replies.getvalue().splitlines()[-1])
    assert last.get("stopped") or last["refused"][0]["code"] == "no-key"
