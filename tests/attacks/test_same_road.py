"""The worlds of the attacks answer as the product does: same people, same key, same numbers."""

from pathlib import Path

import pytest

from muniment.dataplane import counts
from muniment.dataplane.counts import protection
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import budget, cohort, holding
from tests.attacks import attackers, linear, oracles, worlds

KEY = bytes(range(32))
RULE = protection.Rule(sigma=20, threshold=11, rounding=5)


class Engine:
    """The oracle of an attacker, answered by the engine from files."""

    def __init__(self, world: worlds.World, folder: Path) -> None:
        self.world = world
        self.holding = holding.load(worlds.write(world, folder))
        self.connection = engine.open(self.holding, folder=folder)

    def ask(self, node: cohort.Node | None, *, key: bytes = KEY) -> int | None:
        part = worlds.part(node)
        told = {"holding": self.holding, "connection": self.connection}
        return counts.protected(part, key=key, **told).shown

    def exact(self, node: cohort.Node | None) -> int:
        told = {"holding": self.holding, "connection": self.connection}
        return counts.exact(worlds.part(node), **told).reveal(purpose="A control of an attack.")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    world = worlds.drawn(1, rule=RULE)
    opened = Engine(world, tmp_path_factory.mktemp("attacked") / "world")
    yield opened
    opened.connection.close()


def questions(world: worlds.World) -> list[cohort.Node | None]:
    base, probe = next(attackers.pairs(world, 3))
    wide = linear.groups(world, 6)
    return [None, base, probe, worlds.profile(world.people[3]), cohort.Not(base), *wide]


def test_the_world_and_the_engine_give_the_same_protected_numbers(real: Engine) -> None:
    fast = oracles.Oracle(real.world, oracles.questioned, key=KEY, form=worlds.normal)
    asked = questions(real.world)
    assert [fast.ask(node) for node in asked] == [real.ask(node) for node in asked]


def test_the_world_and_the_engine_count_the_same_people(real: Engine) -> None:
    asked = questions(real.world)
    assert [real.world.count(node) for node in asked] == [real.exact(node) for node in asked]


def test_the_budget_of_the_oracle_is_the_products(real: Engine) -> None:
    """One institution of many people gets as many answers as its limit, and repeats are free."""
    allowed = budget.limits(RULE.sigma)
    oracle = oracles.Oracle(
        real.world, oracles.questioned, key=KEY, limits=allowed, form=worlds.normal
    )
    wide = linear.groups(real.world, 100)
    first = oracle.ask(wide[0])
    assert oracle.ask(wide[0]) == first
    for node in wide[1 : allowed.institution]:
        oracle.ask(node)
    with pytest.raises(oracles.Spent):
        oracle.ask(wide[-1])
    assert len({past.question for past in oracle.past}) == allowed.institution


def test_an_attack_on_the_engine_fails_and_its_control_succeeds(real: Engine) -> None:
    """Decision 13 on real files: equal answers told then; now they differ either way."""
    targets = worlds.alone(real.world)[:8]
    told, exact = [], []
    for target in targets:
        base, probe = next(attackers.pairs(real.world, target))
        positive = real.world.people[target].positive
        exact.append((real.exact(base) != real.exact(probe)) == positive)
        keys = [bytes([at + 1]) * 32 for at in range(3)]
        for key in keys:
            different = real.ask(base, key=key) != real.ask(probe, key=key)
            told.append((positive, different))
    assert all(exact), "without protection the attack is right every time"
    for positive in (True, False):
        seen = [different for truth, different in told if truth == positive]
        assert sum(seen) / len(seen) > 0.7, "answers differ whether or not the person is positive"
