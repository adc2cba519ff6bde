"""What linked holdings tell of a person goes from one Spark engine to the next as from DuckDB."""

from dataclasses import replace
from pathlib import Path

from muniment.dataplane import release
from tests.dataplane.engines import clusters
from tests.dataplane.extract import builds, linked_people

pytestmark = clusters.needs_spark


def test_dates_are_withheld_by_linked_ages_alike(tmp_path: Path) -> None:
    place = linked_people.written(tmp_path)
    asked = place.document({"subjects": ["USUBJID", "AGE"]}, linked_people.DATED)
    ours = place.build(asked, linked_people.AGED, part_ids=["p2"])
    order = place.order(asked, linked_people.AGED, part_ids=["p2"])
    theirs = release.build(replace(order, setting=clusters.local()), keys=linked_people.KEYS)
    assert {row["ONSET"] == "" for row in builds.rows(ours, "events")} == {True, False}
    file = Path("data", "events.csv")
    assert (theirs.folder / file).read_bytes() == (ours.folder / file).read_bytes()
