"""No walk finds a way around a hard rule; and the walks would find one if there were one."""

from collections.abc import Mapping
from random import Random

import hypothesis
import pytest
from hypothesis import strategies

from muniment.rulebook import hard_rules, reading
from muniment.rulebook.step import Step, fact_of
from muniment.rulebook.words import Fact, Stage, Track
from tests.rulebook import books, walk, watched

MOVE = 64 * 5 * 2_000
LENGTH = 250
REQUESTED = (Track.INTERNAL, Track.EXPEDITED, Track.FULL)
LIVES = strategies.lists(strategies.integers(0, MOVE - 1), min_size=LENGTH, max_size=LENGTH)

# What each rule forbids, as the books tell it: what has happened so far, and who acts.
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "applicant-confirms": ({"confirmed": 0}, "official"),
    "availability-before-policy": ({"available_for": 0}, "official"),
    "policy-before-merit": ({"available_for": 1, "policy_for": 0}, "official"),
    "agreement-with-estimate": ({"drafted": 0, "estimated": 0}, "official"),
    "nobody-in-own-cause": ({}, "conflicted"),
    "superseded-never-overwritten": ({"determination": "deny"}, "official"),
    "appeal-heard-by-others": ({}, books.TOOK_PART_BEFORE),
    "refusal-has-reason": ({"wordless": True}, "official"),
    "waiver-by-another": ({"waiver_by": "official"}, "official"),
    "builder-never-checks": ({"builders": frozenset({"builder"})}, "builder"),
    "risk-within-limit": ({"risky": True}, "checker"),
}


@hypothesis.given(
    moves=LIVES,
    track=strategies.sampled_from(REQUESTED),
    kind=strategies.sampled_from(books.KINDS),
)
@hypothesis.settings(suppress_health_check=list(hypothesis.HealthCheck))
def test_no_walk_breaks_a_hard_rule(moves: list[int], track: Track, kind: Fact) -> None:
    assert walk.walk(moves, track=track, kind=kind, steps=reading.STEPS).breaches == []


@pytest.mark.parametrize("track", REQUESTED)
def test_walks_reach_releases_and_nearly_every_step(track: Track) -> None:
    """A search that never comes near a release would prove nothing about releases."""
    lives = [_life(seed, track=track, steps=reading.STEPS) for seed in range(80)]
    assert sum("release" in life.taken for life in lives) >= 10
    assert sum("release_later_build" in life.taken for life in lives) >= 1
    taken = {name for life in lives for name in life.taken}
    possible = {step.name for steps in walk.wild_choices(reading.STEPS).values() for step in steps}
    assert len(taken) > len(possible) * 2 / 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("applicant-confirms", Fact.SPECIFICATION_CONFIRMED),
        ("availability-before-policy", Fact.AVAILABILITY_CURRENT),
        ("policy-before-merit", Fact.POLICY_PASSED),
        ("agreement-with-estimate", Fact.ESTIMATE_DRAFTED),
        ("agreement-with-estimate", Fact.AGREEMENT_DRAFTED),
        ("gate-before-release", Fact.AGREEMENT_SIGNED_BY_ALL),
        ("gate-before-release", Fact.FEE_SETTLED),
        ("gate-before-release", Fact.CONDITIONS_BEFORE_RELEASE_MET),
        ("only-what-was-approved", Fact.PLAN_MATCHES_APPROVAL),
        ("nobody-in-own-cause", Fact.IS_CONFLICTED),
        ("builder-never-checks", Fact.BUILT_IT),
        ("released-after-check", Fact.CHECKED_BY_ANOTHER),
        ("waiver-by-another", Fact.ASKED_FOR_IT),
        ("appeal-heard-by-others", Fact.DECIDED_BEFORE),
        ("census-as-aggregates", Fact.CENSUS_AT_RECORD_LEVEL),
        ("embargo-holds", Fact.UNDER_EMBARGO),
        ("tightened-binds-at-once", Fact.RESTRICTION_TIGHTENED),
        ("change-stops-build", Fact.AMENDMENT_PENDING),
        ("refusal-has-reason", Fact.REASON_GIVEN),
        ("risk-within-limit", Fact.RISK_WITHIN_LIMIT),
    ],
)
def test_walks_find_the_breach_once_a_rule_is_taken_out(name: str, fact: Fact) -> None:
    """The control run: without the cell, the same walks see the rule broken."""
    rule = next(rule for rule in hard_rules.HARD_RULES if rule.name == name)
    loose = {
        step.name: without(step, fact=fact) if step.name in rule.steps else step
        for step in reading.STEPS.values()
    }
    assert _found(name, steps=loose)


@pytest.mark.parametrize("name", sorted(watched.WATCHED))
def test_walks_watch_every_row_that_a_rule_binds(name: str) -> None:
    rule = next(rule for rule in hard_rules.HARD_RULES if rule.name == name)
    assert watched.WATCHED[name] == set(rule.steps)


def test_walks_have_a_verdict_for_every_hard_rule() -> None:
    judged = watched.WATCHED.keys() | walk.at_release(books.Books()).keys()
    assert judged == {rule.name for rule in hard_rules.HARD_RULES}


@pytest.mark.parametrize("name", sorted(watched.WATCHED))
def test_every_row_is_stopped_by_the_cells_of_the_rule_and_by_nothing_less(name: str) -> None:
    """Row by row, with the matter as the rule forbids it: refused, and bare of cells a breach."""
    rule = next(rule for rule in hard_rules.HARD_RULES if rule.name == name)
    wrong, person = WRONG[name]
    for step in (reading.STEPS[row] for row in watched.WATCHED[name]):
        at = {"stage": next(iter(step.at), None), "track": next(iter(step.tracks), Track.FULL)}
        alone = step._replace(needs=rule.needs, never=rule.never)
        stopped = books.Books(**at, **wrong)
        assert not walk.attempt(stopped, step=alone, person=person), step.name
        assert stopped.breaches == []
        free = books.Books(**at, **wrong)
        assert walk.attempt(free, step=step._replace(needs=(), never=()), person=person)
        assert name in free.breaches, step.name


def test_walks_find_a_determination_that_is_overwritten() -> None:
    loose = dict(reading.STEPS)
    deny = without(loose["deny_by_office"], fact=Fact.DETERMINATION_STANDS)
    loose["deny_by_office"] = deny._replace(at=(Stage.AGREEMENT,))
    assert _found("superseded-never-overwritten", steps=loose)


def test_walks_find_an_approval_lost_before_the_release() -> None:
    loose = {name: without(step, fact=Fact.APPROVAL_STANDS) for name, step in reading.STEPS.items()}
    loose["supersede_determination"] = loose["supersede_determination"]._replace(to=None)
    assert _found("no-release-without-request", steps=loose)


def test_walks_find_an_end_that_is_left_without_reopening() -> None:
    loose = dict(reading.STEPS)
    loose["submit"] = loose["submit"]._replace(at=(Stage.DRAFT, Stage.WITHDRAWN))
    assert _found("ends-reopen-only", steps=loose)


def without(step: Step, *, fact: Fact) -> Step:
    """The same row with one cell taken out of both columns."""
    return step._replace(
        needs=tuple(cell for cell in step.needs if fact_of(cell) is not fact),
        never=tuple(cell for cell in step.never if fact_of(cell) is not fact),
    )


def _found(rule: str, *, steps: Mapping[str, Step]) -> bool:
    """Whether a few hundred lives break this rule; stops at the first that does."""
    return any(
        rule in _life(seed, track=track, steps=steps).breaches
        for seed in range(600)
        for track in (Track.FULL, Track.EXPEDITED)
    )


def _life(seed: int, *, track: Track, steps: Mapping[str, Step]) -> books.Books:
    chance = Random(seed)
    kind = Fact.IS_REQUEST if seed % 4 else books.KINDS[seed // 4 % len(books.KINDS)]
    moves = [chance.randrange(MOVE) for _ in range(LENGTH)]
    return walk.walk(moves, track=track, kind=kind, steps=steps)
