"""Numbers over time: a table of years under the rules of every table, drawn in their order."""

import collections
import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests.dataplane import tables
from tests.dataplane.extract import builds

SVG = "{http://www.w3.org/2000/svg}"
YEARS = range(2010, 2016)


def by_year(root: Path, *, days: Sequence[str] = ()) -> builds.Bench:
    """A holding whose dates are published by year, or of which these `days` are declared."""
    place = builds.Bench.at(root, persons=300)
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:  # type: ignore[index]
        if field["name"] == "START":
            years = [[f"{year}-01-01", f"{year}-12-31"] for year in YEARS]
            field["muniment"]["banded"] = [] if days else years
            field["constraints"] = {"enum": list(days)} if days else {}
    (place.folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    return place


def test_a_series_is_in_the_order_of_time_and_protected_like_any_table(tmp_path: Path) -> None:
    place = by_year(tmp_path)
    asked = tables.specification(level="aggregate", variables={}, group_by=["START"])
    built = place.build(asked)
    exact = collections.Counter(row["START"][:4] for row in builds.held(place, "subjects"))
    rows = builds.rows(built, "counts")
    assert [row["START"][:4] for row in rows] == [*map(str, YEARS), "miss"]
    known = {row["START"][:4]: row["number"] for row in rows}
    assert sum(known[str(year)] != "" for year in YEARS) >= 2
    for year, number in known.items():
        assert number == "" or (exact[year] >= 11 and abs(int(number) - exact[year]) < 5)
    assert all(known[str(year)] == "" for year in YEARS if exact[str(year)] < 11)
    picture = ElementTree.parse(built.folder / "charts" / "counts.svg").getroot()
    columns = picture.findall(f"{SVG}rect")
    assert len({int(each.get("y")) + int(each.get("height")) for each in columns}) == 1
    drawn = [each.get("class") == "chart-bar" for each in columns]
    assert drawn == [row["number"] != "" for row in rows]


def lefts(place: builds.Bench, *group_by: str) -> set[str | None]:
    """Where the blocks of the chart begin."""
    asked = tables.specification(level="aggregate", variables={}, group_by=list(group_by))
    picture = ElementTree.parse(place.build(asked).folder / "charts" / "counts.svg").getroot()
    return {each.get("x") for each in picture.findall(f"{SVG}rect")}


def test_groups_of_two_variables_are_no_series(tmp_path: Path) -> None:
    assert lefts(by_year(tmp_path), "SEX", "START") == {"200"}


def test_declared_days_are_no_series_since_they_may_be_in_any_order(tmp_path: Path) -> None:
    assert lefts(by_year(tmp_path, days=["2014-01-06", "2012-01-02"]), "START") == {"200"}
