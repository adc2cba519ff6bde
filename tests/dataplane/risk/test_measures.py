"""How alone the units of a stored table are, among themselves and among everyone in the holding."""

import collections
import csv
import datetime
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session, staging, watch
from muniment.dataplane.risk import figures, generalize, lattice, measures
from muniment.dataplane.spec import holding
from tests.dataplane import tables
from tests.dataplane.extract import builds


def test_special_uniques_are_not_sought_among_more_groups_than_can_be_held(tmp_path: Path) -> None:
    """Each person is a group here: the risks are still told, and of uniques nothing is said."""
    many = measures.MOST_COMBINATIONS + 1
    rest = ["Person", "F", "40", "22.00", "CA", "true", "2012-01-02", ""]
    told = {}
    for people in (3, many):
        folder = tmp_path / str(people)
        subjects = ([f"S-{at}", *rest] for at in range(people))
        tables.write_holding(folder, tables.descriptor(), subjects=subjects)
        place = (folder, holding.load(folder))
        with (
            staging.beside(tmp_path / f"out-{people}") as stage,
            session.Session(place, staging=stage, watch=watch.Watch(), label="p1") as engine,
        ):
            sizes = measures.sizes(engine, nodes.table("subjects", "t"), ["USUBJID"])
            found = measures.grouped(engine, "subjects", ["USUBJID"], found=sizes)
            told[people] = measures.of_groups(found, found)
    assert told[3]["uniques"]["unique"] == 3
    assert told[many]["uniques"] is None
    assert told[many]["rates_millionths"]["prosecutor_most"] == 1_000_000


def held(*rows: tuple[tuple[str | None, ...], int]) -> generalize.Combined:
    values = tuple(tuple(dict.fromkeys(row[spot] for row, _ in rows)) for spot in range(2))
    keys = [[known.index(cell) for known, cell in zip(values, row, strict=True)] for row, _ in rows]
    sizes = np.array([units for _, units in rows])
    return generalize.Combined(values, lattice.Groups(np.array(keys), sizes))


EVERYONE = held((("F", "41"), 4), (("F", "47"), 3), (("M", "41"), 9), ((None, "47"), 2))


def test_a_group_may_be_about_anyone_in_the_register_whom_it_fits() -> None:
    here = held((("F", "41"), 1), ((None, "41"), 2), ((None, None), 5), (("F", "90"), 6))
    assert measures.in_register(here, EVERYONE) == [4, 13, 18, 6]


def test_a_register_is_put_into_the_form_of_the_release() -> None:
    here = held((("F", "40-49"), 2), ((None, "40-49"), 3))
    forms = [{}, {"41": "40-49"}]
    assert measures.in_register(here, EVERYONE, forms=forms) == [4, 13]


KEPT = {"policy": "p", "edition": "1", "fields": {"subjects.STATE": {"method": "keep"}}}


@pytest.mark.parametrize("cohort", [None, {"variable": "AGE", "is": "at_least", "value": 65}])
def test_the_journalist_looks_through_everyone_in_the_holding(
    cohort: dict | None, tmp_path: Path
) -> None:
    """By hand: whom each released row fits, among all rows of the holding."""
    place = builds.Bench.at(tmp_path)
    names = ["SEX", "AGE", "STATE"]
    asked = tables.specification(variables={"subjects": names}, cohort=cohort)
    built = place.build(asked, override=KEPT)
    everyone = collections.Counter(
        tuple(str(min(int(row[name] or 0), 90)) if name == "AGE" and row[name] else row[name]
              for name in names)
        for row in builds.held(place, "subjects")
    )  # fmt: skip
    released = [tuple(row[name] for name in names) for row in builds.rows(built, "subjects")]
    fits = [
        sum(units for one, units in everyone.items()
            if all(cell in ("", known) for cell, known in zip(row, one, strict=True)))
        for row in released
    ]  # fmt: skip
    told = built.receipt["parts"][0]["risk"]["measures"]
    most = figures.millionths(Fraction(1, min(fits)))
    assert told["after"]["rates_millionths"]["journalist_most"] == most
    before = told["before"]["rates_millionths"]
    if cohort is None:
        assert before["journalist_most"] == before["prosecutor_most"]
    assert most < before["journalist_most"] <= before["prosecutor_most"]


def test_the_journalist_finds_each_person_once_and_nobody_who_may_not_be_seen(
    tmp_path: Path,
) -> None:
    """Rows of nobody, a repeated row and rows under embargo make no group larger than it is."""
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["embargo"] = {"table": "subjects", "field": "START"}
    del shape["resources"][0]["schema"]["primaryKey"]
    path.write_text(json.dumps(shape), encoding="utf-8")
    cohort = {"variable": "AGE", "is": "at_least", "value": 40}
    asked = tables.specification(variables={"subjects": ["SEX"]}, cohort=cohort)
    before = journalist(place, asked)
    rows = builds.held(place, "subjects")
    free = [row for row in rows if row["START"] <= "2013-06-01"]
    fewest = min(collections.Counter(row["SEX"] for row in free).values())
    assert before == figures.millionths(Fraction(1, fewest))
    young = [row for row in free if row["AGE"] and int(row["AGE"]) < 40]
    with (place.folder / "subjects.csv").open("a", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        written.writerows([*young, *({**row, "USUBJID": ""} for row in free)])
    assert journalist(place, asked) == before


def journalist(place: builds.Bench, asked: dict[str, object]) -> int:
    now = datetime.datetime(2013, 6, 1, 12, tzinfo=datetime.UTC)
    [part] = place.build(asked, now=now).receipt["parts"]
    return part["risk"]["measures"]["after"]["rates_millionths"]["journalist_most"]
