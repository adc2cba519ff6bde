"""Attacks on more than one person or one edition: planted cells, and who came between editions."""

import dataclasses
import itertools
from collections.abc import Iterator

from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget, cohort
from tests.attacks import attackers, measure, oracles, worlds
from tests.attacks.oracles import Oracle, Spent
from tests.attacks.worlds import World

SIZES = range(1, 11)


def planted(seed: int, size: int, *, rule: protection.Rule) -> tuple[World, cohort.Node]:
    """A world in which so many people share one profile, and the question that names them."""
    world = worlds.drawn(seed, rule=rule)
    first = world.people[0]
    profile = worlds.profile(first)
    alike = world.mask(profile)
    others = [each for at, each in enumerate(world.people) if not alike >> at & 1]
    twins = [dataclasses.replace(first, key=f"T-{at}") for at in range(size)]
    return World([*twins, *others[: 150 - size]], rule=rule), profile


def size_of(oracle: Oracle, cell: cohort.Node) -> int:
    """How many are in a small cell: pads it with large groups whose size is known, and averages."""
    found = []
    try:
        for wide in itertools.islice(attackers.halves(oracle.world, 0), attackers.ROUNDS):
            base = cohort.AllOf((wide, cohort.Not(cell)))
            shown = oracle.ask(cohort.AnyOf((base, cell)))
            if shown is not None:
                found.append(shown - oracle.world.count(base))
    except Spent:
        pass
    mean = sum(found) / len(found) if found else 0
    return min(max(round(mean), SIZES[0]), SIZES[-1])


def sizes(
    protect: oracles.Protection,
    *,
    number: int,
    rule: protection.Rule,
    limits: budget.Limits | None,
) -> measure.Gain:
    """How often the size of a planted cell of 1 to 10 is found, above one in ten.

    `measure.gain` is against a half, so that its figures are moved by 0.4 here.
    """
    right = []
    for seed in range(number):
        hits = []
        for size in SIZES:
            world, cell = planted(seed, size, rule=rule)
            oracle = Oracle(world, protect, key=oracles.key_for(seed, size), limits=limits)
            hits.append(size_of(oracle, cell) == size)
        right.append(hits)
    told = measure.gain(right)
    return dataclasses.replace(told, mean=told.mean + 0.4, upper=told.upper + 0.4)


def newcomer(
    protect: oracles.Protection,
    *,
    number: int,
    targets: int,
    rule: protection.Rule,
    limits: budget.Limits | None,
) -> measure.Gain:
    """One person is new in the second edition; the same questions are asked of both."""
    guesses = []
    for seed in range(number):
        right = []
        second = worlds.drawn(seed, rule=rule)
        told = {"key": oracles.key_for(seed), "limits": limits}
        after = Oracle(second, protect, **told)
        for target, person in enumerate(second.people[:targets]):
            others = [each for each in second.people if each is not person]
            before = Oracle(World(others, edition="2025.1", rule=rule), protect, **told)
            found = attackers.above_half(_differences(before, after.anew(), target))
            right.append(found == person.positive)
        guesses.append(right)
    return measure.gain(guesses)


def _differences(before: Oracle, after: Oracle, target: int) -> Iterator[float | None]:
    asking = attackers.unions(after.world, target)
    for wide in itertools.islice(asking, attackers.ROUNDS):
        node = cohort.AllOf((wide, worlds.POSITIVE))
        first, second = before.ask(node), after.ask(node)
        yield None if first is None or second is None else second - first
