"""Whose file is this? Exact release, candidate set, or cannot tell."""

import csv
import math
import random
from fractions import Fraction
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from muniment.dataplane import refusals
from muniment.dataplane.methods import mark
from muniment.dataplane.trace import chances, match, prints, reading, sketch
from tests.dataplane import tables
from tests.dataplane.extract import builds

KEY = bytes(range(32))
HEX = "0123456789abcdef"


def made(seed: int, *, people: int = 400) -> list[list[str]]:
    """Rows of a release: a pseudonym, sex, age, a measurement, a day."""
    draw = random.Random(seed)
    return [
        ["".join(draw.choices(HEX, k=32)), draw.choice("FM"), str(draw.randrange(20, 90)),
         f"{draw.randrange(1700, 4200) / 100}", str(draw.randrange(-400, 400))]
        for _ in range(people)
    ]  # fmt: skip


def printed(rows: list[list[str]], name: str) -> sketch.Sketch:
    codes = [True, *[False] * (len(rows[0]) - 1)]
    return sketch.of_document(sketch.of_tables([("t", codes, rows)], release=name))


ONE, OTHER = made(1), made(2)
AMONG = [printed(ONE, "one"), printed(OTHER, "other")]


def test_pseudonyms_name_the_exact_release() -> None:
    found = match.verdict(ONE[50:70], AMONG)
    assert (found.answer, found.releases, found.by) == ("exact release", ("one",), "pseudonyms")
    assert found.error == match.LEAST_ERROR


def test_twenty_rows_without_pseudonyms_sorted_and_with_columns_in_another_order() -> None:
    rows = sorted([row[3], row[1], row[4], row[2]] for row in OTHER[10:30])
    found = match.verdict(rows, AMONG)
    assert (found.answer, found.releases, found.by) == ("exact release", ("other",), "rows")
    assert found.error is not None
    assert found.error < 1e-6


def test_two_releases_of_one_cohort_without_pseudonyms_are_candidates() -> None:
    again = [[new[0], *row[1:]] for new, row in zip(made(9), ONE, strict=True)]
    among = [*AMONG, printed(again, "again")]
    found = match.verdict([row[1:] for row in ONE[:40]], among)
    assert (found.answer, set(found.releases)) == ("candidate set", {"one", "again"})
    assert match.verdict(again[:40], among).releases == ("again",)


def test_two_builds_of_one_line_are_told_apart_by_their_rows() -> None:
    rebuilt = [[*row[:4], str(int(row[4]) + 7)] for row in ONE]
    among = [printed(ONE, "first"), printed(rebuilt, "second")]
    assert match.verdict(rebuilt[:20], among).releases == ("second",)


def test_a_foreign_file_cannot_be_told() -> None:
    found = match.verdict([row[1:] for row in made(3)], AMONG)
    assert (found.answer, found.releases, found.error) == ("cannot tell", (), None)
    assert found.document()["error_rate"] is None


def test_rows_that_anyone_may_have_tell_nothing() -> None:
    """The control: with coarse rows a foreign file hits all the time, and we do not claim it."""
    coarse = [[row[0], row[1], "F"] for row in ONE]
    foreign = [[row[1], "F"] for row in made(3, people=20)]
    found = match.verdict(foreign, [printed(coarse, "one")])
    assert (found.hits[0].matched, found.hits[0].rows) == (2, 2)
    assert found.answer == "cannot tell"
    assert found.error is not None
    assert found.error > match.LARGEST_ERROR


def coarse(seed: int, *, people: int) -> list[list[str]]:
    """Rows of which many are alike: what a file from elsewhere shares with a release by chance."""
    draw = random.Random(seed)
    return [
        ["".join(draw.choices(HEX, k=32)), draw.choice("FM"), str(draw.randrange(20, 90)),
         str(draw.randrange(20))]
        for _ in range(people)
    ]  # fmt: skip


def test_files_that_were_never_released_are_traced_no_oftener_than_is_said() -> None:
    """Twelve releases of three houses; 300 files of other people, of all sizes, and of noise."""
    wrong, tried, houses = 0, 0, (100, 400, 1600)
    among = [
        printed(coarse(10 * people + n, people=people), f"{people} {n}")
        for people in houses
        for n in range(4)
    ]
    for people in houses:
        for number in range(100):
            size = (1, 2, 3, 5, 10, 20, 50)[number % 7]
            rows = [row[1:] for row in coarse(100_000 + number + people, people=size)]
            if number % 10 == 0:
                noise = random.Random(number)
                rows = [[str(noise.randrange(97)) for _ in range(3)] for _ in range(size)]
            wrong += match.verdict(rows, among).answer is not match.Answer.CANNOT_TELL
            tried += 1
    most = tried * match.LARGEST_ERROR
    bound = most - 2.33 * (most * (1 - match.LARGEST_ERROR)) ** 0.5
    print(f"false matches: {wrong} of {tried} files; at most {match.LARGEST_ERROR:.0%} are said")
    assert wrong < bound  # with 99 % confidence the rate is below what is said


def marked(rows: list[list[str]], key: bytes) -> list[list[str]]:
    """The measurement rounded to 5 and marked, of a copy with pseudonyms of its own."""
    draw = random.Random(key)
    found = [5 * round(float(row[3])) for row in rows]
    made = mark.marked(found, key=key, to=5)
    return [
        ["".join(draw.choices(HEX, k=32)), *row[1:3], str(value)]
        for row, value in zip(rows, made, strict=True)
    ]


def with_marks(rows: list[list[str]], name: str) -> sketch.Sketch:
    codes = [True, False, False, False]
    return sketch.of_document(
        sketch.of_tables([("t", codes, rows)], release=name, marked={"t": {3: 5}})
    )


def test_a_marked_copy_is_told_by_its_numbers_alone() -> None:
    """Pseudonyms and all other columns are gone, rows are sorted, and some of them left out."""
    copies = {name: marked(ONE, bytes([spot] * 16)) for spot, name in enumerate(("one", "two"))}
    among = [with_marks(rows, name) for name, rows in copies.items()]
    for name, rows in copies.items():
        found = match.verdict(sorted([row[3], "same"] for row in rows[:150]), among)
        assert (found.answer, found.releases, found.by) == ("exact release", (name,), "marks")
        assert found.error is not None
        assert found.error < 1e-3
    plain = [[str(5 * round(float(row[3])))] for row in ONE]
    assert match.verdict(plain, among).answer == "cannot tell"
    every = [[str(number)] for number in range(300)]
    assert match.verdict(every, among).answer == "cannot tell"


def test_a_mark_is_found_beside_a_column_in_which_more_numbers_fit_by_chance() -> None:
    """A dozen marked numbers tell more than the fifth of a long column that fits any mark."""
    copies = {name: marked(ONE, bytes([spot] * 16)) for spot, name in enumerate(("one", "two"))}
    among = [with_marks(rows, name) for name, rows in copies.items()]
    dozen = sorted({row[3] for row in copies["one"]})[:14]
    found = match.verdict(
        [[dozen[spot % len(dozen)], str(spot - 30)] for spot in range(300)], among
    )  # fmt: skip
    assert (found.answer, found.releases, found.by) == ("exact release", ("one",), "marks")
    assert (found.hits[0].borne.fits, found.hits[0].borne.of) == (14, 14)


@pytest.mark.parametrize(("hits", "draws", "each"), [(0, 9, 0.2), (3, 9, 0.2), (9, 9, 1.0),
                                                     (60, 300, 0.2), (1, 40, 0.9)])  # fmt: skip
def test_chances_are_those_of_the_binomial(hits: int, draws: int, each: float) -> None:
    share = Fraction(each)
    terms = (
        math.comb(draws, n) * share**n * (1 - share) ** (draws - n) for n in range(hits, draws + 1)
    )
    told = chances.of_as_many(hits, draws=draws, each=each)
    assert told == pytest.approx(float(sum(terms)))
    assert chances.of_as_many(0, draws=0, each=each) == 1


def test_a_marked_build_is_told_after_its_codes_are_dropped(tmp_path: Path) -> None:
    from muniment.dataplane import release

    place = builds.Bench.at(tmp_path)
    rule = {"method": "mark", "to": 3}
    override = {"policy": "m", "edition": "2026-11-22", "fields": {"subjects.BMI": rule}}
    folders, among = [], []
    for line in (builds.LINE_KEY, builds.OTHER_LINE_KEY):
        asked = tables.specification(variables={"subjects": ["USUBJID", "BMI", "SEX"]})
        order = place.order(asked, override=override)
        folders.append(release.build(order, keys=release.Keys(line, builds.SIGNER, sketch=KEY)))
        among.append(sketch.read(sketch.beside(order.receipt)))
    for built, one in zip(folders, among, strict=True):
        numbers = [[row["BMI"]] for row in builds.rows(built, "subjects")]
        found = match.verdict(numbers, among)
        assert (found.answer, found.releases, found.by) == (
            "exact release", (one.release,), "marks",
        )  # fmt: skip


def test_a_release_of_nothing_but_pseudonyms_has_no_rows_to_match() -> None:
    alone = [[row[0]] for row in ONE]
    found = match.verdict([["x"]], [printed(alone, "one"), sketch.Sketch("none", b"s", ())])
    assert found.answer == "cannot tell"
    assert match.verdict(alone[:3], [printed(alone, "one")]).answer == "exact release"


def test_a_build_leaves_prints_beside_its_receipt_and_no_pseudonym_in_them(tmp_path: Path) -> None:
    from muniment.dataplane import release

    place = builds.Bench.at(tmp_path)
    order = place.order(tables.specification(variables=builds.WHOLE))
    built = release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER, sketch=KEY))
    path = sketch.beside(order.receipt)
    assert path.stat().st_mode & 0o777 == 0o600
    codes = {row["USUBJID"] for row in builds.rows(built, "subjects")}
    assert not any(code in path.read_text() for code in codes)
    one = sketch.read(path)
    for kind in ("csv", "parquet"):
        rows = reading.rows_of(built.folder / "data" / f"subjects.{kind}", most=20)
        assert match.verdict(rows, [one, *AMONG]).releases == (order.receipt.stem,)
        assert match.verdict([row[1:] for row in rows], [one, *AMONG]).releases == (one.release,)


def test_without_a_key_no_prints_are_kept(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    place.build(tables.specification())
    assert list(tmp_path.glob("receipts/*.trace.json")) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"muniment_trace": 2, "tables": [], "courses": []}',
        '{"muniment_trace": 1, "release": "x", "salt": "00", "courses": [], "tables": [], '
        '"aggregates": {}}',
        '{"muniment_trace": 1, "release": "x", "salt": "00", "courses": [], '
        '"tables": [{"name": "t", "codes": [], "rows": [], "singles": 0, "kept": 0,'
        '"marks": [{"to": "3", "rounded": [], "values": []}]}]}',
    ],
)  # fmt: skip
def test_what_holds_no_prints_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.trace.json"
    path.write_text(text)
    with pytest.raises(refusals.Refused) as refused:
        sketch.read(path)
    assert refused.value.code == "not-a-trace"


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    for name, data in (("x.csv", b"a\n\xff\n"), ("x.parquet", b"none"), ("gone.csv", None)):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(refusals.Refused) as refused:
            reading.rows_of(tmp_path / name, most=10)
        assert refused.value.code == "unreadable"


def test_a_parquet_file_is_read_to_its_end_where_it_is_short(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pyarrow.table({"a": [1, None], "b": ["x", "y"]}), path)
    assert reading.rows_of(path, most=10) == [["1", "x"], ["", "y"]]
    assert reading.rows_of(path, most=1) == [["1", "x"]]


def test_values_are_compared_in_one_form(tmp_path: Path) -> None:
    assert [prints.plain(cell) for cell in ("3.0", " 3", "'=A", "X", "3.5", "1e300")] == [
        "3", "3", "=a", "x", "3.5", "1e+300",
    ]  # fmt: skip
    path = tmp_path / "x.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["h"], ["a"], ["b"]])
    assert reading.rows_of(path, most=1) == [["a"]]
