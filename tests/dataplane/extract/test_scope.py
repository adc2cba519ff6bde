"""Whose rows are read: a base row is looked up only where the units do not say the same."""

from typing import Any

import pytest
from sqlglot import exp

from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds


def scope(shape: dict[str, Any]) -> Scope:
    women = {"variable": "SEX", "is": "equals", "value": "F"}
    asked = tables.specification(cohort=women, variables={"subjects": ["SEX"]})
    [part] = specification.parse(asked).parts
    return Scope(part, holding.parse(shape), "p1", builds.NOW)


def looks_up(query: exp.Select) -> bool:
    return query.find(exp.Exists) is not None


def test_rows_that_are_joined_with_their_units_need_no_base_row() -> None:
    here = scope(tables.descriptor())
    assert looks_up(here.rows("events", ["TERM"]))
    assert not looks_up(here.rows_of_units("events", ["TERM"]))
    base = here.rows("subjects", ["SEX"])
    assert here.rows_of_units("subjects", ["SEX"]) == base
    assert base.args["where"]


def another_key(shape: dict[str, Any]) -> None:
    shape["resources"][0]["schema"]["primaryKey"] = ["USUBJID", "START"]


def another_type(shape: dict[str, Any]) -> None:
    """A number written in two ways is one number, and two texts."""
    shape["resources"][1]["schema"]["fields"][1]["type"] = "integer"


def about_nobody(shape: dict[str, Any]) -> None:
    events = shape["resources"][1]
    del events["muniment"]["person_key"], events["schema"]["foreignKeys"]
    shape["resources"][0]["schema"]["foreignKeys"] = [
        {"fields": "NOTE", "reference": {"resource": "events", "fields": "EVENTID"}}
    ]


@pytest.mark.parametrize("changed", [another_key, another_type, about_nobody])
def test_otherwise_the_base_row_decides(changed: Any) -> None:
    shape = tables.descriptor()
    changed(shape)
    here = scope(shape)
    assert looks_up(here.rows_of_units("events", ["TERM"]))
