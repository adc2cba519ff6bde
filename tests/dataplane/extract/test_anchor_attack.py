"""Can a shift be undone? Attackers who know the week, a day that everyone shared, or the seasons.

Each attack has a control, a release shifted without the rule in question, on which it succeeds.
"""

import datetime
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from muniment.dataplane import pseudonyms
from tests.dataplane import tables
from tests.dataplane.extract import builds

Days = dict[str, list[datetime.date]]
CUT_OFF = datetime.date(2014, 7, 31)
SHIFTED = {"method": "weekly_shift"}
OVERRIDE = {
    "policy": "shift",
    "edition": "1",
    "fields": {"subjects.START": SHIFTED, "events.ONSET": SHIFTED},
}
ASKED = {"subjects": ["USUBJID", "START"], "events": ["USUBJID", "ONSET"]}


def code(person: str) -> str:
    key = pseudonyms.derive(builds.LINE_KEY, purpose="pseudonym", group="p1", namespace="unit")
    return pseudonyms.tag(key, person.encode()).hex()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    """Ten visits on working days each; a third START at the cut-off, a third end there."""
    root = tmp_path_factory.mktemp("visits")
    draw = random.Random(5)
    subjects, events = [], []
    for number in range(150):
        row = dict.fromkeys(tables.SUBJECT_COLUMNS, "") | {"USUBJID": f"S-{number:05d}", "SEX": "F"}
        start = CUT_OFF if number % 3 == 0 else workday(draw)
        row["START"] = start.isoformat()
        subjects.append([row[name] for name in tables.SUBJECT_COLUMNS])
        visits = [workday(draw) for _ in range(10)] + ([CUT_OFF] if number % 3 == 1 else [])
        for day in visits:
            event = dict.fromkeys(tables.EVENT_COLUMNS, "") | {"EVENTID": f"E-{len(events)}"}
            event |= {"USUBJID": row["USUBJID"], "ONSET": day.isoformat()}
            events.append([event[name] for name in tables.EVENT_COLUMNS])
    shape = tables.descriptor()
    folder = tables.write_holding(root / "holding", shape, subjects=subjects, events=events)
    return builds.Bench(root, folder)


def workday(draw: random.Random) -> datetime.date:
    while True:
        day = datetime.date(2012, 1, 2) + datetime.timedelta(days=draw.randrange(900))
        if day.weekday() < 5:
            return day


@pytest.fixture(scope="module")
def released(place: builds.Bench) -> Days:
    built = place.build(tables.specification(variables=ASKED), override=OVERRIDE)
    found: Days = defaultdict(list)
    for table, name in (("subjects", "START"), ("events", "ONSET")):
        for row in builds.rows(built, table):
            if row[name]:
                found[row["USUBJID"]].append(datetime.date.fromisoformat(row[name]))
    return found


def true_days(place: builds.Bench) -> Days:
    found: Days = defaultdict(list)
    for table, name in (("subjects", "START"), ("events", "ONSET")):
        for row in builds.held(place, table):
            found[code(row["USUBJID"])].append(datetime.date.fromisoformat(row[name]))
    return found


def moved(days: Days, shifts: dict[str, int]) -> Days:
    return {
        who: [day + datetime.timedelta(days=shifts[who]) for day in listed]
        for who, listed in days.items()
    }


def arbitrary(days: Days) -> dict[str, int]:
    draw = random.Random(8)
    return {who: draw.randrange(-364, 365) for who in days}


def residues(days: Sequence[datetime.date]) -> set[int]:
    """The shifts modulo seven that put every visit on a working day."""
    return {
        rest
        for rest in range(7)
        if all((day - datetime.timedelta(days=rest)).weekday() < 5 for day in days)
    }


def test_working_days_reveal_an_arbitrary_shift_modulo_seven_and_ours_is_always_zero(
    place: builds.Bench, released: Days
) -> None:
    control = moved(true_days(place), arbitrary(true_days(place)))
    alone = sum(len(residues(days)) == 1 for days in control.values()) / len(control)
    print(f"arbitrary shift: known modulo seven for {alone:.0%} of people")
    assert alone > 0.6
    # Ours keeps weekdays, so that visits say nothing that the rule does not say already.
    assert all(0 in residues(days) for days in released.values())


def undone(days: Days, known: datetime.date) -> dict[str, int]:
    """Take the day that most people have as far as a shift can reach for the known one, per
    person: their last date."""
    return {who: (max(listed) - known).days for who, listed in days.items() if listed}


def share_right(guesses: dict[str, int], shifts: dict[str, int]) -> float:
    return sum(shifts[who] == guess for who, guess in guesses.items()) / len(shifts)


def test_a_cut_off_that_many_share_in_any_table_does_not_reveal_the_shift(
    place: builds.Bench, released: Days
) -> None:
    true = true_days(place)
    key = pseudonyms.derive(builds.LINE_KEY, purpose="shift", group="p1", namespace="unit")
    shifts = {
        code(row["USUBJID"]): pseudonyms.shift_days(pseudonyms.tag(key, row["USUBJID"].encode()))
        for row in builds.held(place, "subjects")
    }
    control = share_right(undone(moved(true, shifts), CUT_OFF), shifts)
    ours = share_right(undone(released, CUT_OFF), shifts)
    print(f"last date taken for the cut-off: right for {control:.0%} without the rule, {ours:.0%}")
    assert control > 0.6
    assert ours < 0.05
    kept = Counter(day for listed in true.values() for day in listed if day != CUT_OFF)
    assert sum(map(len, released.values())) == kept.total()


def test_seasons_do_not_reveal_the_shift_of_a_person(place: builds.Bench, released: Days) -> None:
    """Someone who knows how many events each month has tries every shift, takes the likeliest."""
    true = true_days(place)
    months = Counter(day.month for listed in true.values() for day in listed)
    key = pseudonyms.derive(builds.LINE_KEY, purpose="shift", group="p1", namespace="unit")
    shifts = {
        code(row["USUBJID"]): pseudonyms.shift_days(pseudonyms.tag(key, row["USUBJID"].encode()))
        for row in builds.held(place, "subjects")
    }
    weeks = range(pseudonyms.SHIFT_LEAST_WEEKS, pseudonyms.SHIFT_MOST_WEEKS + 1)
    tried = [7 * sign * week for week in weeks for sign in (1, -1)]

    def likeliest(listed: Sequence[datetime.date]) -> int:
        def fit(shift: int) -> float:
            back = [day - datetime.timedelta(days=shift) for day in listed]
            return sum(months[day.month] for day in back)

        return max(tried, key=fit)

    right = share_right({who: likeliest(listed) for who, listed in released.items()}, shifts)
    print(f"likeliest by season: right for {right:.1%}, by chance {1 / len(tried):.1%}")
    assert right < 0.08


def test_no_person_or_day_is_left_out_for_nothing(released: Days, place: builds.Bench) -> None:
    assert len(released) == 150
    assert Path(place.folder).exists()
