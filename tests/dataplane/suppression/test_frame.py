"""How cells hang together, and what must stay secret in them: the problem, before it is solved."""

import numpy
import pytest

from muniment.dataplane.suppression import audit, bounds, frame, problem, secondary
from muniment.dataplane.suppression.rule import Rule

VALUES = (90, 40, 50)


def test_as_many_cells_as_can_be_audited_and_not_one_more() -> None:
    assert frame.frame([frame.MOST_CELLS - 1], [(0,)]).cells == 60_000
    with pytest.raises(frame.TooLarge, match="60,001"):
        frame.frame([frame.MOST_CELLS], [(0,)])


def test_cliques_of_a_cycle_must_agree_where_they_meet() -> None:
    """Of four tables in a ring two triangles are made; no table shows the edge they share."""
    ring = frame.frame([2, 2, 3, 2], [(0, 1), (1, 2), (2, 3), (0, 3)])
    unseen = ring.margins[ring.counted :]
    cliques = [set(margin) for margin in unseen if len(margin) == 3]
    assert len(cliques) == 2
    shared = tuple(sorted(cliques[0] & cliques[1]))
    assert len(shared) == 2
    assert sorted(unseen, key=len)[0] == shared


@pytest.mark.parametrize(("floor", "lowest"), [(None, -110), (0, 0), (-20, -20)])
def test_sums_are_known_exactly_but_for_their_doubts(floor: int | None, lowest: int) -> None:
    made = problem.sums(frame.frame([2], [(0,)]), VALUES, doubts={2: 160}, floor=floor)
    assert made.needs == {2: (lowest, 210)}
    assert (made.rule, made.width) == (Rule(0, 1, exact=True), 1)
    assert made.interval(1) == (40, 40)


def test_a_cell_that_is_printed_nowhere_need_not_be_uncertain() -> None:
    """What follows from the rest is no secret of a table that shows it nowhere."""
    asked = problem.counts(
        frame.frame([2], [(0,)]), (100, 60, 40), rule=Rule(11, 1), absent=frozenset({2})
    )
    assert secondary.choose(asked) - {2} == frozenset()
    assert audit.exposed(asked, set()) == []


def test_a_table_that_shows_nothing_new_is_not_kept() -> None:
    asked = problem.counts(frame.frame([2], [(0,)]), VALUES, rule=Rule(3, 1))
    seen = bounds.Bounds(asked)
    seen.see(numpy.array(VALUES, dtype=numpy.int64))
    assert seen.tables == []
    moved = numpy.array([90, 41, 49], dtype=numpy.int64)
    seen.see(moved)
    seen.see(moved)
    assert len(seen.tables) == 1
