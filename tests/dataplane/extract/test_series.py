"""Numbers over time: a table of years under the rules of every table, drawn in their order."""

import collections
import json
from pathlib import Path
from xml.etree import ElementTree

from tests.dataplane import tables
from tests.dataplane.extract import builds

SVG = "{http://www.w3.org/2000/svg}"
YEARS = range(2010, 2016)


def by_year(root: Path) -> builds.Bench:
    """A holding whose dates are published by year."""
    place = builds.Bench.at(root, persons=300)
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:  # type: ignore[index]
        if field["name"] == "START":
            field["muniment"]["banded"] = [[f"{year}-01-01", f"{year}-12-31"] for year in YEARS]
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


def test_groups_of_two_variables_are_no_series(tmp_path: Path) -> None:
    place = by_year(tmp_path)
    asked = tables.specification(level="aggregate", variables={}, group_by=["SEX", "START"])
    picture = ElementTree.parse(place.build(asked).folder / "charts" / "counts.svg").getroot()
    assert {each.get("x") for each in picture.findall(f"{SVG}rect")} == {"200"}
