"""Sums and means: what would say too much about one unit is hidden, and cannot be worked out."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from muniment.dataplane.cube import axes, measured, product
from muniment.dataplane.spec import holding, specification
from muniment.dataplane.spec.measures import Kind
from tests.dataplane import tables

# Places on the axis STATE: CA, NY, TX, WY; it is required, so none is missing.
EVEN = [((state,), Fraction(10)) for state in range(4) for _ in range(40)]


def loaded(folder: Path) -> holding.Holding:
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == "STATE":
            field.setdefault("constraints", {})["required"] = True
    return holding.load(tables.write_holding(folder, shape, subjects=[]))


def solved(tmp_path: Path, units: Sequence[measured.Unit]) -> product.Solved:
    source = loaded(tmp_path)
    shape = tables.specification(level="aggregate", variables={}, group_by=["STATE"])
    shape["parts"][0]["measures"] = [{"variable": "BMI", "is": "sum"}]
    [part] = specification.parse(shape).parts
    rows = [(*place, 1, 1) for place, _ in units]
    return product.solved(product.product(source, part), rows)


def shown(tmp_path: Path, units: Sequence[measured.Unit], kind: Kind) -> list[float | None]:
    return measured.shown(solved(tmp_path, units), units, kind)


def test_sums_and_means_of_even_groups_are_shown(tmp_path: Path) -> None:
    assert shown(tmp_path, EVEN, Kind.SUM) == [400.0] * 4
    assert shown(tmp_path, EVEN, Kind.MEAN) == [10.0] * 4


def test_a_sum_that_one_unit_dominates_is_hidden_with_another(tmp_path: Path) -> None:
    """The control: with the dominated one alone hidden, the total would give it away."""
    others = [unit for unit in EVEN if unit[0] != (0,)]
    units = [*others, ((0,), Fraction(300)), *[((0,), Fraction(1))] * 11]
    found = shown(tmp_path, units, Kind.SUM)
    assert found[0] is None
    assert found.count(None) == 2


def test_a_sum_of_few_values_is_hidden_where_the_group_is_large(tmp_path: Path) -> None:
    behind = solved(tmp_path, EVEN)
    few = [unit for unit in EVEN if unit[0] != (1,)] + [((1,), Fraction(10))] * 10
    found = measured.shown(behind, few, Kind.SUM)
    assert found[1] is None
    enough = [*few, ((1,), Fraction(10))]
    assert measured.shown(behind, enough, Kind.SUM)[1] == 110.0


def test_numbers_are_rounded_to_three_digits(tmp_path: Path) -> None:
    units = [((state,), Fraction(-12345, 100)) for state in range(4) for _ in range(100)]
    assert shown(tmp_path, units, Kind.SUM)[0] == -12300.0
    assert shown(tmp_path, units, Kind.MEAN)[0] == -123.0
    nothing = [(place, Fraction(0)) for place, _ in EVEN]
    assert shown(tmp_path, nothing, Kind.SUM)[0] == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_nobody_comes_closer_to_the_largest_than_the_rule_by_adding_and_subtracting(
    tmp_path: Path, seed: int
) -> None:
    """What the shown sums leave of the total is no hidden group alone, nor a dominated one."""
    import random

    draw = random.Random(seed)
    units = [
        ((draw.randrange(4),), Fraction(round(draw.paretovariate(1.1), 2))) for _ in range(200)
    ]
    found = shown(tmp_path, units, Kind.SUM)
    hidden = [spot for spot, value in enumerate(found) if value is None]
    assert len(hidden) != 1
    for spot, value in enumerate(found):
        group = [amount for place, amount in units if place == (spot,)]
        if value is not None:
            assert len(group) >= 11
            assert not measured.RULE.dominated(group)


def test_units_outside_the_cohort_and_without_a_number_are_left_out() -> None:
    rows = [
        ("a", 0, True, 5), ("b", 1, True, None), ("c", 1, False, 7),
        ("d", 2, True, float("nan")), ("e", 2, True, 2.5),
    ]  # fmt: skip
    assert measured.read(rows, axes=1, spot=0) == [((0,), Fraction(5)), ((2,), Fraction(5, 2))]


def test_a_cohort_is_measured_inside_only(tmp_path: Path) -> None:
    source = loaded(tmp_path)
    women = {"variable": "SEX", "is": "equals", "value": "F"}
    shape = tables.specification(level="aggregate", variables={}, group_by=["STATE"], cohort=women)
    shape["parts"][0]["measures"] = [{"variable": "BMI", "is": "sum"}]
    [part] = specification.parse(shape).parts
    asked = product.product(source, part)
    rows = [(state, inside, 60) for state in range(4) for inside in (0, 1)]
    behind = product.solved(asked, rows)
    units = [((state,), Fraction(1)) for state in range(4) for _ in range(60)]
    assert measured.shown(behind, units, Kind.SUM) == [60.0] * 4
    assert [axis.name for axis in behind.asked.axes] == ["STATE"]
    assert axes.of(source, ["STATE"]) == behind.asked.axes
