"""Nothing beside a shifted date may tell its year, its season or its month."""

import json
from pathlib import Path

import pytest

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def rename(place: builds.Bench, name: str) -> None:
    """The events' TERM under another name."""
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["resources"][1]["schema"]["fields"][2]["name"] = name
    path.write_text(json.dumps(shape), encoding="utf-8")
    file = place.folder / "events.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("TERM", name, 1), encoding="utf-8")


def built(place: builds.Bench, name: str, rule: dict[str, object]) -> set[str]:
    override = {"policy": "x", "edition": "1", "fields": {f"events.{name}": rule}}
    asked = tables.specification(variables={"subjects": ["START"], "events": [name]})
    try:
        place.build(asked, override=override)
    except refusals.Refused as refused:
        return {each.code for each in refused.refusals}
    return set()


@pytest.mark.parametrize(
    "name", ["season", "DX_YEAR", "visit-quarter", "month_of_onset", "YearSeen", "BRTHYR"]
)
def test_a_column_named_like_a_season_is_refused_unless_the_rule_says_it_is_none(
    place: builds.Bench, name: str
) -> None:
    rename(place, name)
    assert built(place, name, {"method": "keep"}) == {"year-beside-shift"}
    assert built(place, name, {"method": "rare_merge", "minimum": 2, "into": "Other"}) == {
        "year-beside-shift"
    }
    assert built(place, name, {"method": "keep", "calendar": False}) == set()


@pytest.mark.parametrize("name", ["reasons", "seasoning", "yearning", "years_of_school"])
def test_other_names_are_left_alone(place: builds.Bench, name: str) -> None:
    rename(place, name)
    assert built(place, name, {"method": "keep"}) == set()


def test_a_true_date_is_one_whatever_the_rule_says(place: builds.Bench) -> None:
    assert built(place, "ONSET", {"method": "keep", "calendar": False}) == {"year-beside-shift"}
