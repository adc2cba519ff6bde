"""The draws behind the generators, against what they claim to be."""

import datetime
import json
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.holdings import writing
from muniment.holdings.generate import charts, meetings, patients, practices
from muniment.holdings.generate.chance import Chance, Weights


def chance(seed: int = 11) -> Chance:
    return Chance("test", seed=seed)


def test_streams_with_another_name_or_seed_differ() -> None:
    draws = [Chance(name, seed=seed).between(0, 10**9) for name in "ab" for seed in (1, 2)]
    assert len(set(draws)) == 4


def test_this_seed_still_gives_the_numbers_it_always_gave() -> None:
    """Written down once: a change here changes every synthetic holding that anyone has made."""
    stream = Chance("promise", seed=1)
    assert [stream.between(0, 999) for _ in range(6)] == [957, 684, 893, 61, 671, 290]


@pytest.mark.parametrize(
    ("mean", "deviation"), [(0.9, 0.1), (0.1, 0.07), (0.5, 0.25), (0.04, 0.04)]
)
def test_a_beta_has_the_mean_and_deviation_asked_for(mean: float, deviation: float) -> None:
    stream = chance()
    drawn = [stream.beta(mean, deviation) for _ in range(4000)]
    assert abs(statistics.mean(drawn) - mean) < 5 * deviation / 4000**0.5
    assert abs(statistics.pstdev(drawn) - deviation) < 0.1 * deviation + 0.002
    assert all(0 <= each <= 1 for each in drawn)


def test_a_beta_that_would_have_two_spikes_keeps_its_mean() -> None:
    stream = chance()
    drawn = [stream.beta(0.95, 0.3) for _ in range(4000)]
    assert abs(statistics.mean(drawn) - 0.95) < 5 * 0.16 / 4000**0.5


def test_a_certain_rate_stays_certain() -> None:
    assert [chance().beta(rate, 0.1) for rate in (0.0, 1.0)] == [0.0, 1.0]


def test_weights_give_each_choice_its_share() -> None:
    stream, weights = chance(), Weights({"a": 1.0, "b": 3.0, "never": 0.0})
    drawn = [stream.pick(weights) for _ in range(4000)]
    assert abs(drawn.count("b") / 4000 - 0.75) < 5 * (0.75 * 0.25 / 4000) ** 0.5
    assert "never" not in drawn


def test_the_last_choice_takes_what_rounding_leaves() -> None:
    weights = Weights({"a": 0.1, "b": 0.2})
    assert [weights.at(share) for share in (0.0, 0.34, 1.0)] == ["a", "b", "b"]


def test_both_ends_of_a_range_are_drawn() -> None:
    stream = chance()
    assert {stream.between(3, 5) for _ in range(200)} == {3, 4, 5}


@given(st.integers(1, 3000), st.integers(0, 2**31))
def test_scrambled_identifiers_are_distinct_and_of_one_length(size: int, seed: int) -> None:
    drawn = list(practices.scrambled(chance(seed), size=size, prefix="P"))
    assert len(set(drawn)) == size
    assert len({len(each) for each in drawn}) == 1


@given(
    st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)),
    st.integers(18, 104),
    st.integers(0, 364),
)
def test_a_birth_date_gives_the_age_it_was_made_for(on: datetime.date, age: int, days: int) -> None:
    assert patients.calendar_age(patients.born(on, age, days), on) == age


def test_someone_born_on_a_leap_day_turns_older_in_march() -> None:
    leap = datetime.date(1932, 2, 29)
    assert patients.calendar_age(leap, datetime.date(2022, 2, 28)) == 89
    assert patients.calendar_age(leap, datetime.date(2022, 3, 1)) == 90


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 12, 31)))
def test_a_weekend_moves_to_monday_and_no_other_day_moves(day: datetime.date) -> None:
    moved = charts.weekday(day)
    assert moved.weekday() < 5
    assert (moved - day).days == {5: 2, 6: 1}.get(day.weekday(), 0)


@given(st.dates(datetime.date(2015, 1, 1), datetime.date(2060, 12, 31)))
def test_some_meeting_is_always_ahead_and_most_are_past(around: datetime.date) -> None:
    held = meetings.list_meetings(around)
    now = datetime.datetime.combine(around, datetime.time(23), tzinfo=datetime.UTC)
    ahead = [each for each in held if each.released_at > now]
    assert 1 <= len(ahead) < len(held) / 2
    assert all(each.presented_at(0) > each.released_at for each in held)


def test_meetings_fall_on_their_weekdays() -> None:
    held = {
        (m.series, m.starts_on.year): m.starts_on
        for m in meetings.list_meetings(datetime.date(2026, 7, 1))
    }
    assert held["Annual Meeting", 2026] == datetime.date(2026, 5, 29)
    assert held["Gastrointestinal Cancers Symposium", 2026] == datetime.date(2026, 1, 15)
    assert held["Quality Care Symposium", 2025] == datetime.date(2025, 10, 3)


def test_what_fits_on_a_line_stays_on_a_line() -> None:
    long = {"a": list(range(60)), "b": {}}
    text = writing.dumps(long)
    assert text.splitlines()[-2:] == [' "b": {}', "}"]
    assert max(map(len, text.splitlines())) <= writing.WIDTH
    assert json.loads(text) == long


def test_a_row_with_a_column_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not in fieldnames"):
        writing.write_table(tmp_path / "t.csv", columns=["a"], rows=[{"a": 1, "b": 2}])
