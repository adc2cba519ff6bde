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


def keys(key: bytes = KEY, edition: str = "2026.1") -> noise.EditionKeys:
    return noise.edition_keys(key, holding="small", edition=edition)


def drawn(number: int, sigma: int) -> list[int]:
    bits = [noise.Bits(hashlib.sha256(b"%d" % place).digest()) for place in range(number)]
    return [noise.discrete_gaussian(each, sigma=sigma) for each in bits]


@given(hashes, hashes)
def test_the_same_set_has_the_same_noise(members: int, everyone: int) -> None:
    one = noise.for_set(members, everyone, keys=keys(), sigma=10)
    assert one == noise.for_set(members, everyone, keys=keys(), sigma=10)


@given(hashes, hashes)
def test_the_complement_has_the_opposite_noise(members: int, everyone: int) -> None:
    one = noise.for_set(members, everyone, keys=keys(), sigma=10)
    other = noise.for_set(members ^ everyone, everyone, keys=keys(), sigma=10)
    assert one + other == 0 or everyone == 0


def test_other_sets_keys_and_editions_have_other_noise() -> None:
    everyone = 2**127 + 12345
    base = [noise.for_set(place, everyone, keys=keys(), sigma=10) for place in range(200)]
    for other in (keys(key=KEY[::-1]), keys(edition="2027.1")):
        again = [noise.for_set(place, everyone, keys=other, sigma=10) for place in range(200)]
        assert sum(one == two for one, two in zip(base, again, strict=True)) < 30
    assert len(set(base)) > 20


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
