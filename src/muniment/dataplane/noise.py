"""Noise that belongs to a question and the people it counts: asking again changes nothing.

For one edition the draws of different questions are independent, so that a budget of questions
bounds what all answers together can tell: `spec.budget` says how much. The set of people is in
the seed too, so that a number whose people changed (an embargo lifted) is not the old one shifted.

The sampler is exact: integers only, after Canonne, Kamath and Steinke, "The Discrete Gaussian for
Differential Privacy" (2020), algorithms 1 to 3. Floating point would leave traces in the tails.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

SHORTEST_KEY = 32
BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C  # RFC 2104


@dataclass(frozen=True, slots=True, repr=False)
class EditionKeys:
    """Two keys drawn from the noise key for one edition: one for units, one for noise."""

    units: bytes
    noise: bytes

    def __repr__(self) -> str:
        return "EditionKeys(hidden)"

    @property
    def pads(self) -> dict[str, bytes]:
        """The HMAC pads of the unit key, to be bound as parameters and never written down."""
        block = self.units.ljust(BLOCK, b"\0")
        return {
            "inner": bytes(byte ^ _INNER for byte in block),
            "outer": bytes(byte ^ _OUTER for byte in block),
        }


def edition_keys(key: bytes, *, holding: str, edition: str) -> EditionKeys:
    """Other editions get unrelated noise. Raises `ValueError` for a key of under 32 bytes."""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"A noise key has at least {SHORTEST_KEY} bytes.")

    def derived(use: str) -> bytes:
        said = "\0".join(["muniment-noise-1", use, holding, edition])
        return hmac.digest(key, said.encode(), "sha256")

    return EditionKeys(derived("units"), derived("noise"))


def drawn(question: bytes, members: int, *, keys: EditionKeys, sigma: int) -> int:
    """The noise of a question's normal form, given the XOR of its members' keyed hashes.

    A question and its complement have unrelated draws: were they opposite, asking both would tell
    the exact size of the whole.
    """
    asked = hashlib.sha256(question).digest()
    seed = hmac.digest(keys.noise, b"%d|%032x|" % (sigma, members) + asked, "sha256")
    return discrete_gaussian(Bits(seed), sigma=sigma)


class Bits:
    """Endless uniform bits from one seed: SHA-256 in counter mode."""

    def __init__(self, seed: bytes) -> None:
        self._blocks = self._stream(seed)
        self._pool = 0
        self._held = 0

    def below(self, limit: int) -> int:
        """A uniform integer from 0 to `limit` - 1, by rejection."""
        width = (limit - 1).bit_length()
        while True:
            drawn = self._take(width)
            if drawn < limit:
                return drawn

    def _take(self, width: int) -> int:
        while self._held < width:
            self._pool = self._pool << 256 | next(self._blocks)
            self._held += 256
        self._held -= width
        drawn = self._pool >> self._held
        self._pool &= (1 << self._held) - 1
        return drawn

    @staticmethod
    def _stream(seed: bytes) -> Iterator[int]:
        counter = 0
        while True:
            block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
            yield int.from_bytes(block, "big")
            counter += 1


def discrete_gaussian(bits: Bits, *, sigma: int) -> int:
    """An integer x with probability proportional to exp(-x² / 2 sigma²)."""
    scale = sigma + 1
    while True:
        drawn = discrete_laplace(bits, scale=scale)
        distance = abs(drawn) * scale - sigma**2
        if _bernoulli_exp(bits, distance**2, 2 * sigma**2 * scale**2):
            return drawn


def discrete_laplace(bits: Bits, *, scale: int) -> int:
    """An integer x with probability proportional to exp(-|x| / scale)."""
    while True:
        rest = bits.below(scale)
        if not _bernoulli_exp(bits, rest, scale):
            continue
        whole = 0
        while _bernoulli_exp(bits, 1, 1):
            whole += 1
        size = rest + scale * whole
        negative = bits.below(2) == 1
        if not (negative and size == 0):
            return -size if negative else size


def _bernoulli_exp(bits: Bits, numerator: int, denominator: int) -> bool:
    """True with probability exp(-numerator / denominator)."""
    while numerator > denominator:
        if not _bernoulli_exp(bits, 1, 1):
            return False
        numerator -= denominator
    tries = 1
    while bits.below(denominator * tries) < numerator:
        tries += 1
    return tries % 2 == 1
