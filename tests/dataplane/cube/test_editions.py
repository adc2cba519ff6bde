"""One edition after another: no two of those published, subtracted, single out a few people."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from muniment.dataplane import cube
from muniment.dataplane.cube import compose, document
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import faults, holding
from tests.dataplane import tables

THRESHOLD = 11
EVERYONE = "everyone"
STATES = ("CA", "NY", "TX", "WY")


def person(number: int, state: str) -> list[str]:
    return [f"S-{number:05d}", "x", "F", "30", "20.00", state, "true", "2013-01-01", ""]


def people(numbers: dict[str, int], *, first: int = 0) -> list[list[str]]:
    states = [state for state, number in numbers.items() for _ in range(number)]
    return [person(first + n, state) for n, state in enumerate(states)]


def written(
    root: Path, edition: str, rows: Sequence[list[str]], *, rounding: int = 1, **settings: object
) -> cube.Counted:
    """An edition, counted. Without rounding an attacker reads every number as it is."""
    shape = tables.descriptor(edition=edition)
    shape["muniment"] |= {"cube": [["STATE"]], "rounding": rounding, **settings}
    folder = tables.write_holding(root / edition, shape, subjects=rows)
    read = holding.load(folder)
    with engine.open(read, folder=folder) as connection:
        return cube.count(read, connection)


def published(editions: Sequence[cube.Counted]) -> list[compose.Edition]:
    """All editions published one after the other, each compared with all before it."""
    found: list[compose.Edition] = []
    for counted in editions:
        found.append(compose.Edition(counted, cube.make(counted, earlier=found)))
    return found


def forgetful(editions: Sequence[cube.Counted]) -> list[compose.Edition]:
    """The control: each compared with the one just before it, and with no other."""
    found: list[compose.Edition] = []
    for counted in editions:
        made = {**cube.make(counted, earlier=found[-1:]), "earlier": []}
        found.append(compose.Edition(counted, made))
    return found


def state(made: compose.Edition, name: str) -> int | None:
    cells = document.cells(made.printed)
    return cells[()] if name == EVERYONE else cells[(("STATE", name),)]


def too_few(editions: Sequence[compose.Edition]) -> list[tuple[str, str, str]]:
    """What an attacker finds who subtracts every edition from every other: (group, from, to).

    A number that was never printed before, beside the true one of an edition since which too few
    people came or went, tells of these few. The last group of a line follows from the others.
    """
    found = []
    for at, later in enumerate(editions):
        for former in editions[:at]:
            changes = changed(former.counted, later.counted)
            seen = {
                name
                for name in changes
                if state(later, name) not in [None, *(state(each, name) for each in editions[:at])]
                and state(former, name) == number(former.counted, name)
            }
            if len(seen) == len(changes) - 1:
                seen = set(changes)
            edges = [each.counted.holding.edition for each in (former, later)]
            found += [(name, *edges) for name in sorted(seen) if changes[name] < THRESHOLD]
    return found


def number(counted: cube.Counted, name: str) -> int:
    places = [counted.axes[0].labels[spot] for (spot,) in counted.places.values()]
    return len(places) if name == EVERYONE else places.count(name)


def changed(former: cube.Counted, later: cube.Counted) -> dict[str, int]:
    """How many people came to or went from each state, and altogether."""
    labels = former.axes[0].labels
    moved = set(former.places.items()) ^ set(later.places.items())
    places = [labels[spot] for _, (spot,) in moved]
    return {EVERYONE: len(places), **{name: places.count(name) for name in labels}}


def three_editions(root: Path, *, joined: int) -> list[cube.Counted]:
    """Some join New York; in the third edition they are gone again, and three others join."""
    stay = people({"CA": 60, "NY": 150, "TX": 40, "WY": 30})
    some = people({"NY": joined, "CA": 40, "TX": 40}, first=1000)
    three = people({"NY": 3, "CA": 80, "TX": 80}, first=2000)
    twelve, twelve_more = (people({"WY": 12}, first=first) for first in (3000, 4000))
    return [
        written(root, "2026.1", stay),
        written(root, "2026.2", [*stay, *some, *twelve]),
        written(root, "2026.3", [*stay, *three, *twelve, *twelve_more]),
    ]


def test_subtracting_editions_shows_no_change_of_few_people(tmp_path: Path) -> None:
    """Three people join NY: each edition made on its own, the attacker reads the three."""
    rows = people({"CA": 60, "NY": 50, "TX": 40})
    more = [*rows, *people({"NY": 3, "CA": 40}, first=1000)]
    both = [written(tmp_path, "2026.1", rows), written(tmp_path, "2026.2", more)]
    apart = [compose.Edition(counted, cube.make(counted)) for counted in both]
    assert (state(apart[0], "NY"), state(apart[1], "NY")) == (50, 53)
    [_, second] = published(both)
    assert second.printed["edition"] == "2026.2"
    assert second.printed["earlier"] == ["2026.1"]
    assert state(second, "NY") in (50, None)
    assert state(second, "TX") in (40, None)


def test_three_editions_tell_no_more_than_two(tmp_path: Path) -> None:
    """Against the edition just before it thirteen changed, against the first one only three."""
    editions = three_editions(tmp_path, joined=10)
    control = forgetful(editions)
    assert [state(each, "NY") for each in control] == [150, 150, 153]
    assert too_few(control) == [("NY", "2026.1", "2026.3")]
    made = published(editions)
    assert [state(each, "NY") for each in made] == [150, 150, 150]
    assert too_few(made) == []
    assert made[2].printed["earlier"] == ["2026.1", "2026.2"]


def test_a_number_that_stands_is_hidden_where_it_is_of_a_far_edition(tmp_path: Path) -> None:
    """The second edition's number would be untrue by now, and today's tells of the first."""
    made = published(three_editions(tmp_path, joined=15))
    assert [state(each, "NY") for each in made] == [150, 165, None]


def test_no_number_stands_while_its_group_grows_away_from_it(tmp_path: Path) -> None:
    """Ten join each time, too few since the edition before, and in the end many since the first."""
    some = [people({"CA": 60, "NY": 150, "TX": 40, "WY": 30})]
    for first in range(1000, 5000, 1000):
        joined = {"NY": 10, "CA": 40, "TX": 40, "WY": 12 if first == 1000 else 0}
        some.append([*some[-1], *people(joined, first=first)])
    made = published([written(tmp_path, f"2026.{n}", rows) for n, rows in enumerate(some, 1)])
    assert [number(each.counted, "NY") for each in made] == [150, 160, 170, 180, 190]
    assert [state(each, "NY") for each in made] == [150, 150, None, None, None]
    assert too_few(made) == []


def world(seed: int) -> list[list[list[str]]]:
    """Four editions of a holding where some come, go and come back; one state only grows."""
    random = Random(seed)
    home = {n: random.choice(STATES[:3]) for n in range(400)}
    inside = set(range(250))
    found = []
    for at in range(4):
        grown = people({"WY": 20 + 12 * at}, first=1000)
        found.append([*[person(n, home[n]) for n in sorted(inside)], *grown])
        for group in STATES[:3]:
            here = [n for n in home if home[n] == group]
            inside ^= set(here[: random.choice((3, 10, 13, 24, 30))])
    return found


def test_no_two_of_many_editions_tell_of_few_people(tmp_path: Path) -> None:
    """In 8 random worlds: with the last edition alone it can be told, with all of them not."""
    told = 0
    for seed in range(8):
        editions = [
            written(tmp_path / str(seed), f"2026.{n}", rows)
            for n, rows in enumerate(world(seed), start=1)
        ]
        told += bool(too_few(forgetful(editions)))
        assert too_few(published(editions)) == [], seed
    assert told >= 4


def test_a_number_changes_once_enough_people_changed(tmp_path: Path) -> None:
    rows = people({"CA": 60, "NY": 50, "TX": 40})
    more = [*rows, *people({"NY": 30, "CA": 40, "TX": 20, "WY": 12}, first=1000)]
    [_, made] = published(
        [
            written(tmp_path, "2026.1", rows, rounding=5),
            written(tmp_path, "2026.2", more, rounding=5),
        ]
    )
    assert [state(made, name) for name in ("CA", "NY", "TX")] == [100, 80, 60]


def test_no_edition_that_was_compared_before_is_forgotten(tmp_path: Path) -> None:
    editions = three_editions(tmp_path, joined=10)
    made = published(editions[:2])
    with pytest.raises(faults.Faulty, match=r"compared with those of 2026\.1; give these"):
        cube.make(editions[2], earlier=made[1:])


def test_an_earlier_document_must_fit(tmp_path: Path) -> None:
    rows = people({"CA": 60, "NY": 60})
    old, new = (written(tmp_path, edition, rows) for edition in ("2026.1", "2026.2"))
    wider = written(tmp_path / "wider", "2026.1", rows, cube=[["SEX"]])
    other = written(tmp_path / "other", "2026.1", rows, holding="large")
    good = cube.make(old)
    cells = {"tables": [{"variables": [], "cells": [{"labels": [], "value": "x"}]}]}
    for counted, printed, says in (
        (old, cube.make(new), "another edition"),
        (wider, cube.make(wider), "other tables"),
        (other, cube.make(other), "large is another holding than small"),
        (old, {"muniment_cube": 7}, "no public cube"),
        (old, {**good, **cells}, "no public cube"),
        (old, {**good, "earlier": "2026.1"}, "no public cube"),
        (old, {**good, "earlier": [1]}, "no public cube"),
    ):
        with pytest.raises(faults.Faulty, match=says):
            cube.make(new, earlier=[compose.Edition(counted, printed)])
