"""Whose file is this? Exact release, candidate set, or cannot tell."""

import csv
import random
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from muniment.dataplane import refusals
from muniment.dataplane.trace import match, reading, sketch
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
    assert found.hits[0].matched == 20
    assert found.answer == "cannot tell"
    assert found.error is not None
    assert found.error > match.LARGEST_ERROR


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
    "text", ["", "[]", "{}", '{"muniment_trace": 2, "tables": [], "courses": []}']
)
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
    assert [sketch.plain(cell) for cell in ("3.0", " 3", "'=A", "X", "3.5", "1e300")] == [
        "3", "3", "=a", "x", "3.5", "1e+300",
    ]  # fmt: skip
    path = tmp_path / "x.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["h"], ["a"], ["b"]])
    assert reading.rows_of(path, most=1) == [["a"]]
