"""k holds on what leaves, over persons; its cost is told exactly inside, protected outside."""

import collections
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds

BASELINE = ["SEX", "AGE", "STATE"]


def smallest_group(rows: list[dict[str, str]], names: list[str]) -> int:
    """k by plain counting; a missing value is a value of its own."""
    return min(collections.Counter(tuple(row[name] for name in names) for row in rows).values())


@settings(max_examples=10)
@given(
    persons=st.integers(20, 90),
    seed=st.integers(0, 1000),
    k=st.integers(2, 20),
    names=st.lists(st.sampled_from(BASELINE), min_size=1, max_size=3, unique=True),
)
def test_k_holds_on_the_released_baseline_or_nothing_is_released(
    persons: int, seed: int, k: int, names: list[str]
) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        place = builds.Bench.at(root, persons=persons, seed=seed, settings={"k": k})
        built = place.build(tables.specification(variables={"subjects": ["USUBJID", *names]}))
        rows = builds.rows(built, "subjects")
        risk = built.receipt["parts"][0]["risk"]
        assert len(rows) == persons
        assert smallest_group(rows, names) >= k
        assert risk["after"] == {
            "units": persons,
            "smallest_group": smallest_group(rows, names),
            "units_below": 0,
        }
        assert risk["before"]["smallest_group"] >= 1
    finally:
        shutil.rmtree(root)


def test_nothing_is_blanked_where_every_group_is_large(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification(variables={"subjects": ["SEX"]}))
    held = collections.Counter(row["SEX"] for row in builds.held(place, "subjects"))
    assert collections.Counter(row["SEX"] for row in builds.rows(built, "subjects")) == held
    risk = built.receipt["parts"][0]["risk"]
    assert risk["blanked"] == {}
    assert risk["before"] == risk["after"]
    assert risk["after"]["smallest_group"] == min(held.values())


def test_the_manifest_and_readme_say_what_k_covers_and_no_exact_number(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=122)
    built = place.build(tables.specification(variables=builds.WHOLE))
    figures = built.manifest["parts"][0]["figures"]
    assert figures["units"] == 120
    assert figures["k_limit"] == 11
    assert figures["k_on"] == ["subjects.SEX", "subjects.AGE", "subjects.STATE"]
    assert figures["k_not_on"] == ["subjects.START", "events.ONSET"]
    assert "subjects.AGE" in figures["blanked"]
    readme = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "k on the declared baseline variables" in readme
    assert "Not part of k: subjects.START, events.ONSET." in readme
    exact = built.receipt["parts"][0]
    assert exact["units"] == 122
    assert "122" not in readme
    assert "statements" not in built.manifest


def test_the_receipt_knows_what_an_onlooker_with_more_could_tell(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(
        tables.specification(variables={"subjects": ["USUBJID", "SEX"], "events": ["USUBJID"]})
    )
    events = collections.Counter(row["USUBJID"] for row in builds.held(place, "events"))
    known = collections.Counter(
        (row["SEX"], events[row["USUBJID"]]) for row in builds.held(place, "subjects")
    )
    alone = sum(count == 1 for count in known.values())
    assert built.receipt["parts"][0]["risk"]["alone_with_more"] == alone


def test_fewer_people_than_the_limit_are_never_released(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=10)
    for names in (["SEX"], ["BMI"]):
        with pytest.raises(refusals.Refused) as refused:
            place.build(tables.specification(variables={"subjects": names}))
        assert refused.value.code == "too-few-units"
    with pytest.raises(refusals.Refused):
        place.build(tables.specification(variables={"events": ["GRADE"]}))


def test_a_few_rows_that_tell_nothing_of_anyone_may_leave(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=5)
    built = place.build(tables.specification(variables={"subjects": ["CONSENTED"]}))
    assert len(builds.rows(built, "subjects")) == 5
    figures = built.manifest["parts"][0]["figures"]
    assert figures["units"] == "too few to show"
    assert "About" not in (built.folder / "README.md").read_text(encoding="utf-8")


def test_a_base_table_that_repeats_its_persons_is_refused(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    path = place.folder / "subjects.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(variables={"subjects": ["SEX"]}))
    assert refused.value.code == "base-repeats"


def test_a_blanked_value_is_blanked_in_related_tables_of_the_same_name(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    shape = json.loads((place.folder / "datapackage.json").read_text(encoding="utf-8"))
    sex = shape["resources"][0]["schema"]["fields"][5]
    shape["resources"][1]["schema"]["fields"].append(sex)
    (place.folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    states = {row["USUBJID"]: row["STATE"] for row in builds.held(place, "subjects")}
    events = builds.held(place, "events")
    path = place.folder / "events.csv"
    lines = [",".join([*row.values(), states[row["USUBJID"]]]) for row in events]
    header = ",".join([*tables.EVENT_COLUMNS, "STATE"])
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    keep = {"method": "keep"}
    override = {
        "policy": "x",
        "edition": "1",
        "fields": {"subjects.STATE": keep, "events.STATE": keep},
    }
    asked = {"subjects": ["USUBJID", "SEX", "STATE"], "events": ["USUBJID", "STATE"]}
    built = place.build(tables.specification(variables=asked), override=override)
    shown = {row["USUBJID"]: row["STATE"] for row in builds.rows(built, "subjects")}
    assert "" in shown.values()
    assert "CA" in shown.values()
    for row in builds.rows(built, "events"):
        assert row["STATE"] == shown[row["USUBJID"]]
    assert "events.STATE" in built.receipt["parts"][0]["risk"]["blanked"]


def test_rare_values_are_counted_over_persons_not_rows(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    busy = builds.held(place, "subjects")[0]["USUBJID"]
    with (place.folder / "events.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"E-{900000 + n},{busy},ODD TERM,Y,1,2013-01-01\n" for n in range(40))
    rule = {"method": "rare_merge", "minimum": 5, "into": "Other"}
    override = {"policy": "x", "edition": "1", "fields": {"events.TERM": rule}}
    built = place.build(
        tables.specification(variables={"events": ["USUBJID", "TERM"]}), override=override
    )
    released = {row["TERM"] for row in builds.rows(built, "events")}
    assert "ODD TERM" not in released
    assert {"NAUSEA", "Other"} <= released
