"""A mark moves values within their step, can be undone, and tells one copy from another."""

import random

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
    assert [(value + to // 2) // to * to for value in made] == rounded
    assert mark.fitting(made, key=KEY, to=to) == (len(set(made)), len(set(made)))


def test_the_mark_of_another_line_fits_no_more_than_by_chance() -> None:
    grid = [10 * step for step in range(3000)]
    mine = mark.marked(grid, key=KEY, to=10)
    random.Random(1).shuffle(mine)
    fits, of = mark.fitting(mine, key=OTHER, to=10)
    assert of == 3000
    assert 250 < fits < 420  # one in nine: 333, give or take five standard deviations
    assert mark.fitting(mine[:40], key=KEY, to=10) == (40, 40)


def test_marks_use_a_key_of_their_own() -> None:
    line = bytes(32)
    keys = {
        pseudonyms.derive(line, purpose=purpose, group="p1", namespace="field a.b")
        for purpose in ("mark", "pseudonym", "shift")
    }
    assert len(keys) == 3
