"""Attacks on releases of one cohort: linkage by known values, joins by intervals and by courses.

Each attacker has a control without protection, which must succeed; a test that only shows a failed
attack shows nothing.
"""

import collections
import csv
import datetime
import itertools
from collections.abc import Iterable
from pathlib import Path

from muniment.dataplane import release
from muniment.dataplane.risk import joins
from muniment.dataplane.trace import sketch
from tests.dataplane import tables
from tests.dataplane.extract import builds

KEY = bytes(range(7, 39))
BASELINE = ("SEX", "AGE", "STATE")
ASKED = {"subjects": ["USUBJID", *BASELINE], "events": ["USUBJID", "TERM", "ONSET"]}


def matches(known: Iterable[tuple], shown: Iterable[tuple]) -> int:
    """Persons an attacker who knows these values finds for certain: one row fits, no other."""
    rows = collections.Counter(shown)
    return sum(rows[one] == 1 for one in known)


def test_linkage_by_baseline_values_finds_many_in_the_raw_table_and_nobody_after(
    tmp_path: Path,
) -> None:
    place = builds.Bench.at(tmp_path, persons=200)
    held = [tuple(row[name] for name in BASELINE) for row in builds.held(place, "subjects")]
    assert matches(held, held) > 40, "the control must re-identify"
    for approach in ("blank", "generalize", "partition"):
        override = {
            "policy": "own", "edition": "1", "fields": {},
            "anonymity": {"approach": approach, "suppress_percent": 10},
            "ladders": {"subjects.AGE": {"widths": [10, 20, 40]}},
        }  # fmt: skip
        built = place.build(tables.specification(variables=ASKED), override=override)
        rows = builds.rows(built, "subjects")
        shown = [tuple(row[name] for name in BASELINE) for row in rows]
        assert matches(held, shown) == 0, approach
        assert min(collections.Counter(shown).values()) >= 11, approach


def intervals(rows: Iterable[dict[str, str]]) -> dict[str, tuple[int, ...]]:
    """What is left of a person's dates after any shift."""
    days = collections.defaultdict(list)
    for row in rows:
        text = row["ONSET"]
        if text:
            shift = text.lstrip("-").isdigit()
            days[row["USUBJID"]].append(
                int(text) if shift else datetime.date.fromisoformat(text).toordinal()
            )
    return {
        code: tuple(b - a for a, b in itertools.pairwise(sorted(each)))
        for code, each in days.items()
        if len(each) > 1
    }


def joined(one: dict[str, tuple[int, ...]], other: dict[str, tuple[int, ...]]) -> int:
    """The attack: persons whose course occurs once here and once there."""
    here, there = (collections.Counter(each.values()) for each in (one, other))
    return sum(many == 1 and there[course] == 1 for course, many in here.items())


def kept(place: builds.Bench, *, key: bytes, line: bytes, earlier: tuple[Path, ...] = (),
         override: dict | None = None) -> tuple[release.Built, Path]:  # fmt: skip
    from dataclasses import replace

    order = replace(
        place.order(tables.specification(variables=ASKED), override=override), earlier=earlier
    )
    keys = release.Keys(line, builds.SIGNER, sketch=key)
    return release.build(order, keys=keys), sketch.beside(order.receipt)


def test_two_lines_join_by_intervals_and_the_report_says_how_many(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=138)
    one, prints = kept(place, key=KEY, line=builds.LINE_KEY)
    other, _ = kept(place, key=KEY, line=builds.OTHER_LINE_KEY, earlier=(prints,))
    codes = [{row["USUBJID"] for row in builds.rows(built, "subjects")} for built in (one, other)]
    assert codes[0].isdisjoint(codes[1])
    courses = [intervals(builds.rows(built, "events")) for built in (one, other)]
    found = joined(*courses)
    assert found > 40, "the attack must work, or the report has nothing to find"
    part = other.receipt["parts"][0]
    [told] = [each for each in part["joins"] if each["kind"] == "intervals"]
    assert told["joined"] == found
    assert told["units"] == len(courses[1])
    [alone] = [each for each in part["courses"] if each["kind"] == "intervals"]
    counted = collections.Counter(courses[1].values())
    assert alone["alone"] == sum(many == 1 for many in counted.values())
    [order] = [each for each in part["joins"] if each["kind"] == "trajectory"]
    assert 0 < order["joined"] <= order["units"]


def test_prints_without_their_key_join_nothing(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    _, prints = kept(place, key=KEY, line=builds.LINE_KEY)
    other, _ = kept(place, key=bytes(32), line=builds.LINE_KEY, earlier=(prints,))
    assert {each["joined"] for each in other.receipt["parts"][0]["joins"]} == {0}


def test_neither_courses_nor_the_key_are_kept(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built, prints = kept(place, key=KEY, line=builds.LINE_KEY)
    everything = [*builds.everything(built).values(), prints.read_bytes()]
    everything += [path.read_bytes() for path in tmp_path.glob("receipts/*")]
    assert not any(KEY in data or KEY.hex().encode() in data for data in everything)
    courses = intervals(builds.rows(built, "events"))
    texts = {",".join(map(str, each)) for each in courses.values() if len(each) > 1}
    assert texts
    assert not any(f'"{text}"'.encode() in prints.read_bytes() for text in texts)


def test_courses_are_the_same_however_their_days_are_told() -> None:
    day = datetime.date(2013, 5, 1)
    dated = [("A", day), ("B", day + datetime.timedelta(days=9)), (None, day)]
    counted = [("B", 12), ("A", 3), (None, 3)]
    for kind, course in (("intervals", "0,9"), ("trajectory", "A\x1fB")):
        assert joins.course_of(kind, dated) == course
        assert joins.course_of(kind, counted) == course
        assert joins.course_of(kind, dated[:1]) is None


def test_a_file_of_one_release_is_told_from_another_of_the_same_cohort(tmp_path: Path) -> None:
    from muniment.dataplane.trace import match, reading

    place = builds.Bench.at(tmp_path, persons=138)
    one, first = kept(place, key=KEY, line=builds.LINE_KEY, override=None)
    _, second = kept(place, key=KEY, line=builds.OTHER_LINE_KEY)
    rows = reading.rows_of(one.folder / "data" / "events.csv", most=20)
    among = [sketch.read(first), sketch.read(second)]
    assert match.verdict(rows, among).answer == "exact release"
    with (one.folder / "data" / "events.csv").open(newline="") as file:
        assert next(csv.reader(file))[0] == "USUBJID"
    bare = [row[1:] for row in rows]
    assert match.verdict(bare, among).answer in ("candidate set", "cannot tell")
