"""Sums and means: what would say too much about one unit is hidden, and cannot be worked out."""

import random
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
    one = [(place, Fraction(1)) for place, _ in EVEN]
    assert shown(tmp_path, one, Kind.MEAN) == [1.0] * 4
    nothing = [(place, Fraction(0)) for place, _ in EVEN]
    assert shown(tmp_path, nothing, Kind.SUM)[0] == 0.0


def test_nobody_comes_closer_to_the_largest_than_the_rule_by_adding_and_subtracting(
    tmp_path: Path,
) -> None:
    """What the shown sums leave of the total is no hidden group alone, nor a dominated one.

    The control: where only each sum by itself is looked at, that happens, also where two or more
    are hidden so and none has to be chosen beside them.
    """
    behind = solved(tmp_path, EVEN)
    worlds = [skewed(random.Random(seed)) for seed in range(40)]
    found = [measured.shown(behind, units, Kind.SUM) for units in worlds]
    assert sum(None in numbers for numbers in found) > 20
    for units, numbers in zip(worlds, found, strict=True):
        for spot, value in enumerate(numbers):
            group = [amount for place, amount in units if place == (spot,)]
            assert value is None or (len(group) >= 11 and not measured.RULE.dominated(group))
        assert not told_together(units, numbers)
    alone = [(units, each_by_itself(units)) for units in worlds]
    assert any(
        numbers.count(None) > 1 and told_together(units, numbers) for units, numbers in alone
    )


def each_by_itself(units: Sequence[measured.Unit]) -> list[float | None]:
    """The sums but those that are dominated; of two hidden ones the total gives away neither."""
    groups = [[amount for place, amount in units if place == (spot,)] for spot in range(4)]
    return [None if measured.RULE.dominated(each) else float(sum(each)) for each in groups]


def skewed(draw: random.Random) -> list[measured.Unit]:
    """A hundred units of four groups, a few of them many times as large as the others."""
    return [((draw.randrange(4),), Fraction(round(draw.paretovariate(0.6), 2))) for _ in range(100)]


def told_together(units: Sequence[measured.Unit], numbers: Sequence[float | None]) -> bool:
    """Whether some of the units dominate what is left of a total that is no secret itself."""
    left = [amount for (spot,), amount in units if numbers[spot] is None]
    total = measured.RULE.dominated([amount for _, amount in units])
    return not total and measured.RULE.dominated(left)


def test_the_owner_of_one_hidden_sum_cannot_tell_the_owner_of_another(tmp_path: Path) -> None:
    """Two groups with an owner each: what is left of the total would be those two, and change."""
    units = [unit for unit in EVEN if unit[0] in ((2,), (3,))]
    units += [*[((2,), Fraction(1))] * 20, *[((3,), Fraction(2))] * 20]
    for state, owned in ((0, 1000), (1, 900)):
        units += [((state,), Fraction(owned)), *[((state,), Fraction(1))] * 10]
    found = shown(tmp_path, units, Kind.SUM)
    assert found[:2] == [None, None]
    total = sum(amount for _, amount in units)
    at_most = total - 900 - sum(Fraction(each) for each in found if each is not None)
    assert abs(at_most - 1000) > 150
    assert found == [None, None, None, 440.0]


def test_where_one_more_sum_is_not_enough_the_largest_goes_first(tmp_path: Path) -> None:
    units = [((state,), Fraction(1)) for state in range(4) for _ in range(11)]
    units += [((0,), Fraction(30)), ((1,), Fraction(200)), ((2,), Fraction(200))]
    found = shown(tmp_path, units, Kind.SUM)
    together = [amount for (spot,), amount in units if found[spot] is None]
    assert not measured.RULE.dominated(together)


def test_units_outside_the_cohort_and_without_a_number_are_left_out() -> None:
    rows = [
        ("a", 0, True, 5), ("b", 1, True, None), ("c", 1, False, 7),
        ("d", 2, True, float("nan")), ("e", 2, True, 2.5),
    ]  # fmt: skip
    assert measured.read(rows, axes=1, spot=0) == [((0,), Fraction(5)), ((2,), Fraction(5, 2))]


def test_each_amount_is_read_from_its_own_column() -> None:
    rows = [("a", 0, 2, True, 5, 7), ("b", 1, 3, True, 6, 8)]
    places = [(0, 2), (1, 3)]
    for spot, amounts in enumerate([(5, 6), (7, 8)]):
        expected = list(zip(places, map(Fraction, amounts), strict=True))
        assert measured.read(rows, axes=2, spot=spot) == expected


@pytest.mark.parametrize("seed", range(6))
def test_what_is_hidden_does_not_hang_on_the_unit_of_measure(tmp_path: Path, seed: int) -> None:
    behind = solved(tmp_path, EVEN)
    units = [unit for unit in skewed(random.Random(seed)) if unit[0] != (0,)]
    found = [
        [value is None for value in measured.shown(behind, scaled, Kind.SUM)]
        for factor in (Fraction(1), Fraction(1, 10**9), Fraction(10**9))
        if (scaled := [(place, amount * factor) for place, amount in units])
    ]
    assert found[0] == found[1] == found[2]
    assert True in found[0]


@pytest.mark.parametrize(("least", "floor"), [("0", 0), ("0.5", 0), ("-0.5", None)])
def test_readers_know_that_amounts_are_not_negative_where_none_is(
    least: str, floor: int | None
) -> None:
    assert measured.floor_of([Fraction(10), Fraction(least)]) == floor


def test_one_amount_below_nothing_counts_whichever_group_it_is_in(tmp_path: Path) -> None:
    """The first group has none: were it asked alone, this table could not be protected."""
    units = [unit for unit in EVEN if unit[0] != (2,)]
    units += [((2,), Fraction(-400)), ((2,), Fraction(100)), *[((2,), Fraction(1))] * 11]
    assert shown(tmp_path, units, Kind.SUM) == [None, 400.0, None, 400.0]


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
