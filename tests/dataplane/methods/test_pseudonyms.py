"""AES-CMAC against its RFC, many at a time against one at a time, and keys that share nothing."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane import pseudonyms

# RFC 4493, section 4.
KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172a"
    "ae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52ef"
    "f69f2445df4f9b17ad2b417be66c3710"
)
VECTORS = [
    (0, "bb1d6929e95937287fa37d129b756746"),
    (16, "070a16b46b4d4144f79bdd9dd04a287c"),
    (40, "dfa66747de9ae63030ca32611497c827"),
    (64, "51f0bebf7e3b9d92fc49741779363cfe"),
]


@pytest.mark.parametrize(("length", "expected"), VECTORS)
def test_tags_are_those_of_rfc_4493(length: int, expected: str) -> None:
    assert pseudonyms.tags(KEY, [MESSAGE[:length]]) == [bytes.fromhex(expected)]
    assert pseudonyms.tag(KEY, MESSAGE[:length]).hex() == expected


@given(st.lists(st.binary(max_size=40), max_size=40), st.binary(min_size=16, max_size=16))
def test_many_at_once_are_the_same_as_one_by_one(messages: list[bytes], key: bytes) -> None:
    assert pseudonyms.tags(key, messages) == [pseudonyms.tag(key, each) for each in messages]


@pytest.mark.parametrize("lengths", [[15, 16, 3, 16], [3, 20, 3], [16, 0, 16], [0, 0]])
def test_messages_of_several_lengths_do_not_run_into_each_other(lengths: list[int]) -> None:
    starts = range(0, 64, 64 // len(lengths))
    messages = [MESSAGE[at : at + length] for at, length in zip(starts, lengths, strict=False)]
    assert pseudonyms.tags(KEY, messages) == [pseudonyms.tag(KEY, each) for each in messages]


def test_a_list_longer_than_a_chunk_keeps_its_order() -> None:
    messages = [b"%d" % number for number in range(2 * pseudonyms.CHUNK + 3)]
    made = pseudonyms.tags(KEY, messages)
    assert len(set(made)) == len(messages)
    assert made[-1] == pseudonyms.tag(KEY, messages[-1])
    codes = pseudonyms.codes(b"".join(made))
    assert codes.to_pylist() == [each.hex() for each in made]
    assert pseudonyms.held(codes.slice(1)) == b"".join(made[1:])


def test_each_use_of_a_line_key_has_a_key_of_its_own() -> None:
    line = bytes(32)
    uses = [
        pseudonyms.derive(line, purpose=purpose, group=group, namespace=namespace)
        for purpose in ("pseudonym", "shift")
        for group in ("p1", "p2")
        for namespace in ("unit", "field a.b")
    ]
    other = pseudonyms.derive(bytes(31) + b"\x01", purpose="shift", group="p1", namespace="unit")
    assert len({*uses, other}) == 9
    assert all(len(key) == 16 for key in uses)


def test_a_use_has_the_same_key_in_every_version() -> None:
    """RFC 5869 by hand: a pseudonym made last year is made again."""
    line = bytes(range(32))
    info = b'["muniment",1,"pseudonym","p1","unit"]'
    drawn = hmac.digest(bytes(32), line, "sha256")
    expected = hmac.digest(drawn, info + b"\x01", "sha256")[:16]
    use = {"purpose": "pseudonym", "group": "p1", "namespace": "unit"}
    assert pseudonyms.derive(line, **use) == expected


def test_a_line_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonyms.derive(bytes(16), purpose="shift", group="p1", namespace="unit")


@given(st.binary(min_size=16, max_size=16))
def test_a_shift_is_whole_weeks_and_never_a_small_one(tag: bytes) -> None:
    days = pseudonyms.shift_days(tag)
    assert days % 7 == 0
    assert 28 <= abs(days) <= 364


def test_shifts_go_both_ways_and_reach_every_week() -> None:
    drawn = {pseudonyms.shift_days(pseudonyms.tag(KEY, b"%d" % n)) for n in range(4000)}
    weeks = range(4, 53)
    assert drawn == {7 * week for week in weeks} | {-7 * week for week in weeks}


@given(st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=30))
def test_ranks_follow_the_order_of_the_codes(tags: list[bytes]) -> None:
    ranks = pseudonyms.ranks(b"".join(tags))
    codes = [tag.hex() for tag in tags]
    assert [codes[spot] for spot in sorted(range(len(codes)), key=lambda n: ranks[n])] == sorted(
        codes
    )


def test_tags_that_begin_alike_are_told_apart_by_their_ends() -> None:
    tags = [bytes(8) + bytes([last] * 8) for last in (9, 255, 0)]
    assert pseudonyms.ranks(b"".join(tags)).tolist() == [1, 2, 0]


@given(st.binary(min_size=16, max_size=16))
def test_a_shift_is_drawn_from_the_whole_tag(tag: bytes) -> None:
    drawn = int.from_bytes(tag, "big") % 98
    weeks = 4 + drawn % 49
    assert pseudonyms.shift_days(tag) == 7 * (weeks if drawn < 49 else -weeks)


def test_codes_are_read_back_as_the_tags_they_show() -> None:
    made = bytes(range(64))
    column = pseudonyms.codes(made)
    assert pseudonyms.held(column) == made
    assert pseudonyms.held(column.slice(1, 2)) == made[16:48]
    assert pseudonyms.held(pseudonyms.codes(b"")) == b""
