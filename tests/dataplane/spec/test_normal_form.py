"""What a normal form says of derived variables, and of a part about everyone."""

import pytest

from muniment.dataplane.spec import cohort, holding, normal, specification
from tests.dataplane import tables

SMALL = holding.parse(tables.descriptor())


def question(node: object, name: str = "N", **each: object) -> bytes:
    """The question of a cohort beside one derived variable, by default a number of events."""
    shape = tables.specification(cohort=node)
    counted = {"is": "count_of", "table": "events", "where": None, **each}
    shape["parts"][0]["derived"] = [{"name": name, "reason": "x", **counted}]
    return normal.question(specification.parse(shape).parts[0], holding=SMALL)


def compared(value: object, name: str = "N") -> dict:
    return {"variable": name, "is": "at_least", "value": value}


def test_everyone_is_everyone_whatever_a_part_derives() -> None:
    [asked] = specification.parse(tables.specification()).parts
    assert normal.spelled(asked, holding=SMALL) is None
    assert question(None) == question(None, "M") == normal.question(asked, holding=SMALL)


@pytest.mark.parametrize("value", ["x", 2**53 - 1, "9" * 20])
def test_a_number_of_rows_beside_what_no_count_can_hold_is_known_by_what_it_is(
    value: object,
) -> None:
    assert question(compared(value)) == question(compared(value, "M"), "M")
    assert question(compared(value)) != question(compared(2))
    where = {"variable": "GRADE", "is": "at_least", "value": 3}
    assert question(compared(value)) != question(compared(value), where=where)


def test_a_number_of_rows_of_an_unknown_table_is_left_as_it_is() -> None:
    where = {"variable": "GRADE", "is": "at_least", "value": "+3"}
    asked = question(compared(2), table="nowhere", where=where)
    plain = {"table": "nowhere", "where": where, "is": "at_least", "value": 2}
    assert asked != question(compared(2), where=where)
    assert asked == question({"count": plain})


@pytest.mark.parametrize(
    ("op", "value", "same"),
    [
        ("more_than", 1, {"is": "at_least", "value": 2}),
        ("equals", 0, {"is": "less_than", "value": 1}),
    ],
)
def test_one_number_of_rows_in_two_spellings_is_one_question(
    op: str, value: object, same: dict
) -> None:
    def asked(**rule: object) -> bytes:
        return question({"count": {"table": "events", "where": None, **rule}})

    assert asked(**{"is": op, "value": value}) == asked(**same)
    assert asked(**same) != asked(**{"is": "at_least", "value": 5})


@pytest.mark.parametrize("op", ["missing", "present"])
def test_a_number_of_rows_that_is_asked_for_as_such_is_known_by_what_it_is(op: str) -> None:
    node = {"variable": "N", "is": op}
    assert question(node) == question({**node, "variable": "M"}, "M")
    assert question(node) != question({**node, "variable": "AGE"})


def test_every_leaf_is_changed_and_what_stands_inside_a_relation_is_not() -> None:
    asks = {"variable": "SEX", "is": "equals", "value": "F"}
    inside = {"exists": {"table": "events", "where": asks}}
    shape = tables.specification(cohort={"all": [asks, {"any": [{"not": asks}, inside]}]})
    [part] = specification.parse(shape).parts
    seen: list[cohort.Leaf] = []

    def note(leaf: cohort.Leaf) -> cohort.Node:
        seen.append(leaf)
        return cohort.Not(leaf)

    found = cohort.changed(part.cohort, note)
    assert found.document() == {
        "all": [{"not": asks}, {"any": [{"not": {"not": asks}}, {"not": inside}]}]
    }
    assert [leaf.document() for leaf in seen] == [asks, asks, inside]
