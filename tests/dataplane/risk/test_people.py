"""Who is in a release whose base table stays behind: everyone in any of its tables, once."""

import csv
import json
import shutil
from pathlib import Path

from tests.dataplane import tables
from tests.dataplane.extract import builds


def with_visits(folder: Path) -> set[str]:
    """A second related table, which leaves out whose events come first; everyone in either."""
    place = folder / "datapackage.json"
    document = json.loads(place.read_text(encoding="utf-8"))
    visits = json.loads(json.dumps(document["resources"][1]))
    visits |= {"name": "visits", "path": "visits.csv"}
    document["resources"].append(visits)
    place.write_text(json.dumps(document), encoding="utf-8")
    shutil.copyfile(folder / "events.csv", folder / "visits.csv")
    with (folder / "visits.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    key = header.index("USUBJID")
    everyone = [row[key] for row in rows]
    first, last = everyone[0], everyone[-1]
    for name, left_out in (("visits", first), ("events", last)):
        kept = [row for row in rows if row[key] != left_out]
        tables.write_csv(folder / f"{name}.csv", header, kept)
    return set(everyone)


def test_whoever_is_in_one_of_several_tables_is_counted_once(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    everyone = with_visits(place.folder)
    asked = {"events": ["USUBJID", "SERIOUS"], "visits": ["USUBJID", "SERIOUS"]}
    built = place.build(tables.specification(variables=asked))
    risk = built.receipt["parts"][0]["risk"]
    assert risk["after"]["smallest_group"] == len(everyone)
