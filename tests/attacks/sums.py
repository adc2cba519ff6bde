"""A rival reads a table of sums: how near it comes to the largest of its own group.

The rival has the second largest amount of the group, or of the groups that are hidden together; it
knows the total of all units where that is no secret itself, and shown sums exactly, before they are
rounded. It takes away all it knows; what is left is the most that the largest can have.
"""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from muniment.dataplane.cube import measured, product
from muniment.dataplane.spec import holding, specification
from muniment.dataplane.spec.measures import Kind
from tests.dataplane import tables

GROUPS = len(tables.STATES)
UNITS = 100
# Amounts so uneven that most groups have an owner, as totals of practices have.
SHAPE = 0.4

World = list[measured.Unit]
Protect = Callable[[World], list[bool]]
"""Which sums are shown, group by group."""


def drawn(seed: int) -> World:
    """A hundred units in four groups."""
    draw = random.Random(seed)
    amounts = (Fraction(round(draw.paretovariate(SHAPE), 2)) for _ in range(UNITS))
    return [((draw.randrange(GROUPS),), amount) for amount in amounts]


def off(world: World) -> list[bool]:
    """Every sum is shown."""
    return [True] * GROUPS


def each_by_itself(world: World) -> list[bool]:
    """The rule for one sum, and nobody who subtracts."""
    return [not measured.RULE.dominated(_group(world, spot)) for spot in range(GROUPS)]


def ours(world: World) -> list[bool]:
    """As a build protects them."""
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:  # type: ignore[index]
        if field["name"] == "STATE":
            field["constraints"] = {**field.get("constraints", {}), "required": True}
    asked = tables.specification(level="aggregate", variables={}, group_by=["STATE"])
    asked["parts"][0]["measures"] = [{"variable": "BMI", "is": "sum"}]
    [part] = specification.parse(asked).parts
    behind = product.solved(
        product.product(holding.parse(shape), part), [(*place, 1, 1) for place, _ in world]
    )
    return [value is not None for value in measured.shown(behind, world, Kind.SUM)]


def found(world: World, shown: Sequence[bool]) -> list[bool]:
    """For each group, whether its largest amount is known within the rule's percent."""
    return [_is_near(*_read(world, shown, spot)) for spot in range(GROUPS)]


def _read(world: World, shown: Sequence[bool], spot: int) -> tuple[list[Fraction], Fraction]:
    """The amounts that a sum is known of in which the group's largest is, and that largest."""
    own = _group(world, spot)
    if shown[spot]:
        return own, max(own)
    left = [amount for (place,), amount in world if not shown[place]]
    known = not measured.RULE.dominated([amount for _, amount in world])
    return (left if known else []), max(own)


def _is_near(amounts: list[Fraction], largest: Fraction) -> bool:
    """Whoever owns the largest of the others takes away its own."""
    if len(amounts) < 2:
        return amounts == [largest]
    rest = sorted(amounts)
    rest.remove(largest)
    most = sum(amounts) - rest[-1]
    return 100 * (most - largest) < measured.RULE.percent * largest


def _group(world: World, spot: int) -> list[Fraction]:
    return [amount for (place,), amount in world if place == spot]
