"""Held text: shown with its findings, released only as approved, never by itself."""

import pytest

from muniment.dataplane.freetext import review
from muniment.dataplane.spec import faults

TEXT = "Seen by Dr. Alvarez on 2014-03-02, call 555-867-5309."


def test_a_review_shows_each_text_once_with_findings_and_a_proposal() -> None:
    held = review.hold([TEXT, "no change", TEXT], field="subjects.NOTE")
    first, second = held["texts"]
    assert (first["text"], second["text"]) == (TEXT, "no change")
    assert {"name", "date", "phone"} <= {each["kind"] for each in first["findings"]}
    assert second["findings"] == second["struck"] == []
    struck = review.read(
        review.approve(
            {first["hash"]: first["struck"]}, field="x.y", reviewer="A. Reader", on="2026-11-22"
        )
    ).released(TEXT)
    assert struck is not None
    assert not {"Alvarez", "2014", "867"} & set(struck.replace("-", " ").replace(".", " ").split())
    assert "Seen by" in struck


def test_a_text_that_nobody_approved_is_not_released() -> None:
    approved = review.read(review.approve({}, field="x.y", reviewer="A", on="2026-11-22"))
    assert approved.released("no change") is None


def test_spans_beyond_the_text_release_nothing() -> None:
    listed = {review.text_hash("short"): [(2, 99)]}
    approved = review.read(review.approve(listed, field="x.y", reviewer="A", on="2026-11-22"))
    assert approved.released("short") is None


def test_touching_and_overlapping_spans_are_one() -> None:
    assert review.merged([(5, 9), (0, 3), (3, 4), (6, 7)]) == [(0, 4), (5, 9)]


GOOD = {
    "muniment_redactions": 1,
    "field": "a.b",
    "reviewed_by": "A",
    "reviewed_on": "2026-11-22",
    "texts": {},
}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], ""),
        (GOOD | {"muniment_redactions": 2}, "/muniment_redactions"),
        (GOOD | {"reviewed_by": ""}, "/reviewed_by"),
        (GOOD | {"texts": []}, "/texts"),
        (GOOD | {"texts": {"h": [[3, 1]]}}, "/texts/h"),
        (GOOD | {"texts": {"h": [[0, 4], [2, 6]]}}, "/texts/h"),
        (GOOD | {"texts": {"h": [[0]]}}, "/texts/h/0"),
        (GOOD | {"texts": {"h": [[0, "x"]]}}, "/texts/h/0"),
    ],
)
def test_redactions_that_cannot_be_read_name_the_place(document: object, path: str) -> None:
    with pytest.raises(faults.Faulty) as faulty:
        review.read(document)
    assert faulty.value.faults[0].path == path
