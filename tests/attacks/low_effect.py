"""A remedy that was weighed and not taken: conditions that move few people are ignored.

Innermost first, a child of a group is dropped when the count without it differs by fewer people
than a limit, which is noisy and seeded by those people. It stops questions that isolate a person,
and makes others worse: where one person decides whether a part is dropped, the answer moves by the
whole part. `brink` attacks that.
"""

import contextlib
import dataclasses
import hmac
import itertools
from collections.abc import Callable, Iterator

from muniment.dataplane import noise
from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget, cohort
from tests.attacks import measure, oracles, worlds
from tests.attacks.oracles import Oracle, Protection, Spent
from tests.attacks.worlds import POSITIVE, Person, World

LIMIT, SPREAD = 11, 3
PART = worlds.leaf("STATE", cohort.Op.EQUALS, "CA")


def ignored(inner: Protection, *, limit: int = LIMIT, spread: int = SPREAD) -> Protection:
    """Conditions that move fewer people than a noisy limit are dropped before the count."""

    def protect(oracle: Oracle, node: cohort.Node | None) -> int | None:
        return inner(oracle, node and trimmed(oracle, node, limit=limit, spread=spread))

    return protect


def trimmed(oracle: Oracle, node: cohort.Node, *, limit: int, spread: int) -> cohort.Node | None:
    """The tree without those children of a group whose absence moves too few, innermost first."""

    def moves(old: cohort.Node, new: cohort.Node | None) -> bool:
        differ = oracle.world.mask(old) ^ oracle.world.mask(new)
        seed = hmac.digest(oracle.keys.noise, b"%x" % oracle.xor(differ), "sha256")
        draw = noise.discrete_gaussian(noise.Bits(seed), sigma=spread) if spread else 0
        return differ.bit_count() >= limit + draw

    def kept(here: cohort.Node, whole: Callable[[cohort.Node | None], cohort.Node]) -> cohort.Node:
        if isinstance(here, cohort.Not):
            return cohort.Not(kept(here.node, lambda new: whole(cohort.Not(new))))
        if not isinstance(here, cohort.AllOf | cohort.AnyOf):
            return here
        kind, nodes = type(here), list(here.nodes)
        for at in range(len(nodes) - 1, -1, -1):
            others = (nodes[:at], nodes[at + 1 :])
            nodes[at] = kept(nodes[at], lambda new, o=others, k=kind: whole(k((*o[0], new, *o[1]))))
            without = kind((*others[0], *others[1]))
            if len(nodes) > 1 and not moves(whole(kind(tuple(nodes))), whole(without)):
                del nodes[at]
        return kind(tuple(nodes))

    return kept(node, lambda new: new)


def on_the_brink(seed: int, *, rule: protection.Rule) -> World:
    """One fewer than the limit are positive in a part, the first person aside, who is in it too."""
    world = worlds.drawn(seed, rule=rule)
    draw = oracles.chooser("brink", seed)
    positive, negative = itertools.count(), itertools.count()

    def placed(at: int, person: Person) -> Person:
        rank = next(positive if person.positive else negative) if at else 0
        inside = not at or rank < (LIMIT - 1 if person.positive else 2 * LIMIT)
        state = "CA" if inside else draw.choice(["NY", "TX", "WA"])
        return dataclasses.replace(person, traits={**person.traits, "STATE": state})

    return World([placed(at, each) for at, each in enumerate(world.people)], rule=rule)


def brink(oracle: Oracle, *, middle: float) -> bool:
    """Asks for the part beside other large groups; `middle` lies between the two outcomes."""

    def found() -> Iterator[float]:
        for states in itertools.combinations(["NY", "TX", "WA"], 2):
            for name in ("STAGE", "SITE", "ARM", "SMOKES"):
                for codes in itertools.combinations(worlds.CODES[name], 2):
                    base = cohort.AllOf((_one_of("STATE", states), _one_of(name, codes)))
                    shown = oracle.ask(cohort.AnyOf((base, cohort.AllOf((PART, POSITIVE)))))
                    if shown is not None:
                        yield shown - oracle.world.count(base)

    known: list[float] = []
    with contextlib.suppress(Spent):
        for each in itertools.islice(found(), 40):
            known.append(each)  # one by one, so that those before the end are kept
    return sum(known) / max(len(known), 1) > middle


def _one_of(name: str, codes: tuple[str, ...]) -> cohort.Node:
    return cohort.AnyOf(tuple(worlds.leaf(name, cohort.Op.EQUALS, code) for code in codes))


def attribute(
    protect: Protection,
    *,
    middle: float,
    number: int,
    rule: protection.Rule,
    limits: budget.Limits | None,
) -> measure.Gain:
    """`brink` on one person in each of so many worlds."""
    guesses = []
    for seed in range(number):
        world = on_the_brink(seed, rule=rule)
        oracle = Oracle(world, protect, key=oracles.key_for("brink", seed), limits=limits)
        guesses.append([brink(oracle, middle=middle) == world.people[0].positive])
    return measure.gain(guesses)
