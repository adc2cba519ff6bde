"""What counts as a proof: whole numbers that agree with every sum and every printed number."""

import numpy
import pytest

from muniment.dataplane.suppression import frame, problem
from muniment.dataplane.suppression.moves import Moves
from muniment.dataplane.suppression.rule import Rule
from muniment.dataplane.suppression.witness import Judge

# The total, two rows, three columns, six cells.
TRUE = (90, 40, 50, 30, 30, 30, 20, 15, 5, 10, 15, 25)


def asked(*, rounding: int = 1) -> problem.Problem:
    return problem.counts(frame.frame([2, 3], [(0, 1)]), TRUE, rule=Rule(3, rounding))


def table(**changed: int) -> numpy.ndarray:
    found = numpy.array(TRUE, dtype=numpy.int64)
    for cell, value in changed.items():
        found[int(cell.removeprefix("c"))] = value
    return found


def test_the_truth_fits() -> None:
    assert Judge(asked(), []).fits(table())


@pytest.mark.parametrize(
    "changed",
    [
        {"c6": 21},
        {"c6": 21, "c7": 14, "c9": 9, "c10": 16},
        {"c7": 25, "c8": -5, "c10": 5, "c11": 35},
    ],
    ids=["sums that do not add up", "a shown number that is another", "fewer than nobody"],
)
def test_a_table_that_a_reader_can_rule_out_does_not_fit(changed: dict[str, int]) -> None:
    assert not Judge(asked(), [7, 8, 10, 11]).fits(table(**changed))


def test_a_hidden_cell_may_be_anything_until_it_is_shown() -> None:
    judge = Judge(asked(), [6, 7, 9])
    moved = table(c6=21, c7=14, c9=9, c10=16)
    assert not judge.fits(moved)
    judge.hide(10)
    assert judge.fits(moved)
    judge.show(10)
    assert not judge.fits(moved)


def test_a_shown_number_may_be_any_that_is_printed_alike() -> None:
    moved = table(c6=21, c7=14, c9=9, c10=16)
    assert Judge(asked(rounding=5), []).fits(moved)


def test_a_total_alone_has_nothing_to_add_up() -> None:
    alone = problem.counts(frame.frame([2], [()]), (40,), rule=Rule(11, 1))
    assert Judge(alone, []).fits(numpy.array([40]))
    assert not Judge(alone, []).fits(numpy.array([41]))


def test_units_go_around_a_box() -> None:
    hidden = [6, 7, 8, 9, 10, 11]
    found = Moves(asked(), hidden).reach(table(), 8, 10)
    assert found is not None
    assert found[8] == 10
    assert Judge(asked(), hidden).fits(found)
    assert Moves(asked(), hidden).reach(table(), 8, 31) is None, "the column holds thirty"
    assert Moves(asked(), [8]).reach(table(), 8, 10) is None, "nothing else can give"
    assert Moves(asked(), hidden).reach(table(), 8, -1) is None, "nobody is fewer than nobody"
    assert Moves(asked(), hidden).reach(table(), 0, 91) is None, "a total has no box"


def test_a_goal_that_takes_very_many_boxes_is_left_to_the_program() -> None:
    counted = frame.frame([30, 30], [(0, 1)])
    values = (900, *[30] * 60, *[1] * 900)
    ones = problem.counts(counted, values, rule=Rule(11, 1))
    moves = Moves(ones, range(61, 961))
    true = numpy.array(values, dtype=numpy.int64)
    assert moves.reach(true, 61, 10) is not None
    assert moves.reach(true, 61, 25) is None
