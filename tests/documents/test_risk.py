"""The risk report says that sensitive values were not measured only where they were not."""

from typing import Any

from muniment.documents import risk

MEASURED = {"units": 9, "smallest_group": 3, "units_below": 0}
VALUES = {"distinct_l": 2, "entropy_l_hundredths": 150, "t_millionths": 250_000,
          "units_in_groups_of_one_value": 0}  # fmt: skip


def facts(**more: Any) -> dict[str, str]:
    treated = {
        "scope": "k on the declared baseline variables", "baseline": ["subjects.AGE"],
        "untreated": [], "limit": 3, "before": MEASURED, "after": MEASURED, "blanked": {},
        "alone_with_more": 0,
    }  # fmt: skip
    [part] = risk.told("R", [{"part": "p1", "risk": treated | more}], is_exact=True).parts
    return dict(part.facts)


def test_so_many_people_that_nobody_measured_them_are_named() -> None:
    assert facts()["Sensitive values"].startswith("not measured for so many units")


def test_without_baseline_variables_there_is_nothing_to_compare_groups_by() -> None:
    assert "Sensitive values" not in facts(baseline=[])


def test_each_sensitive_variable_says_what_a_group_tells() -> None:
    told = facts(diversity={"subjects.STAGE": VALUES, "subjects.NOTE": {}})
    assert "Sensitive values" not in told
    assert told["Sensitive subjects.STAGE"] == (
        "at least 2 different values in every group (entropy l 1.50), groups up to 25.00 % from "
        "all; 0 units in groups of one value"
    )
    assert told["Sensitive subjects.NOTE"].startswith("too many different values")
