"""`muniment text review` and `approve`: what a reader sees, and what a release takes from it."""

import argparse
import csv
import json
from pathlib import Path

import pytest

from muniment import cli
from muniment.cli import extract, text
from tests.dataplane import tables

NOTES = ["Seen by Dr. Alvarez, call 555-867-5309.", "no change", "moved away", ""]
ASKED = {"subjects": ["USUBJID", "NOTE"]}


def call(module: object, *words: object) -> int:
    parser = argparse.ArgumentParser()
    module.arguments(parser)  # type: ignore[attr-defined]
    return module.run(parser.parse_args([str(word) for word in words]))  # type: ignore[attr-defined]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUNIMENT_HOME", str(tmp_path / "home"))
    folder = tables.small_holding(tmp_path / "small")
    path = folder / "subjects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    for number, row in enumerate(rows):
        row[header.index("NOTE")] = NOTES[number % len(NOTES)]
        row[header.index("SEX")] = "M" if number % len(NOTES) == 2 else "F"
    tables.write_csv(path, header, rows)
    # The man's note is no part of the cohort, so nobody has to read it.
    women = {"variable": "SEX", "is": "equals", "value": "F"}
    spec = tables.specification(variables=ASKED, cohort=women)
    (tmp_path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    return tmp_path


def review(place: Path, *more: object, field: str = "subjects.NOTE") -> int:
    words = ["review", place / "spec.json", "--holding", place / "small", "--field", field]
    return call(text, *words, "--out", place / "review.json", *more)


def test_a_text_leaves_as_its_reader_left_it(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(place) == 0
    assert "2 texts, 1 with findings" in capsys.readouterr().out
    assert (place / "review.json").stat().st_mode & 0o777 == 0o600
    held = json.loads((place / "review.json").read_text(encoding="utf-8"))
    assert [entry["text"] for entry in held["texts"]] == NOTES[:2]
    assert {"name", "phone"} <= {each["kind"] for each in held["texts"][0]["findings"]}
    assert (
        call(text, "approve", place / "review.json", "--by", "A. Reader", "--format", "json") == 0
    )
    told = json.loads(capsys.readouterr().out)
    redactions = Path(told["file"])
    assert redactions.parent == place / "home" / "redactions"
    assert b"Alvarez" not in redactions.read_bytes()
    fields = {"subjects.NOTE": {"method": "reviewed_text", "approved": told["approved"]}}
    policy = place / "policy.json"
    policy.write_text(json.dumps({"policy": "p", "edition": "1", "fields": fields}))
    words = [place / "spec.json", "--holding", place / "small", "--policy", policy]
    words += ["--out", place / "out" / "package"]
    with pytest.raises(cli.Stop, match="approved redactions of subjects"):
        call(extract, *words)
    assert call(extract, *words, "--redactions", redactions) == 0
    with (place / "out" / "package" / "data" / "subjects.csv").open(newline="") as file:
        notes = {row["NOTE"] for row in csv.DictReader(file)}
    assert "no change" in notes
    assert not any("Alvarez" in note or "867" in note for note in notes)
    assert any("[...]" in note for note in notes)


def test_a_reader_decides_text_by_text(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review(place)
    path = place / "review.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["texts"] = held["texts"][1:]
    path.write_text(json.dumps(held), encoding="utf-8")
    out = place / "redactions.json"
    assert call(text, "approve", path, "--by", "A", "--out", out) == 0
    assert "1 texts approved" in capsys.readouterr().out
    assert len(json.loads(out.read_text())["texts"]) == 1
    with pytest.raises(cli.Stop, match="already exists"):
        call(text, "approve", path, "--by", "A", "--out", out)
    with pytest.raises(cli.Stop, match="cannot be written"):
        call(text, "approve", path, "--by", "A", "--out", place / "no" / "r.json")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("text", "another", "is not the one that was held"),
        ("text", 7, "is not the one that was held"),
        ("struck", [[0, 9999]], "a span ends after them"),
        ("struck", [[3, 1]], "must be ordered"),
        ("extra", 1, "extra"),
        ("struck", [[3]], "/texts/0/struck/0"),
    ],
)
def test_a_review_that_was_bent_is_refused(
    place: Path, member: str, value: object, says: str
) -> None:
    review(place)
    path = place / "review.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["texts"][0][member] = value
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(cli.Stop, match=says):
        call(text, "approve", path, "--by", "A")


NO_TEXT = '{"muniment_text_review": 1, "field": "a.b", "texts": [7]}'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("[]", "must be a JSON object"),
        ("{}", "muniment_text_review"),
        ("{", "not JSON"),
        ('{"muniment_text_review": 2, "field": "a.b", "texts": []}', "/muniment_text_review"),
        (NO_TEXT, "/texts/0"),
    ],
)
def test_what_is_no_review_is_refused(place: Path, data: str, says: str) -> None:
    path = place / "odd.json"
    path.write_text(data)
    with pytest.raises(cli.Stop, match=says):
        call(text, "approve", path, "--by", "A")
    with pytest.raises(cli.Stop, match="cannot be read"):
        call(text, "approve", place / "absent.json", "--by", "A")


def test_somebody_must_have_read_the_texts(place: Path) -> None:
    path, out = place / "review.json", place / "redactions.json"
    path.write_text('{"muniment_text_review": 1, "field": "a.b", "texts": []}')
    with pytest.raises(cli.Stop, match="/reviewed_by"):
        call(text, "approve", path, "--by", "", "--out", out)
    assert not out.exists()


def test_a_home_that_is_a_file_is_said_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place / "review.json"
    path.write_text('{"muniment_text_review": 1, "field": "a.b", "texts": []}')
    monkeypatch.setenv("MUNIMENT_HOME", str(path))
    with pytest.raises(cli.Stop, match="cannot be made"):
        call(text, "approve", path, "--by", "A")


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("subjects.BMI", "No part of the specification asks"),
        ("events.TERM", "No part of the specification asks"),
        ("x", "No part of the specification asks"),
    ],
)
def test_only_a_column_that_was_asked_for_is_held(place: Path, field: str, says: str) -> None:
    with pytest.raises(cli.Stop, match=says):
        review(place, field=field)
    assert not (place / "review.json").exists()


@pytest.mark.slow
def test_numbers_are_no_text_and_a_review_is_never_written_over(place: Path) -> None:
    spec = tables.specification(variables={"subjects": ["BMI", "NOTE"]})
    (place / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    with pytest.raises(cli.Stop, match="holds no text"):
        review(place, field="subjects.BMI")
    assert review(place) == 0
    with pytest.raises(cli.Stop, match="already exists"):
        review(place)
    with pytest.raises(cli.Stop, match="There is no folder"):
        call(
            text,
            "review",
            place / "spec.json",
            "--holding",
            place / "small",
            "--field",
            "subjects.NOTE",
            "--out",
            place / "no" / "review.json",
        )
    (place / "small" / "subjects.csv").unlink()
    (place / "review.json").unlink()
    with pytest.raises(cli.Stop, match=r"subjects\.csv"):
        review(place)


def test_a_redactions_file_that_is_none_stops_the_build(place: Path) -> None:
    words = [place / "spec.json", "--holding", place / "small", "--out", place / "package"]
    odd = place / "odd.json"
    odd.write_text("{}")
    with pytest.raises(cli.Stop, match="muniment_redactions"):
        call(extract, *words, "--redactions", odd)
    with pytest.raises(cli.Stop, match="cannot be read"):
        call(extract, *words, "--redactions", place / "absent.json")
