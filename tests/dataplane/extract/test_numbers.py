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
    for state, number in shown.items():
        if exact[state] < 11:
            assert number == "", state
        else:
            assert int(number) % 5 == 0
            assert abs(int(number) - exact[state]) <= 5


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
        "unit": "person", "cells": 5, "cells_shown": sum(n >= 11 for n in exact.values()),
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


def test_rows_and_numbers_in_one_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    document = tables.specification(variables={"subjects": ["SEX"]})
    document["parts"].append(copy.deepcopy(grouped("SEX")["parts"][0]) | {"id": "p2"})
    built = place.build(document)
    assert len(builds.rows(built, "p1-subjects")) == 120
    assert len(builds.rows(built, "p2-counts")) == 3
