"""Aggregate parts: every declared group, small ones hidden, the others rounded."""

import collections
import copy
from pathlib import Path

import pytest

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds


def grouped(*names: str, cohort: dict[str, object] | None = None) -> dict[str, object]:
    return tables.specification(
        level="aggregate", variables={}, group_by=list(names), cohort=cohort
    )


def test_record_level_of_an_aggregate_holding_is_refused(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, level="aggregate")
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification())
    assert refused.value.code == "aggregate-only"
    assert place.build(grouped("SEX")).folder.exists()


def test_small_groups_are_hidden_and_the_others_rounded(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    held = builds.held(place, "subjects")
    exact = collections.Counter(row["STATE"] for row in held)
    built = place.build(grouped("STATE"))
    shown = {row["STATE"]: row["number"] for row in builds.rows(built, "counts")}
    assert set(shown) == {*tables.STATES, "missing"}
    assert 0 < exact["WY"] < 11
    assert {state for state, number in shown.items() if not number} == {"WY", "missing", "TX"}
    assert exact["TX"] >= 11, "the smallest of the others hides what CA and NY leave of all"
    for state in ("CA", "NY"):
        assert int(shown[state]) % 5 == 0
        assert abs(int(shown[state]) - exact[state]) <= 5


def test_every_declared_group_is_listed_whether_anyone_is_in_it_or_not(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    women = {"variable": "SEX", "is": "equals", "value": "F"}
    rows = builds.rows(place.build(grouped("SEX", "AGE", cohort=women)), "counts")
    assert [(row["SEX"], row["AGE"]) for row in rows] == [
        (sex, age)
        for sex in ("F", "M", "missing")
        for age in ("18 to 39", "40 to 64", "65 to 74", "75 and over", "missing")
    ]
    assert all(row["number"] == "" for row in rows if row["SEX"] == "M")


def test_without_groups_there_is_one_number(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    assert builds.rows(place.build(grouped()), "counts") == [{"number": "120"}]


def test_exact_numbers_stay_in_the_receipt(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(grouped("STATE"))
    assert built.manifest["parts"][0]["methods"] == [
        {"table": "subjects", "variable": "STATE", "method": "group"}
    ]
    exact = collections.Counter(row["STATE"] for row in builds.held(place, "subjects"))
    cells = {cell["labels"][0]: cell["units"] for cell in built.receipt["parts"][0]["cells"]}
    assert cells == {**{state: exact[state] for state in tables.STATES}, "missing": 0}
    assert built.manifest["parts"][0]["figures"] == {
        "unit": "person", "cells": 5, "cells_shown": 2,
        "threshold": 11, "rounding": 5,
    }  # fmt: skip


def test_nothing_is_grouped_by_what_does_not_leave(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    override = {"policy": "x", "edition": "1", "fields": {"subjects.SEX": {"method": "drop"}}}
    with pytest.raises(refusals.Refused) as refused:
        place.build(grouped("SEX"), override=override)
    assert refused.value.code == "not-for-groups"


def test_a_column_called_number_keeps_its_name(tmp_path: Path) -> None:
    from muniment.dataplane.package import shape

    assert shape._free_name("number", ["Number", "SEX"]) == "number_"


def test_a_readme_says_how_the_rows_lie(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    declared, released = "groups are declared", "sorted by released values"
    numbers = (place.build(grouped("SEX")).folder / "README.md").read_text(encoding="utf-8")
    rows = (place.build(tables.specification()).folder / "README.md").read_text(encoding="utf-8")
    assert declared in numbers
    assert released not in numbers
    assert released in rows
    assert declared not in rows


def test_what_the_public_cube_shows_limits_what_a_product_may_show(tmp_path: Path) -> None:
    """SEX is public; nearly everyone consented, so their numbers would tell who did not.

    Alone, only the empty cell of missing values needs one other hidden beside it.
    """
    people = [
        [f"S-{n}", "x", "F" if n % 2 else "M", "30", "20.00", "CA", str(n > 3).lower(),
         "2013-01-01", ""]
        for n in range(200)
    ]  # fmt: skip
    consented = {"variable": "CONSENTED", "is": "equals", "value": "true"}
    for cube, shown in (([["SEX"]], {"F": "", "M": ""}), ([], {"F": "", "M": "100"})):
        shape = tables.descriptor()
        shape["muniment"] |= {"cube": cube}
        folder = tables.write_holding(tmp_path / str(len(cube)), shape, subjects=people)
        built = builds.Bench(tmp_path / f"b{len(cube)}", folder).build(
            grouped("SEX", cohort=consented)
        )
        rows = {row["SEX"]: row["number"] for row in builds.rows(built, "counts")}
        assert {sex: rows[sex] for sex in shown} == shown


def test_rows_and_numbers_in_one_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    document = tables.specification(variables={"subjects": ["SEX"]})
    document["parts"].append(copy.deepcopy(grouped("SEX")["parts"][0]) | {"id": "p2"})
    built = place.build(document)
    assert len(builds.rows(built, "p1-subjects")) == 120
    assert len(builds.rows(built, "p2-counts")) == 3


def test_more_groups_than_can_be_protected_are_refused(tmp_path: Path) -> None:
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:  # type: ignore[index]
        if field["name"] in ("SEX", "STATE"):
            field["constraints"]["enum"] += [f"X{number}" for number in range(48)]
        if field["name"] == "AGE":
            field["muniment"]["banded"] = [[age, age] for age in range(18, 66)]
    row = ["S-1", "Person 1", "F", "50", "30", "CA", "true", "2012-01-02", ""]
    folder = tables.write_holding(tmp_path / "holding", shape, subjects=[row])
    with pytest.raises(refusals.Refused, match="Ask for fewer groups") as refused:
        builds.Bench(tmp_path, folder).build(grouped("SEX", "STATE", "AGE"))
    assert refused.value.code == "not-protected"
    assert not list((tmp_path / "out").iterdir())
