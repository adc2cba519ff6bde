"""Every attacker: its control without protection succeeds, and what it gains with it is bounded.

The gain is the share of right guesses above one half, with a one-sided 99 % bound over the worlds.
Seeds are fixed. The default limits at sigma 20 are attacked, by a whole institution.
"""

import json

import pytest

from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget, cohort
from tests.attacks import (
    attackers,
    groups,
    linear,
    low_effect,
    measure,
    oracles,
    pictures,
    tradeoff,
    worlds,
)

SIGMA = tradeoff.DEFAULT
RULE = protection.Rule(sigma=SIGMA, threshold=11, rounding=5)
ALLOWED = budget.limits(SIGMA)
CONTROL, WORLDS = 0.40, 200
RECORD = json.loads(tradeoff.RESULTS.read_text(encoding="utf-8"))


def attack(attacker: attackers.Attacker, **changed: object) -> measure.Gain:
    told = {
        "protect": oracles.questioned,
        "number": WORLDS,
        "targets": 20,
        "rule": RULE,
        "limits": ALLOWED,
    }
    return measure.attribute(attacker, **(told | changed))


@pytest.mark.parametrize("name", attackers.ATTACKERS)
def test_without_protection_every_attacker_succeeds(name: str) -> None:
    told = attack(attackers.ATTACKERS[name], protect=oracles.off, limits=None, number=10, targets=3)
    assert told.mean >= CONTROL


@pytest.mark.parametrize("name", attackers.ATTACKERS)
def test_with_protection_a_small_sample_gains_little(name: str) -> None:
    """A quick watch over every attacker; the slow tests hold the bound."""
    told = attack(attackers.ATTACKERS[name], number=12, targets=12)
    assert told.mean < 0.15


@pytest.mark.slow
@pytest.mark.parametrize("name", tradeoff.MEASURED)
def test_the_record_of_an_attack_is_what_is_measured(name: str) -> None:
    """And so is the table of the manual, which is drawn from the record."""
    told = tradeoff.attack(name)
    print(told)
    assert told == recorded("attacks", attack=name)


@pytest.mark.slow
@pytest.mark.parametrize("pool", tradeoff.POOLS)
def test_the_record_of_a_budget_is_what_is_measured(pool: int) -> None:
    assert tradeoff.gained(SIGMA, pool) == recorded("gain", sigma=SIGMA, pool=pool)


@pytest.mark.slow
def test_the_record_of_accuracy_is_what_is_measured() -> None:
    assert tradeoff.utility() == RECORD["utility"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["set", "question and set"])
def test_the_record_of_a_remedy_is_what_is_measured(name: str) -> None:
    assert tradeoff.remedy(name) == recorded("remedies", remedy=name)


def test_the_linear_program_succeeds_without_protection() -> None:
    told = linear.attribute(oracles.off, number=5, rule=RULE, limits=None)
    assert told.mean >= CONTROL


def test_a_newcomer_between_editions_is_found_without_protection() -> None:
    told = groups.newcomer(oracles.off, number=5, targets=3, rule=RULE, limits=None)
    assert told.mean >= CONTROL


def test_the_size_of_a_planted_cell_is_found_without_protection() -> None:
    told = groups.sizes(oracles.off, number=3, rule=RULE, limits=None)
    assert told.mean == pytest.approx(0.9)


def test_asking_again_tells_nothing_new() -> None:
    world = worlds.drawn(4, rule=RULE)
    oracle = oracles.Oracle(world, oracles.questioned, key=oracles.key_for("again"))
    node = cohort.AllOf((next(attackers.unions(world, 0)), worlds.POSITIVE))
    assert len({oracle.ask(node) for _ in range(100)}) == 1


def test_known_rephrasings_are_one_question_and_cost_once() -> None:
    world = worlds.drawn(4, rule=RULE)
    oracle = oracles.Oracle(
        world, oracles.questioned, key=oracles.key_for("words"), limits=ALLOWED, form=worlds.normal
    )
    one, two = linear.groups(world, 2)
    forms = [
        cohort.AllOf((one, two)),
        cohort.AllOf((two, one, two)),
        cohort.Not(cohort.AnyOf((cohort.Not(one), cohort.Not(two)))),
        cohort.Not(cohort.Not(cohort.AllOf((cohort.AnyOf((two,)), one)))),
    ]
    assert len({oracle.ask(form) for form in forms}) == 1
    assert len(oracle.past) == 1


def test_noise_by_the_set_alone_falls_to_equality() -> None:
    """Decision 13, and a control of the attack suite: it finds the fault it was made for."""
    told = attack(attackers.equality, protect=oracles.by_set, number=10, targets=10)
    assert told.mean >= CONTROL


def test_ignoring_low_effects_at_a_fixed_limit_falls_to_a_part_on_the_brink() -> None:
    """Why that remedy was not taken: whether a part is dropped may hang on one person."""
    protect = low_effect.ignored(oracles.questioned, spread=0)
    weighed = budget.Limits(person=8, institution=16, edition=64)  # when the remedy was weighed
    told = low_effect.attribute(protect, middle=5.5, number=120, rule=RULE, limits=weighed)
    assert told.mean > 0.15


def test_page_and_chart_show_the_measured_results() -> None:
    page = (tradeoff.MANUAL / "counts.md").read_text(encoding="utf-8")
    chart = (tradeoff.MANUAL / "counts.svg").read_text(encoding="utf-8")
    assert pictures.filled(page, RECORD) == page
    assert pictures.chart(RECORD) == chart


def test_every_attack_on_a_person_or_a_small_group_keeps_the_limit() -> None:
    """At the default noise, and at that of the shipped holdings."""
    assert [row["attack"] for row in RECORD["attacks"]] == list(tradeoff.MEASURED)
    above = {row["attack"] for row in RECORD["attacks"] if row["upper"] > measure.LIMIT}
    assert not above
    for row in RECORD["attacks"]:
        assert row["control"] >= CONTROL, row
        assert row["worlds"] >= WORLDS, row


def test_no_measured_gain_is_above_its_bound_by_more_than_its_error() -> None:
    for row in RECORD["gain"]:
        assert row["mean"] <= row["bound"] + 0.04, row


def recorded(section: str, **named: object) -> dict:
    [row] = [row for row in RECORD[section] if named.items() <= row.items()]
    return row
