"""Attackers on one person: each guesses whether the person is positive, from answers alone.

All know everybody's traits. `greedy` also knows the secret of everybody else and spends the whole
pool on one person: nobody can do better. Each asks until the oracle refuses, or `ROUNDS` times
where it never does.
"""

import itertools
from collections.abc import Callable, Iterator

from muniment.dataplane.spec import cohort
from tests.attacks import worlds
from tests.attacks.oracles import Oracle, Spent, chooser
from tests.attacks.worlds import POSITIVE, TRAITS, World

ROUNDS = 40
Attacker = Callable[[Oracle, int], bool]


def equality(oracle: Oracle, target: int) -> bool:
    """Decision 13: everyone but the target, and those plus the target if positive. Same answer?"""
    base, probe = next(pairs(oracle.world, target))
    return oracle.ask(base) != oracle.ask(probe)


def isolating(oracle: Oracle, target: int) -> bool:
    """The same pair in many forms, averaged."""
    asking = pairs(oracle.world, target)
    return above_half(both(oracle, *pair) for pair in itertools.islice(asking, ROUNDS))


def pairs(world: World, target: int) -> Iterator[tuple[cohort.Node, cohort.Node]]:
    """Two large questions that differ by the target alone, if positive."""
    him = worlds.profile(world.people[target])
    for wide in unions(world, target):
        base = cohort.AllOf((wide, cohort.Not(him)))
        yield base, cohort.AnyOf((base, cohort.AllOf((him, POSITIVE))))


def unions(world: World, target: int) -> Iterator[cohort.Node]:
    """Large groups with the target in each: any one of several traits, the broadest first."""
    own = [worlds.trait(world.people[target], name) for name in TRAITS]
    for many in range(len(own), 1, -1):
        for chosen in itertools.combinations(own, many):
            yield cohort.AnyOf(chosen)


def complement(oracle: Oracle, target: int) -> bool:
    """A group, and the group without the target if positive: never asks about a small set."""
    him = cohort.AllOf((worlds.profile(oracle.world.people[target]), POSITIVE))
    asking = (
        both(oracle, cohort.AllOf((wide, cohort.Not(him))), wide)
        for wide in itertools.islice(unions(oracle.world, target), ROUNDS)
    )
    return above_half(asking)


def tracker(oracle: Oracle, target: int) -> bool:
    """Denning's general tracker: pads on both sides of a group that is about half of all."""
    him = cohort.AllOf((worlds.profile(oracle.world.people[target]), POSITIVE))

    def found() -> Iterator[float | None]:
        for pad in itertools.islice(halves(oracle.world, target), ROUNDS):
            outside = cohort.Not(pad)
            padded = [cohort.AnyOf((pad, him)), cohort.AnyOf((outside, him)), pad, outside]
            first, second, inside, rest = map(oracle.ask, padded)
            if None not in (first, second, inside, rest):
                yield first + second - inside - rest

    return above_half(found())


def halves(world: World, target: int) -> Iterator[cohort.Node]:
    """Two states, or two sites, and so on: groups of about half, whoever the target is."""
    draw = chooser("halves", target)
    while True:
        names = draw.sample(["STATE", "STAGE", "SITE"], 2)
        chosen = [
            worlds.leaf(name, cohort.Op.EQUALS, code)
            for name in names
            for code in draw.sample(worlds.CODES[name], draw.choice([1, 2]))
        ]
        yield cohort.AnyOf(tuple(chosen))


def nested(oracle: Oracle, target: int) -> bool:
    """Ages up to one band's end and up to the next: they differ by the band, hence the target."""
    person = oracle.world.people[target]
    others = cohort.AllOf(tuple(worlds.trait(person, name) for name in TRAITS if name != "AGE"))
    place = next(
        at for at, (_, high) in enumerate(worlds.BANDS) if person.traits["AGE"] <= (high or 200)
    )

    def up_to(at: int, pad: cohort.Node) -> cohort.Node:
        if at < 0:
            return pad
        high = worlds.BANDS[at][1]
        ages = () if high is None else (worlds.leaf("AGE", cohort.Op.AT_MOST, high),)
        return cohort.AnyOf((pad, cohort.AllOf((others, POSITIVE, *ages))))

    def found() -> Iterator[float | None]:
        for wide in itertools.islice(halves(oracle.world, target), ROUNDS):
            pad = cohort.AllOf((wide, cohort.Not(others)))
            yield both(oracle, up_to(place - 1, pad), up_to(place, pad))

    return above_half(found())


def greedy(oracle: Oracle, target: int) -> bool:
    """Positive people in many groups around the target, less those known to be in them."""
    others = ~(1 << target)

    def found() -> Iterator[float | None]:
        asking = unions(oracle.world, target)
        for wide in asking:
            node = cohort.AllOf((wide, POSITIVE))
            shown = oracle.ask(node)
            if shown is not None:
                yield shown - (oracle.world.mask(node) & others).bit_count()

    return above_half(found())


def rephrasing(oracle: Oracle, target: int) -> bool:
    """One set in many forms that no normal form joins: always-true conditions are added to it."""
    wide = next(unions(oracle.world, target))
    plain = cohort.AllOf((wide, POSITIVE))
    known = (oracle.world.mask(plain) & ~(1 << target)).bit_count()

    def found() -> Iterator[float | None]:
        for always in itertools.islice(unions(oracle.world, target), ROUNDS):
            shown = oracle.ask(cohort.AllOf((plain, cohort.AnyOf((always, cohort.Not(always))))))
            yield None if shown is None else shown - known

    return above_half(found())


def both(oracle: Oracle, low: cohort.Node, high: cohort.Node) -> float | None:
    first, second = oracle.ask(low), oracle.ask(high)
    if first is None or second is None:
        return None
    return second - first


def above_half(found: Iterator[float | None]) -> bool:
    """Whether the mean of what was found before the budget ended is nearer to one than to none.

    A complement counts the other way round: callers give differences that grow with the secret.
    """
    known: list[float] = []
    try:
        for each in found:
            if each is not None:
                known.append(each)
    except Spent:
        pass
    return bool(known) and sum(known) / len(known) > 0.5


ATTACKERS: dict[str, Attacker] = {
    each.__name__: each
    for each in (
        equality, isolating, complement, tracker, nested, rephrasing, greedy
    )
}  # fmt: skip
