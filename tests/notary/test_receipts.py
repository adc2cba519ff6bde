"""A receipt holds off line, and whoever changes any of it makes it fail with a sentence."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muniment import cli
from muniment.notary import entries, merkle, notes, receipts

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = notes.Key("here/ledger", SECRET.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
SALT = "ab" * 16
ENTRY = {
    "subject_kind": "case", "subject_id": 3, "number": 12, "tag": "decision.approve_request",
    "at": "2026-11-02T15:00:00+00:00", "actor": "f" * 32, "stage_from": "determination",
    "stage_to": "agreement", "values": {"outcome": entries.salted(SALT, "approved")},
    "previous": "0" * 64,
}  # fmt: skip
LEAVES = [merkle.leaf(bytes([n]) * 32) for n in range(5)]
LEAVES[2] = merkle.leaf(bytes.fromhex(entries.digest(ENTRY)))
TREE = merkle.Leaves(LEAVES)


def receipt() -> dict[str, Any]:
    head = notes.Checkpoint(KEY.name, 5, merkle.root(TREE, 5))
    note = notes.signed(head.text(), key=KEY, sign=SECRET.sign)
    return receipts.write(
        ENTRY, values={"outcome": (SALT, "approved")}, position=2,
        path=merkle.inclusion(TREE, 2, 5), note=note, key=KEY.line(),
    )  # fmt: skip


def check(document: Any, *, key: str = "") -> receipts.Held:
    return receipts.check(json.dumps(document).encode(), key=key)


def test_a_receipt_says_what_its_entry_says() -> None:
    held = check(receipt())
    assert (held.entry, held.values) == (ENTRY, {"outcome": "approved"})
    assert (held.position, held.head.size, held.key) == (2, 5, KEY)
    assert check(receipt(), key=KEY.line()) == held


def test_a_receipt_signed_by_another_key_than_the_published_one_fails() -> None:
    other = notes.Key(KEY.name, b"k" * 32)
    with pytest.raises(receipts.Invalid, match="not signed by the key"):
        check(receipt(), key=other.line())
    with pytest.raises(receipts.Invalid, match="The key"):
        check(receipt(), key="never a key")
    with pytest.raises(receipts.Invalid, match="The key"):
        check(receipt(), key=f"\udcff{KEY.line()}")


def test_a_receipt_may_be_asked_for_the_signature_of_a_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witness = notes.Key("witness.example", KEY.public, notes.COSIGNATURE)
    document, file = receipt(), tmp_path / "receipt.json"
    command = ["verify", str(file), "--key", KEY.line(), "--witness", witness.line()]
    file.write_text(json.dumps(document))
    assert cli.main(command) == 1
    assert "not signed by the key" in capsys.readouterr().err
    text = notes.text_of(document["proof"].partition("\n\n")[2])
    for seconds, code in ((1_790_000_000, 0), (1_790_000_001, 1)):
        line = notes.cosignature(text, 1_790_000_000, key=witness, sign=SECRET.sign)
        said = line if not code else line.replace(line[-20], "A" if line[-20] != "A" else "B")
        file.write_text(json.dumps({**document, "proof": document["proof"] + said}))
        assert cli.main(command) == code, seconds
    assert "seen by the witness witness.example at 2026-09-21" in capsys.readouterr().out


@pytest.mark.parametrize("column", sorted(ENTRY))
def test_an_entry_that_was_changed_fails(column: str) -> None:
    document = receipt()
    kept = document["entry"][column]
    changed = kept + 1 if isinstance(kept, int) else {} if isinstance(kept, dict) else kept + "0"
    document["entry"][column] = changed
    with pytest.raises(receipts.Invalid, match="changed"):
        check(document)


@pytest.mark.parametrize(
    "value",
    [
        {"salt": SALT, "value": "denied"},
        {"salt": "cd" * 16, "value": "approved"},
        {"salt": "no hex", "value": "approved"},
        {"salt": SALT},
        "approved",
        {"salt": SALT, "value": float("nan")},
    ],
)
def test_a_value_that_is_not_the_entrys_own_fails(value: Any) -> None:
    document = receipt()
    document["values"]["outcome"] = value
    with pytest.raises(receipts.Invalid, match="value 'outcome'"):
        check(document)
    document["values"] = {"other": {"salt": SALT, "value": "approved"}}
    with pytest.raises(receipts.Invalid, match="value 'other'"):
        check(document)


def test_another_place_or_path_fails() -> None:
    for before, after in (("index 2\n", "index 3\n"), ("index 2\n", "index 2\nAAAA\n")):
        document = receipt()
        document["proof"] = document["proof"].replace(before, after)
        with pytest.raises(receipts.Invalid, match="not in the tree"):
            check(document)


def test_extra_data_of_others_is_left_alone() -> None:
    document = receipt()
    document["proof"] = document["proof"].replace("index 2", "extra AAAA\nindex 2")
    assert check(document).position == 2


@pytest.mark.parametrize(
    "proof",
    ["", "x", "c2sp.org/tlog-proof@v1\n\nnote", "c2sp.org/tlog-proof@v1\nindex x\n\nnote",
     "c2sp.org/tlog-proof@v2\nindex 1\n\nnote", "c2sp.org/tlog-proof@v1\nindex 1\n@\n\nnote",
     "c2sp.org/tlog-proof@v1\nextra AAAA\n\nnote"],
)  # fmt: skip
def test_a_proof_in_no_known_form_fails(proof: str) -> None:
    with pytest.raises(receipts.Invalid, match="proof is not written"):
        check({**receipt(), "proof": proof})


def test_what_is_no_receipt_is_refused_in_a_sentence() -> None:
    lacking = [copy.deepcopy(receipt()) for _ in range(4)]
    del lacking[0]["entry"], lacking[1]["key"], lacking[2]["proof"], lacking[3]["entry"]["tag"]
    shaped = receipt()
    shaped["entry"]["number"] = True
    for data, said in (
        (b"not json", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (json.dumps({**receipt(), "key": "\ud800"}).encode(), "not JSON"),
        (b"[]", "version 1"),
        (b'{"muniment_receipt": 2}', "version 1"),
        (b" " * (receipts.LARGEST + 1), "too large"),
        *((json.dumps(each).encode(), "lacks") for each in lacking),
        (json.dumps({**receipt(), "values": []}).encode(), "lacks"),
        (json.dumps(shaped).encode(), "as the ledger writes"),
    ):
        with pytest.raises(receipts.Invalid, match=said):
            receipts.check(data)
