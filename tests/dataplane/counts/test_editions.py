"""The last edition's number stays until enough people have changed."""

import pytest

from muniment.dataplane.counts import editions
from muniment.dataplane.spec import answer


def count(number: int) -> answer.Count:
    return answer.of(number, unit="person", rounding=5, threshold=11, sigma=0)


@pytest.mark.parametrize("changed", [0, 1, 10])
def test_fewer_than_the_threshold_change_nothing(changed: int) -> None:
    assert editions.compose(count(120), count(125), changed=changed) == (
        editions.Composed(count(120), kept=True)
    )


@pytest.mark.parametrize("changed", [11, 12, 500])
def test_enough_changes_bring_the_new_number(changed: int) -> None:
    assert editions.compose(count(120), count(125), changed=changed) == (
        editions.Composed(count(125), kept=False)
    )


def test_without_a_last_number_the_new_one_is_shown() -> None:
    assert editions.compose(None, count(3), changed=0).count == count(3)


def test_a_number_is_not_brought_back_by_one_person() -> None:
    """Eleven people, then ten: the old number stays, and none appears when one comes back."""
    first = count(11)
    second = editions.compose(first, count(10), changed=1)
    third = editions.compose(second.count, count(11), changed=1)
    assert [each.shown for each in (first, second.count, third.count)] == [15, 15, 15]
