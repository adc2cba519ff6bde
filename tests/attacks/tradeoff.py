"""What protection costs and what it buys: `python -m tests.attacks.tradeoff` writes the figures.

It measures (some minutes; name sections to measure only those), keeps the results in
`tradeoff.json`, and from them draws the chart and the tables of the manual's page on counts. A test
holds page and chart against the results.
"""

import json
import statistics
import sys
from pathlib import Path

from muniment.dataplane import noise
from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget
from tests.attacks import attackers, groups, linear, low_effect, measure, oracles, pictures

RESULTS = Path(__file__).with_name("tradeoff.json")
MANUAL = Path(__file__).parents[2] / "docs" / "manual"
SIGMAS = [5, 10, 20, 30, 40]
POOLS = [1, 4, 16, 64]
COUNTS = [25, 50, 100, 250, 1000, 5000]
DEFAULT = 20


def main(wanted: list[str]) -> None:
    sections = {"utility": utility, "gain": grid, "attacks": attacks, "remedies": remedies}
    for name in wanted or sections:
        measured = sections[name]()
        found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        found[name] = measured
        RESULTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    write(json.loads(RESULTS.read_text(encoding="utf-8")))


def write(found: dict) -> None:
    (MANUAL / "counts.svg").write_text(pictures.chart(found), encoding="utf-8")
    page = MANUAL / "counts.md"
    page.write_text(pictures.filled(page.read_text(encoding="utf-8"), found), encoding="utf-8")


def rule(sigma: int) -> protection.Rule:
    return protection.Rule(sigma=sigma, threshold=11, rounding=5)


def utility() -> list[dict]:
    """The median error of a shown number as a share of the count, by sigma and size."""
    rows = []
    for sigma in SIGMAS:
        keys = noise.edition_keys(oracles.key_for("utility", sigma), holding="u", edition="1")
        for size in COUNTS:
            told = [
                protection.said(size, at, question=b"u", rule=rule(sigma), keys=keys).shown
                for at in range(2000)
            ]
            errors = [size if shown is None else abs(shown - size) for shown in told]
            rows.append(
                {
                    "sigma": sigma,
                    "count": size,
                    "error": round(statistics.median(errors) / size, 4),
                    "hidden": round(sum(shown is None for shown in told) / len(told), 4),
                }
            )
    return rows


def grid() -> list[dict]:
    """What the strongest attacker gains, by sigma and questions of the pool."""
    rows = []
    for sigma in SIGMAS:
        for pool in POOLS:
            allowed = budget.Limits(person=pool, institution=pool, edition=pool)
            told = measure.attribute(
                attackers.greedy, oracles.questioned, number=200, targets=4 if pool > 16 else 10,
                rule=rule(sigma), limits=allowed,
            )  # fmt: skip
            bound = budget.advantage(pool, sigma=sigma)
            rows.append({"sigma": sigma, "pool": pool, "bound": round(bound, 4), **_told(told)})
    return rows


def attacks() -> list[dict]:
    """Every attacker at the default budget, beside its control."""
    return [attack(name) for name in [*attackers.ATTACKERS, *LARGER]]


def attack(name: str) -> dict:
    """One attacker at the default budget: the gain with protection, and without."""
    allowed, plain = budget.limits(DEFAULT), rule(DEFAULT)
    if name in LARGER:
        on = LARGER[name](oracles.questioned, plain, allowed)
        control = LARGER[name](oracles.off, plain, None)
    else:
        attacker = attackers.ATTACKERS[name]
        number, targets = (400, 64) if name in ("greedy", "rephrasing") else (200, 20)
        on = measure.attribute(
            attacker, oracles.questioned, number=number, targets=targets, rule=plain, limits=allowed
        )
        control = measure.attribute(
            attacker, oracles.off, number=200, targets=2, rule=plain, limits=None
        )
    return {"attack": name, "control": round(control.mean, 4), **_told(on)}


def _two(
    protect: oracles.Protection, plain: protection.Rule, allowed: budget.Limits | None
) -> measure.Gain:
    number, targets = (400, 64) if allowed else (200, 2)
    return measure.attribute(
        attackers.greedy, protect, number=number, targets=targets, rule=plain, limits=allowed,
        accounts=oracles.TWO,
    )  # fmt: skip


LARGER = {
    "two accounts": _two,
    "linear program": lambda protect, plain, allowed: linear.attribute(
        protect, number=200, rule=plain, limits=allowed
    ),
    "edition subtraction": lambda protect, plain, allowed: groups.newcomer(
        protect, number=200, targets=20 if allowed else 2, rule=plain, limits=allowed
    ),
    "planted cells": lambda protect, plain, allowed: groups.sizes(
        protect, number=200, rule=plain, limits=allowed
    ),
}


def remedies() -> list[dict]:
    """The two remedies of decision 13, apart and together, at the default budget."""
    allowed, plain = budget.limits(DEFAULT), rule(DEFAULT)
    behind = {
        "none": (oracles.off, 10.5, None),
        "set": (oracles.by_set, 10.5, allowed),
        "set, low effects ignored": (low_effect.ignored(oracles.by_set), 5.0, allowed),
        "question and set": (oracles.questioned, 10.5, allowed),
        "question and set, low effects ignored": (
            low_effect.ignored(oracles.questioned), 5.0, allowed,
        ),
        "question and set, low effects ignored at a fixed limit": (
            low_effect.ignored(oracles.questioned, spread=0), 5.5, allowed,
        ),
    }  # fmt: skip
    rows = []
    for name, (protect, middle, limits) in behind.items():
        row: dict = {"remedy": name}
        for attacker in (attackers.equality, attackers.isolating):
            told = measure.attribute(
                attacker, protect, number=100, targets=10, rule=plain, limits=limits
            )
            row[attacker.__name__] = _told(told)
        told = low_effect.attribute(protect, middle=middle, number=1500, rule=plain, limits=limits)
        row["brink"] = _told(told)
        rows.append(row)
    return rows


def _told(told: measure.Gain) -> dict:
    return {
        "mean": round(told.mean, 4),
        "upper": round(told.upper, 4),
        "worlds": told.worlds,
        "guesses": told.guesses,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
