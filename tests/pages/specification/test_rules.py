"""Rows and conditions: what rows can show comes back as it was; the rest stays text."""

import json
from typing import Any

import pytest

from muniment.dataplane.spec import cohort, holding, specification
from muniment.dataplane.spec.reader import Reader
from muniment.pages.specification import editing, reading, rules
from tests.pages.specification.conftest import described

AGE = {"variable": "AGE", "is": "at_least", "value": 65}
SEX = {"variable": "SEX", "is": "equals", "value": "F"}
RACE = {"variable": "RACE", "is": "in", "value": ["WHITE", "ASIAN"]}
GONE = {"variable": "DTHFL", "is": "missing"}
SPAN = {"variable": "AGE", "is": "between", "value": [18, 64]}
SERIOUS = {"variable": "AESER", "is": "equals", "value": "Y"}
SEVERE = {"variable": "AESEV", "is": "equals", "value": "SEVERE"}
BOTH = {"exists": {"table": "adverse_events", "where": {"all": [SERIOUS, SEVERE]}}}
SHOWN = {
    "everyone": None,
    "one rule": AGE,
    "all": {"all": [AGE, SEX, GONE, SPAN]},
    "any": {"all": [AGE, {"any": [SEX, RACE]}]},
    "any alone": {"any": [SEX, RACE]},
    "none": {"not": {"any": [SEX, RACE]}},
    "not one": {"not": SEX},
    "a related row": BOTH,
    "any related row": {"exists": {"table": "adverse_events", "where": None}},
    "a related row with one rule": {"exists": {"table": "adverse_events", "where": SERIOUS}},
    "no related row": {"all": [AGE, {"not": BOTH}]},
    "in between": {"all": [AGE, {"any": [SEX, RACE]}, GONE]},
}
TEXT = {
    "deeper": {"any": [{"all": [AGE, SEX]}, RACE]},
    "not all": {"not": {"all": [AGE, SEX]}},
    "any of related rows": {"exists": {"table": "adverse_events", "where": {"any": [SERIOUS]}}},
    "numbers of rows": {
        "count": {"table": "adverse_events", "where": None, "is": "at_least", "value": 2}
    },
}


def pilot() -> holding.Holding:
    return holding.parse(described())


def node(document: Any) -> cohort.Node | None:
    return None if document is None else cohort.CohortReader(Reader()).node(document, "")


def part(document: Any) -> specification.Part:
    [read] = specification.parse(
        {
            "muniment_specification": 1,
            "parts": [
                {
                    "id": "p1", "holding": "sdtm-pilot", "edition": "2026.1", "level": "record",
                    "tables": [{"name": "subjects", "variables": [{"name": "AGE", "reason": "x"}]}],
                    "cohort": document,
                }
            ],
        }
    ).parts  # fmt: skip
    return read


@pytest.mark.parametrize("name", SHOWN)
def test_what_rows_show_comes_back_as_it_was(name: str) -> None:
    groups = rules.groups_of(node(SHOWN[name]))
    assert groups is not None
    assert rules.written(groups, pilot()).document == SHOWN[name]
    assert reading.of(part(SHOWN[name]), pilot()).text is None


@pytest.mark.parametrize("name", TEXT)
def test_what_rows_cannot_show_is_edited_as_text_and_kept(name: str) -> None:
    assert rules.groups_of(node(TEXT[name])) is None
    draft = reading.of(part(TEXT[name]), pilot())
    assert draft.text is not None
    assert json.loads(draft.text) == TEXT[name]
    assert editing.pressed(draft, "rows", pilot(), table="") == draft
    assert draft.document(pilot())[0]["cohort"] == TEXT[name]


def test_rows_become_text_and_text_rows_again() -> None:
    draft = reading.of(part(SHOWN["in between"]), pilot())
    text = editing.pressed(draft, "text", pilot(), table="")
    assert text.text is not None
    assert json.loads(text.text) == SHOWN["in between"]
    assert editing.pressed(text, "rows", pilot(), table="") == draft


def test_text_that_is_no_json_stays_as_it_was_typed() -> None:
    draft = reading.of(part(TEXT["deeper"]), pilot())
    for typed in ("{", "[1.5]", '{"all": []}'):
        broken = reading.Draft(**{**_fields(draft), "text": typed})
        assert editing.pressed(broken, "rows", pilot(), table="").text == typed


def test_a_rule_without_a_variable_is_no_condition() -> None:
    groups = (rules.Group(rules.Kind.ALL, (rules.Rule(), rules.Rule("AGE", "at_least", ("65",)))),)
    assert rules.written(groups, pilot()).document == AGE


def test_numbers_are_numbers_and_codes_stay_codes() -> None:
    groups = (rules.Group(rules.Kind.ALL, (rules.Rule("SITEID", "equals", ("007",)),)),)
    assert rules.written(groups, pilot()).document == {
        "variable": "SITEID", "is": "equals", "value": "007",
    }  # fmt: skip


@pytest.mark.parametrize("name", [each for each in SHOWN if SHOWN[each] is not None])
def test_every_rule_knows_where_it_stands_in_the_document(name: str) -> None:
    groups = rules.groups_of(node(SHOWN[name]))
    assert groups is not None
    who = rules.written(groups, pilot())
    for path, (group, rule) in who.places.items():
        found: Any = who.document
        for step in path.split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found[step]
        if rule >= 0:
            assert found["variable"] == groups[group].rules[rule].variable
        assert who.find_place(path + "/value") == (group, rule)
    assert who.find_place("/elsewhere") is None or "" in who.places


@pytest.mark.parametrize(
    "button", ["", "add", "add:9", "remove:0", "remove:0:9", "ungroup:7", "group:odd", "group:has",
               "no:1", "add:-1", "remove:0:99999", "text:", "group:"],
)  # fmt: skip
def test_a_button_that_nobody_drew_loses_nothing(button: str) -> None:
    draft = reading.of(part(SHOWN["any"]), pilot())
    pressed = editing.pressed(draft, button, pilot(), table="nowhere")
    if pressed.text is None:
        assert pressed.groups == draft.groups
    else:
        assert json.loads(pressed.text) == SHOWN["any"]


def test_groups_are_added_and_taken_out() -> None:
    draft = reading.new("p1", pilot(), level="record")
    more = editing.pressed(draft, "group:has", pilot(), table="adverse_events")
    more = editing.pressed(more, "group:none", pilot(), table="")
    more = editing.pressed(more, "add:1", pilot(), table="")
    assert [(group.kind, group.table, len(group.rules)) for group in more.groups] == [
        ("all", "", 1), ("has", "adverse_events", 2), ("none", "", 1),
    ]  # fmt: skip
    less = editing.pressed(more, "remove:1:0", pilot(), table="")
    less = editing.pressed(less, "ungroup:2", pilot(), table="")
    assert [len(group.rules) for group in less.groups] == [1, 1]


def _fields(draft: reading.Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__slots__}
