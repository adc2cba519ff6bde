"""Ladders of a method policy: what each rung shows, and what is no ladder."""

import pytest

from muniment.dataplane.risk import ladder
from muniment.dataplane.spec.reader import Reader


def read(anonymity: object = None, ladders: object = None) -> tuple[ladder.Settings, list[str]]:
    reader = Reader()
    found = ladder.read(reader, anonymity, ladders)
    return found, [f"{fault.path} {fault.code}" for fault in reader.faults]


def rungs(document: object, value: str | None) -> list[str | None]:
    found, faults = read(ladders={"t.f": document})
    assert faults == []
    one = found.ladders["t.f"]
    return [one.rung(value, step) for step in range(len(one.rungs) + 2)]


@pytest.mark.parametrize(
    ("document", "value", "shown"),
    [
        ({"bands": [[10, 20, 30], [20]]}, "25", ["25", "20 to under 30", "20 and over", None]),
        ({"bands": [[10, 20, 30], [20]]}, "9.5", ["9.5", "under 10", "under 20", None]),
        ({"bands": [[10]]}, "old", ["old", None, None]),
        ({"widths": [5, 10]}, "-3", ["-3", "-5 to under 0", "-10 to under 0", None]),
        ({"widths": [5]}, "x", ["x", None, None]),
        ({"prefix": [3, 1]}, "C50.1", ["C50.1", "C50", "C", None]),
        ({"mapping": [{"C50.1": "C50"}, {"C50": "C"}]}, "C50.1", ["C50.1", "C50", "C", None]),
        ({"mapping": [{"a": "b"}]}, "z", ["z", "z", None]),
        ({"dates": ["month", "year"]}, "2013-02-07", ["2013-02-07", "2013-02", "2013", None]),
        ({"dates": ["year"]}, "soon", ["soon", None, None]),
        ({"dates": ["year"]}, None, [None, None, None]),
    ],
)
def test_each_rung_shows_a_coarser_form(
    document: object, value: str | None, shown: list[str | None]
) -> None:
    assert rungs(document, value) == shown


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"bands": [[10, 20]]}, "in bands that begin at 10, 20"),
        ({"widths": [7]}, "in classes of 7"),
        ({"prefix": [3]}, "only the first 3 characters"),
        ({"dates": ["month"]}, "only the month"),
        ({"mapping": [{"a": "b"}]}, "as a broader word, 1 up"),
    ],
)
def test_a_rung_is_told_in_words(document: object, says: str) -> None:
    found, _ = read(ladders={"t.f": document})
    assert found.ladders["t.f"].says(1) == says
    assert found.ladders["t.f"].says(2) == "not shown"
    assert found.ladders["t.f"].document() == {
        name: list(value)
        for name, value in document.items()  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (5, "/ladders/t.f wrong-type"),
        ({}, "/ladders/t.f wrong-length"),
        ({"rungs": []}, "/ladders/t.f unknown-member"),
        ({"widths": []}, "/ladders/t.f/widths wrong-length"),
        ({"widths": [1]}, "/ladders/t.f/widths/0 out-of-range"),
        ({"widths": [4, 6]}, "/ladders/t.f/widths/1 not-nested"),
        ({"prefix": [1, 3]}, "/ladders/t.f/prefix/1 not-nested"),
        ({"dates": ["year", "month"]}, "/ladders/t.f/dates/1 not-nested"),
        ({"dates": ["week"]}, "/ladders/t.f/dates/0 unknown-word"),
        ({"bands": [[20, 10]]}, "/ladders/t.f/bands/0 wrong-order"),
        ({"bands": [[10, 20], [15]]}, "/ladders/t.f/bands/1 not-nested"),
        ({"mapping": ["a"]}, "/ladders/t.f/mapping/0 wrong-type"),
        ({"mapping": [{"a": ""}]}, "/ladders/t.f/mapping/0/a empty"),
    ],
)
def test_what_is_no_ladder_is_refused_with_its_place(document: object, fault: str) -> None:
    assert fault in read(ladders={"t.f": document})[1]


def test_a_mapping_of_too_many_words_is_refused() -> None:
    words = {str(n): "x" for n in range(ladder.MOST_WORDS + 1)}
    assert read(ladders={"t.f": {"mapping": [words]}})[1] == ["/ladders/t.f/mapping/0 wrong-length"]


def test_settings_read_back_as_they_were_written() -> None:
    anonymity = {
        "approach": "generalize", "knowledge": "course", "suppress_percent": 0,
        "known_events": 3, "l": 2, "t_percent": 30,
    }  # fmt: skip
    ladders = {"t.f": {"mapping": [{"a": "b"}]}, "t.g": {"bands": [[1, 2]]}}
    found, faults = read(anonymity, ladders)
    assert faults == []
    assert found.documents() == {"anonymity": anonymity, "ladders": ladders}
    assert read()[0].documents() == {}


@pytest.mark.parametrize(
    "anonymity", [5, {"approach": "hope"}, {"known_events": 9}, {"l": 1}, {"k": 3}]
)
def test_settings_that_mean_nothing_are_refused(anonymity: object) -> None:
    assert read(anonymity)[1] != []
