"""What protection costs and what it buys: `python -m tests.attacks.tradeoff` writes the figures.

It measures (some minutes; name sections to measure only those), keeps the results in
`tradeoff.json`, and from them draws the chart and the tables of the manual's page on counts. A test
holds page and chart against the results.
"""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from muniment.dataplane import noise
from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget
from tests.attacks import attackers, groups, linear, low_effect, measure, oracles, pictures

RESULTS = Path(__file__).with_name("tradeoff.json")
MANUAL = Path(__file__).parents[2] / "docs" / "manual"
SIGMAS = [5, 10, 20, 27, 30, 40]
POOLS = [1, 4, 16, 64]
COUNTS = [25, 50, 100, 250, 1000, 5000]
DEFAULT = 20
# What a descriptor has that names none, and what the shipped holdings of people have.
UNNAMED, SHIPPED = 10, 27


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
    return [gained(sigma, pool) for sigma in SIGMAS for pool in POOLS]


def gained(sigma: int, pool: int) -> dict:
    """One place of the grid, beside its bound."""
    allowed = budget.Limits(person=pool, institution=pool, edition=pool)
    told = measure.attribute(
        attackers.greedy, oracles.questioned, number=200, targets=4 if pool > 16 else 10,
        rule=rule(sigma), limits=allowed,
    )  # fmt: skip
    bound = budget.advantage(pool, sigma=sigma)
    return {"sigma": sigma, "pool": pool, "bound": round(bound, 4), **_told(told)}


def attacks() -> list[dict]:
    """Every attacker at the default budget, beside its control."""
    return [attack(name) for name in MEASURED]


def attack(name: str) -> dict:
    """One attacker at the default budget: the gain with protection, and without."""
    against = MEASURED[name]
    sigma = int(name.partition(AT)[2] or DEFAULT)
    on = against(oracles.questioned, rule(sigma), budget.limits(sigma))
    control = against(oracles.off, rule(sigma), None)
    return {"attack": name, "control": round(control.mean, 4), **_told(on)}


Against = Callable[[oracles.Protection, protection.Rule, budget.Limits | None], measure.Gain]


def _persons(
    attacker: attackers.Attacker,
    *,
    number: int = 200,
    targets: int = 20,
    accounts: list[tuple[str, str]] = oracles.INSTITUTION,
) -> Against:
    """An attacker on single persons; its control, right nearly always, is shown by a few."""

    def against(
        protect: oracles.Protection, plain: protection.Rule, allowed: budget.Limits | None
    ) -> measure.Gain:
        return measure.attribute(
            attacker, protect, number=number if allowed else 200,
            targets=targets if allowed else 2, rule=plain, limits=allowed, accounts=accounts,
        )  # fmt: skip

    return against


AT = ", sigma "


def _sizes(
    protect: oracles.Protection, plain: protection.Rule, allowed: budget.Limits | None
) -> measure.Gain:
    """Sizes of groups: as large a sample, since the bound is as near to the limit."""
    return groups.sizes(protect, number=1000 if allowed else 200, rule=plain, limits=allowed)


MEASURED: dict[str, Against] = {
    "equality": _persons(attackers.equality),
    "isolating": _persons(attackers.isolating),
    "complement": _persons(attackers.complement),
    "tracker": _persons(attackers.tracker),
    "nested": _persons(attackers.nested),
    "rephrasing": _persons(attackers.rephrasing),
    "greedy": _persons(attackers.greedy),
    "greedy, two accounts": _persons(attackers.greedy, accounts=oracles.TWO),
    "linear program": lambda protect, plain, allowed: linear.attribute(
        protect, number=200, rule=plain, limits=allowed
    ),
    "edition subtraction": lambda protect, plain, allowed: groups.newcomer(
        protect, number=200, targets=50 if allowed else 2, rule=plain, limits=allowed
    ),
    "planted cells": _sizes,
    f"greedy{AT}{UNNAMED}": _persons(attackers.greedy),
    f"planted cells{AT}{UNNAMED}": _sizes,
    f"greedy{AT}{SHIPPED}": _persons(attackers.greedy),
    f"greedy, two accounts{AT}{SHIPPED}": _persons(attackers.greedy, accounts=oracles.TWO),
    f"planted cells{AT}{SHIPPED}": _sizes,
}


def remedies() -> list[dict]:
    """The two remedies of decision 13, apart and together, at the default budget."""
    return [remedy(name) for name in REMEDIES]


def remedy(name: str) -> dict:
    """One remedy against three attackers, on a sample that tells large gains from small ones."""
    protect, middle = REMEDIES[name]
    told = {"rule": rule(DEFAULT), "limits": budget.limits(DEFAULT) if name != "none" else None}
    row: dict = {"remedy": name}
    for attacker in (attackers.equality, attackers.isolating):
        row[attacker.__name__] = _told(
            measure.attribute(attacker, protect, number=200, targets=5, **told)
        )
    row["brink"] = _told(low_effect.attribute(protect, middle=middle, number=1000, **told))
    return row


# Each with the number between the two outcomes of the attack on the brink.
REMEDIES: dict[str, tuple[oracles.Protection, float]] = {
    "none": (oracles.off, 10.5),
    "set": (oracles.by_set, 10.5),
    "set, low effects ignored": (low_effect.ignored(oracles.by_set), 5.0),
    "question and set": (oracles.questioned, 10.5),
    "question and set, low effects ignored": (low_effect.ignored(oracles.questioned), 5.0),
    "question and set, low effects ignored at a fixed limit": (
        low_effect.ignored(oracles.questioned, spread=0),
        5.5,
    ),
}


def _told(told: measure.Gain) -> dict:
    return {
        "mean": round(told.mean, 4),
        "upper": round(told.upper, 4),
        "worlds": told.worlds,
        "guesses": told.guesses,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
