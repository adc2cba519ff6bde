"""A mark moves values within their step, can be undone, and tells one copy from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane import pseudonyms
from muniment.dataplane.methods import mark

KEY, OTHER = bytes(range(16)), bytes(range(16, 32))


@given(st.lists(st.integers(-500, 500), min_size=1), st.integers(3, 40))
def test_a_mark_stays_within_half_a_step_and_rounding_undoes_it(steps: list[int], to: int) -> None:
    rounded = [to * step for step in steps]
    made = mark.marked(rounded, key=KEY, to=to)
    assert all(2 * abs(a - b) < to for a, b in zip(rounded, made, strict=True))
    assert [mark.rounded(value, to=to) for value in made] == rounded


@pytest.mark.parametrize(("to", "farthest"), [(3, 1), (4, 1), (5, 2), (10, 4), (11, 5)])
def test_a_mark_uses_every_move_under_half_a_step(to: int, farthest: int) -> None:
    rounded = [to * step for step in range(300)]
    made = mark.marked(rounded, key=KEY, to=to)
    moves = {b - a for a, b in zip(rounded, made, strict=True)}
    assert moves == set(range(-farthest, farthest + 1))


def test_the_mark_of_another_line_is_the_same_no_more_than_by_chance() -> None:
    grid = [10 * step for step in range(3000)]
    mine, others = (mark.marked(grid, key=key, to=10) for key in (KEY, OTHER))
    alike = sum(a == b for a, b in zip(mine, others, strict=True))
    assert 250 < alike < 420  # one in nine: 333, give or take five standard deviations


def test_marks_use_a_key_of_their_own() -> None:
    line = bytes(32)
    keys = {
        pseudonyms.derive(line, purpose=purpose, group="p1", namespace="field a.b")
        for purpose in ("mark", "pseudonym", "shift")
    }
    assert len(keys) == 3
