"""What an amendment changes, said in sentences, and the gates it opens again."""

import copy

import pytest
from hypothesis import given

from muniment.dataplane.spec import specification
from muniment.dataplane.spec.diff import Gate, diff, gates
from tests.dataplane import tables
from tests.dataplane.spec import strategies

OLD = {"variable": "AGE", "is": "at_least", "value": 65}
WOMAN = {"variable": "SEX", "is": "equals", "value": "F"}
GRAVE = {"name": "GRAVE", "is": "any_of", "table": "events", "where": None, "reason": "To test."}


def document() -> dict:
    shape = tables.specification(cohort=OLD, level="aggregate", group_by=["SEX"])
    second = copy.deepcopy(shape["parts"][0])
    shape["parts"].append({**second, "id": "p2", "derived": [GRAVE]})
    shape["links"] = [{"parts": ["p1", "p2"], "reason": "To test."}]
    return shape


def change(part: int, **members: object) -> dict:
    shape = document()
    shape["parts"][part] |= members
    return shape


def told(new: dict) -> list[tuple[str, str]]:
    found = diff(specification.parse(document()), specification.parse(new))
    return [(each.gate.value, each.says) for each in found]


def asked(*names: str, reason: str = "To test.") -> list[dict]:
    return [{"name": "subjects", "variables": [{"name": name, "reason": reason} for name in names]}]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (change(0, holding="other"), [("parts", "Part p1: the holding is other, not small.")]),
        (change(0, edition="2"), [("edition", "Part p1: the edition is 2, not 2026.1.")]),
        (change(0, group_by=[]), [("variables", "Part p1: it is grouped by nothing.")]),
        (
            change(0, group_by=["AGE", "SEX"]),
            [("variables", "Part p1: it is grouped by AGE and SEX.")],
        ),
        (
            change(0, tables=asked("SEX", "BMI")),
            [
                ("variables", "Part p1: BMI of subjects is added."),
                ("variables", "Part p1: AGE of subjects is taken out."),
            ],
        ),
        (
            change(0, tables=asked("SEX", "AGE", reason="Another.")),
            [
                ("reasons", "Part p1: the reason for SEX of subjects is another."),
                ("reasons", "Part p1: the reason for AGE of subjects is another."),
            ],
        ),
        (
            change(0, cohort={"all": [WOMAN, OLD]}),
            [
                (
                    "cohort",
                    'Part p1: it is about those where SEX is "F" and AGE is at least 65, '
                    "which is fewer than before or the same.",
                )
            ],
        ),
        (
            change(0, cohort=None),
            [("cohort", "Part p1: it is about everyone, which is more than before or the same.")],
        ),
        (
            change(0, cohort=WOMAN),
            [("cohort", 'Part p1: it is about those where SEX is "F".')],
        ),
        (change(0, cohort={"all": [{"not": {"not": OLD}}]}), []),
        (change(1, derived=[]), [("variables", "Part p2: GRAVE is no longer computed.")]),
        (
            change(1, derived=[{**GRAVE, "is": "count_of"}]),
            [("variables", "Part p2: GRAVE is the number of rows in events.")],
        ),
        (
            change(1, derived=[{**GRAVE, "reason": "Another."}]),
            [("reasons", "Part p2: the reason for GRAVE is another.")],
        ),
        ({**document(), "links": []}, [("links", "Parts p1 and p2 are no longer linked.")]),
        (
            {**document(), "links": [{"parts": ["p2", "p1"], "reason": "Another."}]},
            [("reasons", "The reason for linking parts p1 and p2 is another.")],
        ),
    ],
)
def test_each_change_is_one_sentence_with_its_gate(new: dict, expected: list) -> None:
    assert told(new) == expected


def test_parts_and_links_come_and_go() -> None:
    new = document()
    [link] = new.pop("links")
    del new["parts"][1]
    assert told(new) == [
        ("parts", "Part p2 is taken out."),
        ("links", "Parts p1 and p2 are no longer linked."),
    ]
    back = diff(specification.parse(new), specification.parse({**document(), "links": [link]}))
    assert gates(back) == {Gate.PARTS, Gate.LINKS}
    assert back[0].says.startswith("Part p2 is new: Grouped numbers of small 2026.1")
    assert back[1].says == "Parts p1 and p2 are to be linked."


def test_rows_instead_of_numbers_is_a_change_of_level() -> None:
    new = document()
    new["parts"][0]["level"] = "record"
    del new["parts"][0]["group_by"]
    assert told(new)[0] == ("level", "Part p1: the level is record, not aggregate.")


@given(strategies.specifications())
def test_nothing_changes_between_a_specification_and_itself(shape: dict) -> None:
    one = specification.parse(shape)
    assert diff(one, specification.parse(one.canonical())) == []
