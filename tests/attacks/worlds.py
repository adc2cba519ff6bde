"""Small worlds of people for attacks: a real descriptor, and the same people as bits of integers.

A set of people is an integer with a bit per person, so that a question is answered in
microseconds. `write` puts the same world into files that the engine reads.
"""

import dataclasses
import functools
import hmac
import operator
import random
from pathlib import Path
from typing import Any

from muniment.dataplane.counts import asked, protection
from muniment.dataplane.spec import cohort, holding, specification
from tests.dataplane import tables

SECRET = "POSITIVE"
BANDS = [[18, 39], [40, 64], [65, 74], [75, None]]
CODES = {
    "SEX": ["F", "M"],
    "STATE": ["CA", "NY", "TX", "WA"],
    "STAGE": ["I", "II", "III", "IV"],
    "ARM": ["A", "B", "C"],
    "SITE": ["10", "11", "12", "13"],
    "SMOKES": ["no", "past", "yes"],
}
TRAITS = ["AGE", *CODES]
EDITION = "2026.1"


@dataclasses.dataclass(frozen=True)
class Person:
    key: str
    traits: dict[str, object]
    positive: bool


class World:
    """People drawn from a seed; nearly all of them are alone with their traits."""

    def __init__(
        self, people: list[Person], *, edition: str = EDITION, rule: protection.Rule | None = None
    ) -> None:
        self.people = people
        self.edition = edition
        self.rule = rule or protection.Rule(sigma=20, threshold=11, rounding=5)
        self.everyone = (1 << len(people)) - 1
        self._leaves: dict[cohort.Comparison, int] = {}
        self._values: dict[str, dict[object, int]] = {}
        self._last: tuple[cohort.Node | None, int] = (None, self.everyone)

    def mask(self, node: cohort.Node | None) -> int:
        """The people who fit, as bits. Kept for the node asked last: oracle and attacker ask."""
        if self._last[0] is not node:
            self._last = (node, self._mask(node))
        return self._last[1]

    def _mask(self, node: cohort.Node | None) -> int:
        if isinstance(node, cohort.Comparison):
            found = self._leaves.get(node)
            if found is None:
                held = self._held(node.variable).items()
                found = self._leaves[node] = sum(mask for value, mask in held if fits(node, value))
            return found
        if node is None:
            return self.everyone
        if isinstance(node, cohort.Not):
            return self.everyone & ~self._mask(node.node)
        masks = map(self._mask, node.nodes)
        if isinstance(node, cohort.AllOf):
            return functools.reduce(operator.and_, masks, self.everyone)
        return functools.reduce(operator.or_, masks, 0)

    def _held(self, variable: str) -> dict[object, int]:
        """Value -> the people who have it, so that a comparison looks at values, not at people."""
        held = self._values.get(variable)
        if held is None:
            held = self._values[variable] = {}
            for at, each in enumerate(self.people):
                value = each.positive if variable == SECRET else each.traits[variable]
                held[value] = held.get(value, 0) | 1 << at
        return held

    def count(self, node: cohort.Node | None) -> int:
        return self.mask(node).bit_count()

    def hashes(self, key: bytes) -> list[int]:
        """Each person's keyed hash, as the engine computes it: the first 128 bits."""
        return [
            int.from_bytes(hmac.digest(key, each.key.encode(), "sha256")[:16], "big")
            for each in self.people
        ]


@functools.lru_cache(maxsize=256)
def drawn(seed: int, *, persons: int = 150, **settings: object) -> World:
    """The same world is drawn for one attacker after the other; nobody changes it."""
    draw = random.Random(f"world-{seed}-{persons}")
    return World([_person(draw, number) for number in range(persons)], **settings)


def _person(draw: random.Random, number: int) -> Person:
    traits: dict[str, object] = {"AGE": draw.randrange(18, 96)}
    traits |= {name: draw.choice(codes) for name, codes in CODES.items()}
    return Person(f"S-{number:05d}", traits, draw.random() < 0.5)


def fits(node: cohort.Comparison, value: object) -> bool:
    """Whether somebody with that value fits; the secret is asked for where it is true."""
    if node.variable == SECRET:
        return bool(value)
    match node.op:
        case cohort.Op.EQUALS:
            return value == node.values[0]
        case cohort.Op.AT_MOST:
            return value <= node.values[0]
        case cohort.Op.AT_LEAST:
            return value >= node.values[0]
        case cohort.Op.BETWEEN:
            return node.values[0] <= value <= node.values[1]
    raise TypeError(f"A world does not compare by {node.op}.")


def trait(person: Person, name: str) -> cohort.Comparison:
    """What a question may say of a person's trait: a code, or the published band of the age."""
    value = person.traits[name]
    if name != "AGE":
        return leaf(name, cohort.Op.EQUALS, value)
    low, high = next(band for band in BANDS if value >= band[0] and value <= (band[1] or 200))
    if high is None:
        return leaf(name, cohort.Op.AT_LEAST, low)
    return leaf(name, cohort.Op.BETWEEN, low, high)


@functools.cache
def leaf(name: str, op: cohort.Op, *values: object) -> cohort.Comparison:
    """One object for each comparison, so that finding its mask again compares nothing."""
    return cohort.Comparison(name, op, values)


POSITIVE = cohort.Comparison(SECRET, cohort.Op.EQUALS, ("true",))


@functools.lru_cache(maxsize=256)
def alone(world: World) -> tuple[int, ...]:
    """Positions of those whom their traits single out."""
    people = enumerate(world.people)
    return tuple(at for at, person in people if world.mask(profile(person)) == 1 << at)


def profile(person: Person) -> cohort.AllOf:
    return cohort.AllOf(tuple(trait(person, name) for name in TRAITS))


def as_written(node: cohort.Node | None, edition: str) -> bytes:
    """A question by its very words. Nothing is joined, which is for the attacker and fast."""
    return f"{edition} {words(node)}".encode()


def words(node: cohort.Node | None) -> str:
    """Other trees have other words."""
    if isinstance(node, cohort.Comparison):
        return _words_of(node)
    if node is None:
        return "everybody"
    if isinstance(node, cohort.Not):
        return f"not({words(node.node)})"
    return f"{type(node).__name__}({','.join(map(words, node.nodes))})"


_words_of = functools.cache(repr)


def normal(node: cohort.Node | None, edition: str) -> bytes:
    """A question by its normal form, as the engine keys on it."""
    return asked.form(part(node, edition), node, holding=_held(edition))


def part(node: cohort.Node | None, edition: str = EDITION) -> specification.Part:
    shape = tables.specification(
        cohort=None if node is None else node.document(), holding="attacked", edition=edition
    )
    return specification.parse(shape).parts[0]


def described(edition: str) -> dict[str, Any]:
    """The descriptor of every world's holding."""
    shape = tables.descriptor(holding="attacked", edition=edition)
    field = tables._field
    fields = [
        field("USUBJID", "string", "direct", {"method": "pseudonym"}),
        field("AGE", "integer", "quasi", {"method": "top90"}, banded=BANDS),
        *[
            field(name, "string", "quasi", {"method": "keep"}, codes=codes)
            for name, codes in CODES.items()
        ],
        field(SECRET, "boolean", "sensitive", {"method": "keep"}),
    ]
    resource = shape["resources"][0]
    resource["schema"]["fields"] = fields
    shape["resources"] = [resource]
    return shape


@functools.cache
def _held(edition: str) -> holding.Holding:
    return holding.parse(described(edition))


def write(world: World, folder: Path) -> Path:
    """The world as a holding in files."""
    shape = described(world.edition)
    shape["muniment"] |= {
        "noise_sigma": world.rule.sigma,
        "threshold": world.rule.threshold,
        "rounding": world.rule.rounding,
    }
    tables.write_holding(folder, shape, subjects=[])
    rows = [
        [each.key, *[str(each.traits[name]) for name in TRAITS], str(each.positive).lower()]
        for each in world.people
    ]
    tables.write_csv(folder / "subjects.csv", ["USUBJID", *TRAITS, SECRET], rows)
    (folder / "events.csv").unlink()
    holding.load(folder)
    return folder
