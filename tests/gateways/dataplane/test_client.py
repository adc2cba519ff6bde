"""The port to the data plane, against the real child: shut in, killed, canceled, fed."""

import contextlib
import datetime
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.gateways import dataplane
from tests.dataplane import tables

pytestmark = pytest.mark.slow

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
APPROVER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
LINE_KEY = bytes(range(100, 132))
ASKED = tables.specification(
    variables={"subjects": ["USUBJID", "SEX"], "events": ["USUBJID", "TERM", "ONSET"]}
)
ERRAND = {"request": "R-1", "agreement": "A-1", "line": "L-1", "build": 1}


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class House:
    """A data plane with one holding, and where it may write."""

    def __init__(self, root: Path, *, persons: int = 120) -> None:
        self.root, self.out = root, root / "releases"
        for name in ("holdings", "releases", "receipts"):
            (root / name).mkdir()
        self.folder = tables.small_holding(root / "holdings" / "small", persons=persons)
        self.order = dataplane.Order(ASKED, [self.folder])
        self.plane = dataplane.DataPlane(
            read=[root / "holdings"], write=[self.out, root / "receipts"]
        )

    def build(self, **more: object) -> dataplane.Built:
        options: dict[str, object] = {
            "out": self.out / "p1",
            "receipt": self.root / "receipts" / "r1.json",
            "now": NOW,
            "line_key": LINE_KEY,
            "manifest_key": SIGNER,
        }
        return self.plane.build(more.pop("order", self.order), **(options | more))

    def approval(
        self, order: dataplane.Order | None = None, *, kinds: tuple[str, ...] | None = None
    ) -> bytes:
        order = order or self.order
        drawn = self.plane.draw(order)
        return self.plane.approve(
            order, terms_hash=drawn.terms_hash, errand=ERRAND, key=APPROVER, now=NOW,
            line_key=LINE_KEY, kinds=kinds,
        )  # fmt: skip

    def pid(self) -> int:
        self.plane.ping()
        assert self.plane._child is not None
        return self.plane._child.pid


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    with made.plane:
        yield made


def test_the_child_is_shut_in_and_knows_nothing_of_our_environment(house: House) -> None:
    assert house.plane.ping()["confinement"] == {
        "files": True, "tcp": True, "sockets": True, "programs": True, "gaps": [],
    }  # fmt: skip
    status = Path(f"/proc/{house.pid()}/status").read_text(encoding="ascii")
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


def test_the_arguments_of_the_child_hold_folders_and_handles_only(house: House) -> None:
    words = Path(f"/proc/{house.pid()}/cmdline").read_bytes().decode().split("\0")
    assert "MUNIMENT_HOME" not in " ".join(words)
    assert str(house.root / "holdings") in words


def test_the_real_child_cannot_open_what_is_not_its_own(house: House, tmp_path: Path) -> None:
    outside = tables.small_holding(tmp_path / "elsewhere")
    with pytest.raises(dataplane.Refused) as refused:
        house.plane.draw(dataplane.Order(ASKED, [outside]))
    assert "Permission denied" in str(refused.value)
    with pytest.raises(dataplane.Refused) as refused:
        house.build(out=tmp_path / "elsewhere" / "package")
    assert refused.value.code == "cannot-write"
    with pytest.raises(dataplane.Refused) as refused:
        house.build(receipt=tmp_path / "elsewhere" / "receipt.json")
    assert refused.value.code == "cannot-write"
    assert list(house.out.iterdir()) == []
    assert sorted(path.name for path in outside.iterdir()) == [
        "datapackage.json", "events.csv", "subjects.csv",
    ]  # fmt: skip


def test_check_and_count(house: House) -> None:
    assert house.plane.check(house.folder)["fit"] is True
    keys = {("small", "2026.1"): bytes(32)}
    [counted] = house.plane.count(house.order, noise_keys=keys, now=NOW)
    assert counted.part == "p1"
    assert counted.shown is not None
    assert str(counted.shown) in counted.says
    assert counted.exact is None
    [counted] = house.plane.count(house.order, noise_keys=keys, now=NOW, purpose="availability")
    assert counted.exact is not None
    assert counted.exact.reveal(purpose="test") == 120
    assert "exact" not in counted.document


def test_a_count_too_small_to_show_has_no_number(house: House) -> None:
    asked = tables.specification(cohort={"variable": "AGE", "is": "missing"})
    order = dataplane.Order(asked, [house.folder])
    keys = {("small", "2026.1"): bytes(32)}
    [counted] = house.plane.count(order, noise_keys=keys, now=NOW)
    assert counted.shown is None


def test_an_approved_build_becomes_a_release_that_verifies(house: House) -> None:
    told: list[str] = []
    built = house.build(
        approval=house.approval(),
        approval_key=pem(APPROVER),
        tell=lambda what, done, of: told.append(what),
    )
    assert built.manifest["kind"] == "release"
    assert built.manifest["line"] == "L-1"
    assert built.receipt["kind"] == "release"
    assert told[0] == "check the specification"
    assert told[-1] == "publish"
    verified = house.plane.verify(house.out / "p1", key=pem(SIGNER))
    assert verified["manifest"] == built.manifest
    with pytest.raises(dataplane.Refused) as refused:
        house.plane.verify(house.out / "p1", key=pem(SIGNER), rehearsal=True)
    assert refused.value.code == "release-not-rehearsal"


def test_the_manifest_hash_is_that_of_its_file(house: House) -> None:
    import hashlib

    built = house.build()
    data = (house.out / "p1" / "manifest.json").read_bytes()
    assert built.manifest_hash == "sha256:" + hashlib.sha256(data).hexdigest()


def test_a_method_policy_edited_behind_the_approval_is_refused_as_plan_changed(
    house: House,
) -> None:
    approval = house.approval()
    edited = {"policy": "x", "edition": "1", "fields": {"subjects.SEX": {"method": "drop"}}}
    order = dataplane.Order(ASKED, [house.folder], policies={"": edited})
    with pytest.raises(dataplane.Refused) as refused:
        house.build(order=order, approval=approval, approval_key=pem(APPROVER))
    assert refused.value.code == "plan-changed"
    assert refused.value.refusals[0].params == {"differs": ["method_policy"]}
    assert list(house.out.iterdir()) == []


def test_the_forms_and_the_key_that_were_approved_are_those_of_the_build(house: House) -> None:
    approved = {"approval": house.approval(kinds=("csv", "dta")), "approval_key": pem(APPROVER)}
    for other in ({"line_key": bytes(32)}, {"means": dataplane.Means(kinds=("csv",))}):
        with pytest.raises(dataplane.Refused) as refused:
            house.build(**approved, **other)
        assert refused.value.code == "plan-changed"
        assert list(house.out.iterdir()) == []
    built = house.build(**approved)
    files = {Path(each["path"]).suffix for each in built.manifest["files"]}
    assert files >= {".parquet", ".dta"}


def test_an_approval_that_was_edited_is_refused(house: House) -> None:
    approval = house.approval().replace(b'"build":1', b'"build":2')
    with pytest.raises(dataplane.Refused) as refused:
        house.build(approval=approval, approval_key=pem(APPROVER))
    assert refused.value.code == "bad-signature"


def test_an_approval_needs_the_terms_that_were_signed(house: House) -> None:
    with pytest.raises(dataplane.Refused) as refused:
        house.plane.approve(
            house.order, terms_hash="sha256:00", errand=ERRAND, key=APPROVER, now=NOW,
            line_key=LINE_KEY,
        )  # fmt: skip
    assert refused.value.code == "plan-changed"


def test_the_signed_paper_is_the_one_the_data_plane_would_have_signed(house: House) -> None:
    from muniment.dataplane import approval

    key = APPROVER.public_key()
    paper = approval.opened(house.approval(), key=key)
    again = approval.sign(
        paper.terms, paper.plan, errand=paper.errand, parts=paper.parts, key=APPROVER,
        line_key=paper.line_key, kinds=paper.kinds, signed_at=NOW,
    )  # fmt: skip
    assert again == house.approval()


def test_a_request_of_the_wrong_form_fails_in_one_sentence(house: House) -> None:
    keys = {("small", "2026.1"): bytes(32)}
    with pytest.raises(dataplane.Failed, match="could not finish"):
        house.plane.count(house.order, noise_keys=keys, now=NOW.replace(tzinfo=None))
    assert house.plane.ping()["dataplane"] == 1


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_in_the_middle_no_half_release_and_no_row_is_left(house: House, every: int) -> None:
    """At each step in turn, or at every so many."""
    steps: list[str] = []
    house.build(tell=lambda what, done, of: steps.append(what))
    for spot in range(3, len(steps), every):
        seen: list[str] = []

        def kill(what: str, done: int, of: int, seen: list[str] = seen, spot: int = spot) -> None:
            seen.append(what)
            if len(seen) == spot + 1:
                assert house.plane._child is not None
                os.kill(house.plane._child.pid, signal.SIGKILL)

        target = house.out / f"killed-{spot}"
        receipt = house.root / "receipts" / f"killed-{spot}.json"
        # At the last step it may have finished before it died.
        with contextlib.suppress(dataplane.Failed):
            house.build(out=target, receipt=receipt, tell=kill)
        assert target.exists() == receipt.exists()
        assert not list(receipt.parent.glob("*.part"))
        if target.exists():
            house.plane.verify(target, key=pem(SIGNER), rehearsal=True)
            assert steps[spot] == "publish"
        left = [path.name for path in house.out.iterdir() if path.name.startswith(".")]
        assert left == [], steps[spot]
    assert house.plane.ping()["dataplane"] == 1


def test_a_canceled_build_leaves_nothing_and_the_child_lives(house: House) -> None:
    pid = house.pid()

    def cancel(what: str, done: int, of: int) -> None:
        if what == "find who is in p1":
            house.plane.cancel()

    with pytest.raises(dataplane.Stopped):
        house.build(tell=cancel)
    assert list(house.out.iterdir()) == []
    assert house.pid() == pid
    assert house.build().manifest["kind"] == "rehearsal"


def test_who_fails_on_hearing_the_progress_ends_the_build(house: House) -> None:
    def lose_the_lease(what: str, done: int, of: int) -> None:
        raise LookupError(what)

    with pytest.raises(LookupError):
        house.build(tell=lose_the_lease)
    house.plane.draw(house.order)
    assert list(house.out.iterdir()) == []


def test_a_cancel_when_nothing_runs_does_nothing(house: House) -> None:
    house.plane.cancel()
    house.pid()
    house.plane.cancel()
    assert house.plane.ping()["dataplane"] == 1


def test_a_child_that_died_between_requests_is_replaced(house: House) -> None:
    first = house.pid()
    os.kill(first, signal.SIGKILL)
    assert house.plane._child is not None
    house.plane._child._process.wait()
    assert house.pid() != first


def test_closing_ends_the_child(house: House) -> None:
    child = house.plane._child if house.pid() else None
    assert child is not None
    house.plane.close()
    assert not child.alive()
    child.cancel(1)
    with pytest.raises(dataplane.Failed):
        child.ask({"id": 3, "command": "ping"})


def test_several_threads_take_turns(house: House) -> None:
    answers: list[object] = []

    def ask() -> None:
        answers.append(house.plane.draw(house.order).plan_hash)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 4
    assert len(set(answers)) == 1


def test_no_key_is_in_any_file_the_child_wrote(house: House) -> None:
    built = house.build()
    private = SIGNER.private_bytes_raw()
    files = [path for path in house.root.rglob("*") if path.is_file()]
    written = [path.read_bytes() for path in files] + [json.dumps(built.receipt).encode()]
    for secret in (LINE_KEY, private, bytes(byte ^ 0x36 for byte in LINE_KEY)):
        for form in (secret, secret.hex().encode()):
            assert not any(form in data for data in written)


def test_when_we_die_the_child_cleans_up_and_ends(tmp_path: Path) -> None:
    """The parent here is a process of its own, killed while its child builds."""
    import subprocess
    import sys

    for name in ("holdings", "releases"):
        (tmp_path / name).mkdir()
    tables.small_holding(tmp_path / "holdings" / "small", persons=120)
    (tmp_path / "asked.json").write_text(json.dumps(ASKED), encoding="utf-8")
    code = """
import datetime, json, os, signal, sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from muniment.gateways import dataplane
root = Path(sys.argv[1])
plane = dataplane.DataPlane(read=[root / "holdings"], write=[root / "releases"])
plane.ping()
print(plane._child.pid, flush=True)

def die(what, done, of):
    if what.startswith("treat"):
        os.kill(os.getpid(), signal.SIGKILL)

plane.build(
    dataplane.Order(json.loads((root / "asked.json").read_text()), [root / "holdings/small"]),
    out=root / "releases/p", receipt=root / "releases/r.json",
    now=datetime.datetime.now(datetime.UTC), line_key=bytes(32),
    manifest_key=Ed25519PrivateKey.generate(), tell=die,
)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid = int(done.stdout)
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    assert list((tmp_path / "releases").iterdir()) == []


CODED = {
    "policy": "random",
    "edition": "1",
    "fields": {"subjects.USUBJID": {"method": "random_code"},
               "events.USUBJID": {"method": "random_code"}},
}  # fmt: skip


def test_random_codes_are_kept_sealed_and_a_rebuild_finds_them(house: House) -> None:
    order = dataplane.Order(ASKED, [house.folder], policies={"": CODED})
    codes = house.root / "receipts" / "line.codes"
    beside = dataplane.Beside(codes=codes)

    def built(number: int, **more: object) -> list[str]:
        out, receipt = house.out / f"c{number}", house.root / "receipts" / f"c{number}.json"
        house.build(order=order, out=out, receipt=receipt, **{"beside": beside, **more})
        lines = (out / "data" / "subjects.csv").read_text().splitlines()
        return [line.split(",")[0] for line in lines[1:]]

    approval = {"approval": house.approval(order), "approval_key": pem(APPROVER)}
    with pytest.raises(dataplane.Refused) as refused:
        built(0, beside=dataplane.Beside(), **approval)
    assert refused.value.code == "no-crosswalk"
    first = built(1, **approval)
    sealed = codes.read_bytes()
    assert codes.stat().st_mode & 0o777 == 0o600
    assert not any(code.encode() in sealed for code in first)
    assert b"S-00001" not in sealed
    assert built(2, **approval) == first
    codes.unlink()
    assert not set(built(3, **approval)) & set(first)
    codes.write_bytes(sealed[:-1] + b"x")
    with pytest.raises(dataplane.Refused) as refused:
        built(4, **approval)
    assert refused.value.code == "bad-crosswalk"
    codes.unlink()
    codes.mkdir()
    with pytest.raises(dataplane.Refused) as refused:
        built(5, **approval)
    assert refused.value.code == "bad-crosswalk"


def test_prints_lie_beside_the_receipt_and_say_who_is_in_both(house: House) -> None:
    house.build(sketch_key=bytes(32))
    prints = house.root / "receipts" / f"r1{dataplane.PRINTS}"
    assert prints.exists()
    receipt = house.root / "receipts" / "r2.json"
    again = house.build(
        out=house.out / "p2",
        receipt=receipt,
        line_key=bytes(32),
        sketch_key=bytes(32),
        beside=dataplane.Beside(earlier=[prints]),
    )
    [part] = again.receipt["parts"]
    assert part["joins"]
    assert all(each["joined"] > 0 for each in part["joins"])


def test_an_attrition_table_comes_when_asked_for(house: House) -> None:
    cohort = {"all": [
        {"variable": "SEX", "is": "equals", "value": "F"},
        {"variable": "AGE", "is": "between", "value": [40, 64]},
    ]}  # fmt: skip
    order = dataplane.Order(tables.specification(cohort=cohort), [house.folder])
    keys = {("small", "2026.1"): bytes(range(32))}
    [plain] = house.plane.count(order, noise_keys=keys, now=NOW)
    [counted] = house.plane.count(order, noise_keys=keys, now=NOW, attrition=True)
    assert "attrition" not in plain.document
    steps = counted.document["attrition"]["steps"]
    assert len(steps) == 3
    assert steps[-1]["count"]["says"] == plain.says == counted.says


def test_a_release_that_gives_public_numbers_away_says_so_to_the_office(house: House) -> None:
    cells = [{"labels": ["F"], "value": None}, {"labels": ["M"], "value": 60}]
    cube = {"muniment_cube": 1, "holding": "small", "edition": "2026.1",
            "tables": [{"variables": ["SEX"], "cells": cells}]}  # fmt: skip
    other = {**cube, "edition": "2025.1"}
    beside = dataplane.Beside(published=[cube, other])
    [part] = house.build(beside=beside).receipt["parts"]
    # SEX may have been blanked, but a reader who has the rows still counts them.
    assert part["revealed"] == [{"by": ["SEX"], "cells_revealed": 1}]
    again = {"out": house.out / "p2", "receipt": house.root / "receipts" / "r2.json"}
    [part] = house.build(**again).receipt["parts"]
    assert part["revealed"] == []
    bad = dataplane.Beside(published=[{**cube, "muniment_cube": 9}])
    with pytest.raises(dataplane.Refused, match="no public cube"):
        house.build(beside=bad, out=house.out / "p3", receipt=house.root / "receipts" / "r3.json")
