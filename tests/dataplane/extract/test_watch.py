"""Whoever waits for a long statement is told how far it is."""

import time

from muniment.dataplane.extract import watch

SECONDS = 30


def test_a_running_statement_tells_its_percent_until_it_ends() -> None:
    told: list[tuple[str, int, int]] = []
    percents = iter([None, 12.5])
    following = watch.Watch(lambda *said: told.append(said))
    following.step("treat p1", 2, 5)
    with following.over(lambda: None, progress=lambda: next(percents, 80.0)):
        until = time.monotonic() + SECONDS
        while len(told) < 3 and time.monotonic() < until:
            time.sleep(0.05)
    known = len(told)
    assert told[:3] == [
        ("treat p1", 2, 5), ("treat p1: 12 % of this step", 2, 5),
        ("treat p1: 80 % of this step", 2, 5),
    ]  # fmt: skip
    time.sleep(2 * watch.SECONDS)
    assert len(told) == known


def test_a_finished_table_is_told_with_its_rows() -> None:
    told: list[tuple[str, int, int]] = []
    following = watch.Watch(lambda *said: told.append(said))
    following.step("load", 1, 2)
    following.rows("subjects", 12345)
    assert told[-1] == ("subjects: 12,345 rows", 1, 2)
    watch.Watch().rows("subjects", 1)
