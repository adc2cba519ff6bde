"""What a machine finds in a finished package, and the rows a person is shown of it."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from muniment.dataplane import manifest, refusals, signatures
from muniment.dataplane.package import inspection, leaving, sampling
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.dataplane.package import releases


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return releases.made(tmp_path_factory.mktemp("release")).folder


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(package, tmp_path / "copy"))


def signed_again(folder: Path) -> Path:
    """As if the programme had signed what now lies there: only the look can find it."""
    path = folder / manifest.NAME
    document = json.loads(path.read_bytes())
    path.unlink()
    document["files"] = [
        {"path": each.relative_to(folder).as_posix(), "bytes": size, "sha256": sha}
        for each in sorted(folder.rglob("*"))
        if each.is_file()
        for size, sha in [manifest.digest(each)]
    ]
    document = {k: v for k, v in document.items() if k not in ("key_id", "signature")}
    path.write_bytes(signatures.sign(document, key=builds.SIGNER))
    return folder


def without_parquet(folder: Path) -> Path:
    """The same package with CSV files only."""
    for path in folder.rglob("*.parquet"):
        path.unlink()
    page = folder / "datapackage.json"
    document = json.loads(page.read_bytes())
    for each in document["resources"]:
        each["muniment"].pop("parquet")
    page.write_text(json.dumps(document))
    return folder


def cell(folder: Path, table: str, column: str, value: str) -> None:
    """Put a value into the first row of a CSV table."""
    path = folder / "data" / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def test_a_sound_package_passes_every_check(package: Path) -> None:
    assert inspection.of(package, key=releases.KEY) == {
        "checks": {
            "no_identifier_patterns": True, "codebook_matches": True, "no_small_cells": True,
        },
        "found": [],
    }  # fmt: skip


def test_a_sound_table_of_numbers_passes_every_check(tmp_path: Path) -> None:
    asked = tables.specification(level="aggregate", variables={}, group_by=["SEX", "AGE"])
    built = releases.made(tmp_path, asked)
    assert inspection.of(built.folder, key=releases.KEY)["found"] == []


PLANTED = {
    "ann@clinic.example": "e-mail address",
    "see https://clinic.example/1": "web address",
    "123-45-6789": "social security number",
    "(212) 555-0100": "telephone number",
    "10.1.22.7": "network address",
    "MRN: 0012345": "record number",
}


@pytest.mark.parametrize(("value", "kind"), PLANTED.items())
def test_text_that_looks_like_an_identifier_is_found(copy: Path, value: str, kind: str) -> None:
    without_parquet(copy)
    cell(copy, "events", "TERM", value)
    found = inspection.of(signed_again(copy), key=releases.KEY)
    assert found["checks"]["no_identifier_patterns"] is False
    kinds = {(each["table"], each["variable"], each["what"]) for each in found["found"]}
    assert ("events", "TERM", kind) in kinds


@pytest.mark.parametrize("value", ["NAUSEA", "2013-01", "grade 3-4", "12 of 40", "c0ffee123456789"])
def test_plain_values_are_no_identifiers(copy: Path, value: str) -> None:
    without_parquet(copy)
    cell(copy, "events", "TERM", value)
    found = inspection.of(signed_again(copy), key=releases.KEY)
    assert found["checks"]["no_identifier_patterns"] is True


def test_a_value_or_column_that_the_codebook_does_not_have_is_found(copy: Path) -> None:
    without_parquet(copy)
    cell(copy, "subjects", "STATE", "ZZ")
    book = copy / "codebook.csv"
    lines = book.read_text(encoding="utf-8").splitlines(keepends=True)
    book.write_text("".join(line for line in lines if ",ONSET," not in line), encoding="utf-8")
    found = inspection.of(signed_again(copy), key=releases.KEY)
    assert found["checks"]["codebook_matches"] is False
    assert [(each["variable"], each["cells"]) for each in found["found"]] == [
        ("ONSET", 0), ("STATE", 1),
    ]  # fmt: skip


def test_a_number_under_the_threshold_is_found(tmp_path: Path) -> None:
    asked = tables.specification(level="aggregate", group_by=["SEX"])
    folder = releases.made(tmp_path, asked).folder
    sound = inspection.of(folder, key=releases.KEY)
    assert sound["checks"]["no_small_cells"] is True
    without_parquet(folder)
    cell(folder, "counts", "number", "3")
    found = inspection.of(signed_again(folder), key=releases.KEY)
    assert found["checks"]["no_small_cells"] is False
    assert found["found"][-1]["what"].startswith("a number under ")


def test_rows_are_drawn_from_the_whole_table_and_no_more_than_asked(package: Path) -> None:
    drawn = {each["table"]: each for each in sampling.rows(package, key=releases.KEY, most=20)}
    subjects = drawn["subjects"]
    assert len(subjects["rows"]) == 20
    assert {len(row) for row in subjects["rows"]} == {len(subjects["columns"])}
    [whole] = [table for table in leaving.tables(package) if table.name == "subjects"]
    codes = {str(code) for batch in leaving.batches(whole) for code in batch["USUBJID"].to_pylist()}
    shown = [row[subjects["columns"].index("USUBJID")] for row in subjects["rows"]]
    assert len(set(shown)) == 20
    assert set(shown) <= codes
    again = sampling.rows(package, key=releases.KEY, most=20)
    assert [each["rows"] for each in again] != [each["rows"] for each in drawn.values()]


def test_cells_are_text_or_missing_and_long_ones_are_cut(copy: Path) -> None:
    without_parquet(copy)
    cell(copy, "subjects", "SEX", "x" * 400)
    cell(copy, "subjects", "BMI", "")
    signed_again(copy)
    rows = {each["table"]: each for each in sampling.rows(copy, key=releases.KEY)}["subjects"]
    assert len(rows["rows"]) == sampling.MOST
    every = sampling._drawn(leaving.tables(copy)[0], 1000)
    cells = [one for row in every["rows"] for one in row]
    assert None in cells
    assert max(len(one) for one in cells if one) == sampling.LONGEST_CELL


def test_rows_of_a_folder_that_is_no_release_are_not_shown(copy: Path) -> None:
    (copy / "README.md").write_text("changed")
    for look in (sampling.rows, inspection.of):
        with pytest.raises(refusals.Refused):
            look(copy, key=releases.KEY)
