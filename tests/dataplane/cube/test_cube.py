"""The public cube: nothing exact, equal bytes for equal answers."""

import datetime
import json
from pathlib import Path

import pytest

from muniment.dataplane import cube
from muniment.dataplane.cube import document
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import faults, holding
from tests.dataplane import tables

CUBE = [["SEX", "STATE"], ["AGE"]]
# A day of embargo has come when it has come everywhere.
LIFTS = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)


def counted(folder: Path) -> cube.Counted:
    read = holding.load(folder)
    with engine.open(read, folder=folder) as connection:
        return cube.count(read, connection)


def people(numbers: dict[str, int], *, first: int = 0) -> list[list[str]]:
    states = [state for state, number in numbers.items() for _ in range(number)]
    return [
        [f"S-{first + n:05d}", "x", "F" if n % 2 else "M", "30", "20.00", state, "true",
         "2013-01-01", ""]
        for n, state in enumerate(states)
    ]  # fmt: skip


def written(root: Path, rows: list[list[str]], **settings: object) -> Path:
    shape = tables.descriptor(edition=str(settings.pop("edition", "2026.1")))
    shape["muniment"] |= {"cube": [["STATE"]], **settings}
    return tables.write_holding(root, shape, subjects=rows)


def state(made: dict[str, object], name: str) -> int | None:
    return document.cells(made)[(("STATE", name),)]


def test_a_cube_holds_protected_numbers_of_the_declared_tables(tmp_path: Path) -> None:
    folder = tables.small_holding(tmp_path, persons=400, settings={"cube": CUBE})
    found = counted(folder)
    made = cube.make(found)
    names = [table["variables"] for table in made["tables"]]
    assert names == [[], ["SEX"], ["STATE"], ["AGE"], ["SEX", "STATE"]]
    cells = document.cells(made)
    assert cells[()] == 400
    assert cells[(("STATE", "WY"),)] is None
    for value in cells.values():
        assert value is None or (value >= 11 and value % 5 == 0)
    assert None in cells.values()


def test_people_under_embargo_are_in_no_public_number_until_it_lifts(tmp_path: Path) -> None:
    rows = people({"CA": 60, "NY": 50, "TX": 40})
    for late in rows[:20]:
        late[7] = "2026-06-01"
    source = holding.load(written(tmp_path, rows, embargo={"table": "subjects", "field": "START"}))
    with engine.open(source, folder=tmp_path) as connection:
        before, after = (
            cube.make(cube.count(source, connection, as_of=at))
            for at in (LIFTS - datetime.timedelta(days=1), LIFTS)
        )
        with pytest.raises(ValueError, match="embargo"):
            cube.count(source, connection)
    assert (document.cells(before)[()], document.cells(after)[()]) == (130, 150)


def test_equal_protected_answers_are_equal_bytes(tmp_path: Path) -> None:
    one = people({"CA": 60, "NY": 50, "TX": 41, "WY": 4})
    other = people({"CA": 61, "NY": 49, "TX": 40, "WY": 6})
    documents = [
        document.written(cube.make(counted(written(tmp_path / str(n), rows))))
        for n, rows in enumerate((one, other))
    ]
    assert documents[0] == documents[1]
    assert state(json.loads(documents[0]), "CA") == 60


def test_a_unit_with_several_values_is_counted_once(tmp_path: Path) -> None:
    shape = tables.descriptor()
    shape["muniment"]["cube"] = [["STATE"]]
    shape["resources"][0]["schema"].pop("primaryKey")
    rows = people({"CA": 60, "NY": 60})
    moved = [[*row[:5], "TX", *row[6:]] for row in rows[:20]]
    found = counted(tables.write_holding(tmp_path, shape, subjects=[*rows, *moved]))
    assert found.axes[0].labels[-1] == "several values"
    made = cube.make(found)
    assert document.cells(made)[()] == 120
    assert found.values == (120, 40, 60, 0, 0, 0, 20)


def required(shape: dict, name: str, **more: object) -> None:
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == name:
            field["constraints"] = {**field.get("constraints", {}), "required": True}
            field["muniment"] |= more


@pytest.mark.parametrize(
    ("name", "bands", "has_missing"),
    [
        ("STATE", None, False),
        ("AGE", [[None, 39], [40, 64], [65, None]], False),
        ("AGE", [[None, 39], [41, 64], [65, None]], True),
        ("AGE", [[0, 39], [40, None]], True),
    ],
)
def test_nothing_is_missing_where_the_descriptor_allows_no_such_value(
    tmp_path: Path, name: str, bands: list | None, has_missing: bool
) -> None:
    shape = tables.descriptor()
    shape["muniment"]["cube"] = [[name]]
    required(shape, name, **({"banded": bands} if bands else {}))
    rows = people({"CA": 60, "NY": 60})
    found = counted(tables.write_holding(tmp_path, shape, subjects=rows))
    assert ("missing" in found.axes[0].labels) is has_missing


def test_a_required_variable_with_an_undeclared_value_stops_the_count(tmp_path: Path) -> None:
    shape = tables.descriptor()
    shape["muniment"]["cube"] = [["STATE"]]
    required(shape, "STATE")
    rows = people({"CA": 120, "ZZ": 1})
    with pytest.raises(faults.Faulty, match="not declared"):
        counted(tables.write_holding(tmp_path, shape, subjects=rows))


def test_a_small_edition_has_no_cube(tmp_path: Path) -> None:
    with pytest.raises(faults.Faulty, match="too small"):
        counted(written(tmp_path, people({"CA": 99})))


def test_a_holding_without_declared_tables_has_none(tmp_path: Path) -> None:
    with pytest.raises(faults.Faulty, match="declares no public tables"):
        counted(written(tmp_path, people({"CA": 120}), cube=[]))


def test_a_described_holding_has_none(tmp_path: Path) -> None:
    read = holding.load(written(tmp_path, [], kind="described"))
    assert [fault.code for fault in cube.refusals(read)] == ["no-cube"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([["NOPE"]], "unknown-variable"),
        ([["NAME"]], "identifier-like"),
        ([["BMI"]], "no-declared-groups"),
        ([["SEX", "SEX"]], "duplicate"),
    ],
)
def test_a_cube_over_what_may_not_be_asked_is_refused(
    tmp_path: Path, names: list[list[str]], code: str
) -> None:
    with pytest.raises(faults.Faulty) as refused:
        holding.load(written(tmp_path, [], cube=names))
    assert code in [fault.code for fault in refused.value.faults]


def test_tables_too_large_to_audit_are_refused(tmp_path: Path) -> None:
    shape = tables.descriptor()
    fields = shape["resources"][0]["schema"]["fields"]
    for field in fields:
        if field["name"] in ("SEX", "STATE", "AGE"):
            field.pop("muniment")
            field |= {"type": "string", "muniment": {"class": "quasi"}}
            field["constraints"] = {"enum": [f"{n}" for n in range(60)]}
    shape["muniment"]["cube"] = [["SEX", "STATE", "AGE"]]
    with pytest.raises(faults.Faulty, match="too large to audit"):
        counted(tables.write_holding(tmp_path, shape, subjects=[]))
