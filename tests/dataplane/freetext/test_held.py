"""Which texts are held for a reader: of the rows that a part would release, and no others."""

import datetime
import json
from pathlib import Path

import pytest

from muniment.dataplane import plan, refusals
from muniment.dataplane.freetext import held
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
AGED = {
    "name": "AGED", "is": "age_at", "born": "START", "at": {"on": "2020-12-31"}, "reason": "x",
}  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> plan.Sources:
    folder = tables.small_holding(tmp_path / "small")
    source = holding.load(folder)
    return {source.key: (folder, source)}


def parts(*names: str, table: str = "subjects", **more: object) -> list[specification.Part]:
    shape = tables.specification(variables={table: list(names)}, **more)
    shape["parts"][0]["derived"] = [AGED]
    return list(specification.parse(shape).parts)


def texts(asked: list[specification.Part], places: plan.Sources, field: str) -> set[str]:
    document = held.of(asked, places, field=field, now=NOW)
    assert document["field"] == field
    listed = document["texts"]
    assert isinstance(listed, list)
    return {entry["text"] for entry in listed}


def test_every_different_text_is_held_once(places: plan.Sources) -> None:
    asked = parts("NOTE")
    assert texts(asked, places, "subjects.NOTE") == {"seen twice", "moved, then came back"}
    assert texts([*asked, *asked], places, "subjects.NOTE") == texts(asked, places, "subjects.NOTE")


def test_rows_outside_the_cohort_are_not_held(places: plan.Sources) -> None:
    rash = {"variable": "TERM", "is": "equals", "value": "RASH"}
    none = {"all": [{"exists": {"table": "events", "where": rash}}, {"not": {"exists": {
        "table": "events", "where": None}}}]}  # fmt: skip
    assert texts(parts("NOTE", cohort=none), places, "subjects.NOTE") == set()


def test_the_texts_of_a_related_table_are_held(places: plan.Sources) -> None:
    asked = parts("TERM", table="events")
    assert texts(asked, places, "events.TERM") == set(tables.TERMS)


@pytest.mark.parametrize("field", ["subjects.SEX", "events.NOTE", "NOTE", "subjects.", ""])
def test_a_column_that_no_part_asks_for_is_refused(places: plan.Sources, field: str) -> None:
    with pytest.raises(refusals.Refused) as refused:
        held.of(parts("NOTE"), places, field=field, now=NOW)
    assert refused.value.code == "not-asked"


def test_grouped_numbers_hold_no_texts(places: plan.Sources) -> None:
    asked = parts("NOTE", level="aggregate", group_by=["SEX"])
    with pytest.raises(refusals.Refused) as refused:
        held.of(asked, places, field="subjects.NOTE", now=NOW)
    assert refused.value.code == "not-asked"


@pytest.mark.parametrize("name", ["AGE", "AGED", "START"])
def test_a_number_a_date_and_a_derived_variable_are_no_texts(
    places: plan.Sources, name: str
) -> None:
    with pytest.raises(refusals.Refused) as refused:
        held.of(parts(name), places, field=f"subjects.{name}", now=NOW)
    assert refused.value.code == "not-text"


def test_a_table_is_told_by_its_whole_name(tmp_path: Path) -> None:
    shape = tables.descriptor()
    shape["resources"][1]["name"] = "subjects.more"
    folder = tables.small_holding(tmp_path / "small")
    (folder / holding.DESCRIPTOR).write_text(json.dumps(shape), encoding="utf-8")
    source = holding.load(folder)
    asked = tables.specification(variables={"subjects": ["SEX"], "subjects.more": ["TERM"]})
    found = list(specification.parse(asked).parts)
    place = {source.key: (folder, source)}
    assert texts(found, place, "subjects.more.TERM") == set(tables.TERMS)


def test_a_holding_that_cannot_be_read_is_refused(places: plan.Sources) -> None:
    [(folder, _)] = places.values()
    (folder / "subjects.csv").unlink()
    with pytest.raises(refusals.Refused, match=r"subjects\.csv"):
        held.of(parts("NOTE"), places, field="subjects.NOTE", now=NOW)


def test_a_review_is_written_once_for_its_owner_only(places: plan.Sources, tmp_path: Path) -> None:
    document = held.of(parts("NOTE"), places, field="subjects.NOTE", now=NOW)
    out = tmp_path / "review.json"
    told = held.write(document, out)
    found = [len(entry["findings"]) for entry in document["texts"]]
    assert told == {
        "texts": 2,
        "with_findings": sum(count > 0 for count in found),
        "findings": sum(found),
    }
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(out.read_text(encoding="utf-8")) == document
    for place, code in ((out, "target-exists"), (tmp_path / "no" / "r.json", "cannot-write")):
        with pytest.raises(refusals.Refused) as refused:
            held.write(document, place)
        assert refused.value.code == code
    assert [each.name for each in tmp_path.glob("review*")] == ["review.json"]
