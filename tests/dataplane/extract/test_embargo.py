"""Rows under embargo are absent until the moment it lifts; when all are, the build says so."""

import datetime
import json
from pathlib import Path

import pytest

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds

ASKED = tables.specification(variables={"subjects": ["USUBJID", "SEX"], "events": ["TERM"]})
EARLY = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def embargoed(root: Path, *, table: str, field: str) -> builds.Bench:
    place = builds.Bench.at(root)
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["embargo"] = {"table": table, "field": field}
    path.write_text(json.dumps(shape), encoding="utf-8")
    return place


def test_a_person_under_embargo_is_absent_from_every_table(tmp_path: Path) -> None:
    place = embargoed(tmp_path, table="subjects", field="START")
    now = datetime.datetime(2013, 6, 1, 12, tzinfo=datetime.UTC)
    free = {
        row["USUBJID"] for row in builds.held(place, "subjects") if row["START"] <= "2013-06-01"
    }
    events = [row for row in builds.held(place, "events") if row["USUBJID"] in free]
    built = place.build(ASKED, now=now)
    assert 0 < len(free) < 120
    assert len(builds.rows(built, "subjects")) == len(free)
    assert len(builds.rows(built, "events")) == len(events)


def test_an_embargo_on_a_related_table_hides_its_rows_only(tmp_path: Path) -> None:
    place = embargoed(tmp_path, table="events", field="ONSET")
    now = datetime.datetime(2013, 6, 1, 12, tzinfo=datetime.UTC)
    free = [row for row in builds.held(place, "events") if row["ONSET"] <= "2013-06-01"]
    built = place.build(ASKED, now=now)
    assert len(builds.rows(built, "subjects")) == 120
    assert len(builds.rows(built, "events")) == len(free)


@pytest.mark.parametrize(("table", "field"), [("subjects", "START"), ("events", "ONSET")])
def test_when_all_of_a_table_is_under_embargo_the_build_is_refused(
    tmp_path: Path, table: str, field: str
) -> None:
    place = embargoed(tmp_path, table=table, field=field)
    with pytest.raises(refusals.Refused) as refused:
        place.build(ASKED, now=EARLY)
    assert refused.value.code == "under-embargo"
    assert refused.value.refusals[0].params == {"table": table}
    assert list((place.root / "out").iterdir()) == []


def test_numbers_are_under_embargo_too(tmp_path: Path) -> None:
    place = embargoed(tmp_path, table="subjects", field="START")
    asked = tables.specification(level="aggregate", variables={}, group_by=["SEX"])
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, now=EARLY)
    assert refused.value.code == "under-embargo"


NOBODY = {"variable": "AGE", "is": "more_than", "value": 200}


@pytest.mark.parametrize("level", ["record", "aggregate"])
@pytest.mark.parametrize("with_embargo", [True, False])
def test_when_nothing_matches_no_embargo_is_blamed(
    tmp_path: Path, level: str, with_embargo: bool
) -> None:
    if with_embargo:
        place = embargoed(tmp_path, table="subjects", field="START")
    else:
        place = builds.Bench.at(tmp_path)
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(level=level, cohort=NOBODY))
    assert refused.value.code == "nothing-matches"
