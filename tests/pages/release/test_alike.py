"""Figures of a build as the workbench draws them, without a page around them."""

from typing import Any

from muniment.pages.release import alike

CLASSES = ((1, 1), (2, 10), (11, None))


def groups(*many: int) -> list[dict[str, Any]]:
    pairs = zip(CLASSES, many, strict=True)
    return [{"least": least, "most": most, "groups": n} for (least, most), n in pairs]


TOLD = {
    "held": {"smallest_group": 1, "units_below": 1234, "prosecutor": 1_000_000, "marketer": 250_000,
             "groups": groups(20, 8, 2)},
    "before": {"smallest_group": 1, "units_below": 7, "groups": groups(2, 4, 6)},
    "after": {"smallest_group": 11, "units_below": 0, "groups": groups(0, 0, 10)},
}  # fmt: skip


def test_a_figure_that_was_not_measured_is_a_dash() -> None:
    shown = {str(words): values for words, values in alike.table(TOLD)}
    assert shown["Smallest group"] == ["1", "1", "11"]
    assert shown["People in groups under the limit"] == ["1,234", "7", "0"]
    assert shown["Highest chance to find one given person"] == ["100.0%", "–", "–"]
    assert shown["Average chance of a right match"] == ["25.0%", "–", "–"]


def test_the_columns_are_rows_as_held_and_what_leaves_and_the_limit_stands_between() -> None:
    chart = alike.chart(TOLD, limit=11)
    assert chart is not None
    assert chart["is_held"]
    assert [bar["label"] for bar in chart["bars"]] == ["1", "2–10", "11+"]
    heights = [[column["height"] for column in bar["columns"]] for bar in chart["bars"]]
    assert heights == [[170, 0], [68, 0], [17, 85]]
    assert (chart["top"], chart["at"]) == (20, "66.67%")
    assert [bar["before"] for bar in chart["bars"]] == [2, 4, 6]


def test_without_rows_as_held_the_methods_are_the_state_before() -> None:
    chart = alike.chart({**TOLD, "held": {}}, limit=11)
    assert chart is not None
    assert not chart["is_held"]
    assert [bar["columns"][0]["height"] for bar in chart["bars"]] == [34, 68, 102]


def test_a_part_without_groups_has_no_chart() -> None:
    assert alike.chart({}, limit=11) is None
