"""Signed notes: what was signed is read back, and nothing else passes."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muniment.notary import notes

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = notes.Key(
    "data.example.org/ledger", SECRET.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
)
HEAD = notes.Checkpoint(KEY.name, 7, b"r" * 32)
NOTE = notes.signed(HEAD.text(), key=KEY, sign=SECRET.sign)
# A note and its key as the author of the format published them.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann \
x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def test_what_was_signed_is_read_back() -> None:
    assert notes.opened(NOTE, key=KEY) == notes.read(NOTE) == HEAD
    assert NOTE.startswith("data.example.org/ledger\n7\n")
    assert f"\n\n— {KEY.name} " in NOTE


def test_a_key_is_one_line_and_says_so_when_copied_wrong() -> None:
    assert notes.key_of(f" {KEY.line()}\n") == KEY
    wrong = KEY.line()[:-4] + "AAA="
    for line in (wrong, "no key", "a+b", f"x{KEY.line()}", "a+00000000+@@@"):
        with pytest.raises(notes.Unreadable, match="key"):
            notes.key_of(line)


def test_the_published_example_of_the_format_verifies() -> None:
    """Its text is no checkpoint, so what is refused is that, after the signature was found good."""
    with pytest.raises(notes.Unreadable, match="does not name a tree"):
        notes.opened(GO_NOTE, key=notes.key_of(GO_KEY))
    with pytest.raises(notes.Unreadable, match="signature is not valid"):
        notes.opened(GO_NOTE.replace("answer", "cure"), key=notes.key_of(GO_KEY))


def test_a_changed_note_or_another_key_does_not_pass() -> None:
    with pytest.raises(notes.Unreadable, match="signature is not valid"):
        notes.opened(NOTE.replace("\n7\n", "\n8\n"), key=KEY)
    other = notes.Key(KEY.name, b"k" * 32)
    with pytest.raises(notes.Unreadable, match="not signed by the key"):
        notes.opened(NOTE, key=other)


WITNESS = notes.Key("witness.example", KEY.public, notes.COSIGNATURE)


def cosigned(seconds: int) -> str:
    """The note with the witness's line below."""
    return NOTE + notes.cosignature(HEAD.text(), seconds, key=WITNESS, sign=SECRET.sign)


def test_a_witness_is_told_apart_from_another_key_of_its_name() -> None:
    other = f"— {WITNESS.name} {base64.b64encode(b'w' * 76).decode()}\n"
    own = cosigned(1_700_000_000).removeprefix(NOTE)
    for lines in (own, other + own, own + other):
        seen = notes.cosigned(NOTE + lines, key=WITNESS)
        assert seen.isoformat() == "2023-11-14T22:13:20+00:00"
    with pytest.raises(notes.Unreadable, match="not signed by the key"):
        notes.cosigned(NOTE + other, key=WITNESS)


@pytest.mark.parametrize("seconds", [1 << 40, (1 << 63) - 1, (1 << 64) - 1])
def test_a_time_that_no_calendar_has_is_not_taken(seconds: int) -> None:
    with pytest.raises(notes.Unreadable, match="no calendar"):
        notes.cosigned(cosigned(seconds), key=WITNESS)


def test_a_witness_may_sign_below() -> None:
    more = NOTE + f"— witness.example {base64.b64encode(b'w' * 68).decode()}\n"
    assert notes.opened(more, key=KEY) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no note at all\n",
        NOTE.rstrip("\n"),
        NOTE.replace("— ", "- "),
        NOTE + "— name\n",
        NOTE + "— name AAAA\n",
        NOTE + "— name @@@@\n",
        NOTE + "x name AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(notes.Unreadable, match=r"\.$"):
        notes.opened(text, key=notes.Key("name", b"k" * 32))


@pytest.mark.parametrize(
    "text", ["", "o\n1\n", "o\n01\ncg==\n", "o\n-1\ncg==\n", "o\n1\n@\n", "o\n1\ncg==\n"]
)
def test_a_text_that_names_no_tree_is_no_checkpoint(text: str) -> None:
    with pytest.raises(notes.Unreadable, match="does not name a tree"):
        notes.checkpoint_of(text)


def test_a_tree_without_a_name_is_no_checkpoint() -> None:
    with pytest.raises(notes.Unreadable, match="does not name a tree"):
        notes.checkpoint_of(HEAD.text().replace(KEY.name, ""))
