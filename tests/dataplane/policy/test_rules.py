"""Rules as written: every parameter that does not fit is named with its place."""

import pytest

from muniment.dataplane.spec import rules
from muniment.dataplane.spec.reader import Reader

PLACES = {"Kings": "NY"}
MANY = {f"p{number}": "x" for number in range(rules.MOST_PLACES + 1)}


def faults_of(written: object) -> list[tuple[str, str]]:
    reader = Reader()
    rules.read(reader, written, "")
    return [(fault.path, fault.code) for fault in reader.found()]


@pytest.mark.parametrize(
    "written",
    [
        {"method": "keep", "calendar": False},
        {"method": "year", "of": "birth"},
        {"method": "bands", "edges": [50], "of": "age", "at": "START"},
        {"method": "top_bottom", "least": 1, "most": 2},
        {"method": "top_bottom", "most": 2},
        {"method": "roll_up", "levels": [PLACES, {"NY": "East"}], "into": "x"},
        {"method": "reviewed_text", "approved": "sha256:" + "0" * 64},
        {"method": "mark", "to": 3},
    ],
)
def test_a_rule_that_fits_is_read_as_it_is_written(written: dict[str, object]) -> None:
    assert faults_of(written) == []
    read = rules.read(Reader(), written, "")
    assert read is not None
    assert read.document() == written


@pytest.mark.parametrize(
    ("written", "path", "code"),
    [
        ([], "", "wrong-type"),
        ({"method": "wish"}, "/method", "unknown-word"),
        ({"method": "mark", "to": 2}, "/to", "out-of-range"),
        ({"method": "round", "to": 1}, "/to", "out-of-range"),
        ({"method": "year", "of": "age"}, "/of", "unknown-word"),
        ({"method": "bands", "edges": [1], "of": "birth"}, "/of", "unknown-word"),
        ({"method": "bands", "edges": [2, 1]}, "/edges", "wrong-order"),
        ({"method": "keep", "calendar": 0}, "/calendar", "wrong-type"),
        ({"method": "top_bottom"}, "", "missing"),
        ({"method": "top_bottom", "least": 2, "most": 2}, "", "wrong-order"),
        ({"method": "top_bottom", "least": "2"}, "/least", "wrong-type"),
        ({"method": "reviewed_text", "approved": "x"}, "/approved", "wrong-form"),
        ({"method": "roll_up", "levels": [[]], "into": "x"}, "/levels/0", "wrong-type"),
        ({"method": "roll_up", "levels": [{}], "into": "x"}, "/levels/0", "out-of-range"),
        ({"method": "roll_up", "levels": [MANY], "into": "x"}, "/levels/0", "out-of-range"),
        ({"method": "roll_up", "levels": [{"a": 1}], "into": "x"}, "/levels/0/a", "wrong-type"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named_with_its_place(
    written: object, path: str, code: str
) -> None:
    assert (path, code) in faults_of(written)
