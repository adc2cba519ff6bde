"""The noise: exact, unbounded in principle, tied to a set of people and to nothing else."""

import hashlib
import hmac
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane import noise

KEY = bytes(range(32))
hashes = st.integers(0, 2**128 - 1)
SAID = [16, 3, 15, 8, 5, 5, 12, -7, 13, 16, 1, 4, 8, -5, 2, 4]


def keys(key: bytes = KEY, edition: str = "2026.1") -> noise.EditionKeys:
    return noise.edition_keys(key, holding="small", edition=edition)


def drawn(number: int, sigma: int) -> list[int]:
    bits = [noise.Bits(hashlib.sha256(b"%d" % place).digest()) for place in range(number)]
    return [noise.discrete_gaussian(each, sigma=sigma) for each in bits]


@given(st.binary(max_size=40), hashes)
def test_the_same_question_about_the_same_set_has_the_same_noise(
    question: bytes, members: int
) -> None:
    one = noise.drawn(question, members, keys=keys(), sigma=10)
    assert one == noise.drawn(question, members, keys=keys(), sigma=10)


def draws(
    *, question: bytes = b"q", first: int = 0, edition: str = "2026.1", key: bytes = KEY
) -> list[int]:
    used = keys(key, edition)
    return [noise.drawn(question, first + at, keys=used, sigma=10) for at in range(400)]


def test_other_questions_sets_keys_and_editions_have_unrelated_noise() -> None:
    base = draws()
    others = [
        draws(question=b"Q"), draws(first=1000), draws(key=KEY[::-1]), draws(edition="2027.1")
    ]  # fmt: skip
    assert len(set(base)) > 20
    for other in others:
        together = sum(one * two for one, two in zip(base, other, strict=True)) / 400
        assert abs(together) < 5 * 100 / math.sqrt(400), "the two are correlated"
        assert sum(one == two for one, two in zip(base, other, strict=True)) < 40


def test_a_question_and_its_complement_do_not_cancel() -> None:
    """Were their draws opposite, their sum would be the exact size of the edition."""
    everyone = 2**127 + 12345
    sums = {
        noise.drawn(b"yes", at, keys=keys(), sigma=10)
        + noise.drawn(b"no", at ^ everyone, keys=keys(), sigma=10)
        for at in range(100)
    }
    assert len(sums) > 20


@pytest.mark.parametrize("sigma", [1, 3, 10, 25])
def test_the_noise_has_the_declared_spread_and_shape(sigma: int) -> None:
    """Chi-square over the bulk, by the definition of the distribution; seeds are fixed."""
    number = 6000
    sample = drawn(number, sigma)
    assert abs(sum(sample) / number) < 5 * sigma / math.sqrt(number)
    spread = math.sqrt(sum(each * each for each in sample) / number)
    assert abs(spread - sigma) < 0.05 * sigma
    weights = {x: math.exp(-x * x / (2 * sigma * sigma)) for x in range(-12 * sigma, 12 * sigma)}
    total = sum(weights.values())
    bulk = [x for x in weights if number * weights[x] / total >= 8]
    chi = sum(
        (sample.count(x) - number * weights[x] / total) ** 2 / (number * weights[x] / total)
        for x in bulk
    )
    assert chi < len(bulk) + 5 * math.sqrt(2 * len(bulk))


def test_the_noise_is_not_cut_off() -> None:
    assert max(abs(each) for each in drawn(6000, 10)) > 30


@pytest.mark.parametrize("scale", [1, 4])
def test_the_discrete_laplace_falls_by_a_constant_ratio(scale: int) -> None:
    bits = noise.Bits(b"laplace")
    sample = [noise.discrete_laplace(bits, scale=scale) for _ in range(20_000)]
    ratio = math.exp(-1 / scale)
    zero = (1 - ratio) / (1 + ratio)
    for size in range(4):
        expected = 20_000 * zero * ratio**size
        for value in {size, -size}:
            assert abs(sample.count(value) - expected) < 5 * math.sqrt(expected)


def test_bits_are_uniform_and_repeat_from_their_seed() -> None:
    sample = [noise.Bits(b"seed").below(7) for _ in range(3)]
    assert len(set(sample)) == 1
    bits = noise.Bits(b"seed")
    many = [bits.below(7) for _ in range(14_000)]
    assert all(abs(many.count(value) - 2000) < 250 for value in range(7))
    assert noise.Bits(b"seed").below(1) == 0


def test_bits_are_those_of_sha_256_in_counter_mode_one_after_the_other() -> None:
    """By the definition, and across the ends of blocks: a bit that is skipped would be missed."""
    blocks = [hashlib.sha256(b"seed" + at.to_bytes(8, "big")).digest() for at in range(4)]
    stream = int.from_bytes(b"".join(blocks), "big")
    bytewise, three = noise.Bits(b"seed"), noise.Bits(b"seed")
    assert bytes(bytewise.below(256) for _ in range(128)) == b"".join(blocks)
    threes = [stream >> (1024 - 3 * at) & 7 for at in range(1, 342)]
    assert [three.below(8) for _ in threes] == threes


def test_what_was_answered_once_is_answered_so_again() -> None:
    """Written down when this was made: another sampler would let the same question be averaged."""
    said = [noise.drawn(b"q%d" % at, at, keys=keys(), sigma=10) for at in range(16)]
    assert said == SAID


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        keys(key=b"short")


def test_keys_do_not_show_themselves() -> None:
    shown = repr(keys()) + str(keys())
    assert shown == "EditionKeys(hidden)" * 2


def test_the_pads_are_those_of_hmac() -> None:
    """RFC 2104: H(K xor opad, H(K xor ipad, text))."""
    pads = keys().pads
    inner = hashlib.sha256(pads["inner"] + b"S-1").digest()
    outer = hashlib.sha256(pads["outer"] + inner).digest()
    assert outer == hmac.digest(keys().units, b"S-1", "sha256")
