"""A method policy chooses how k is reached; whichever it is, k holds on what leaves."""

import collections
import itertools
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
LADDERS: dict[str, object] = {
    "subjects.AGE": {"widths": [5, 10, 40]},
    "subjects.STATE": {"mapping": [{"CA": "West", "WY": "West", "NY": "East"}]},
}
KEEP_STATE = {"subjects.STATE": {"method": "keep"}}
ALL = {"subjects": ["USUBJID", *BASELINE, "BMI"], "events": ["USUBJID", "TERM", "ONSET"]}


def policy(approach: str, *, ladders: dict | None = None, **more: object) -> dict[str, object]:
    return {
        "policy": "own",
        "edition": "1",
        "fields": KEEP_STATE,
        "anonymity": {"approach": approach, **more},
        "ladders": LADDERS if ladders is None else ladders,
    }


def smallest(rows: list[dict[str, str]], names: list[str]) -> int:
    return min(collections.Counter(tuple(row[name] for name in names) for row in rows).values())


def risk_of(built: object) -> dict:
    return built.receipt["parts"][0]["risk"]  # type: ignore[attr-defined]


@settings(max_examples=6)
@given(
    approach=st.sampled_from(["generalize", "partition"]),
    persons=st.integers(30, 90),
    seed=st.integers(0, 1000),
    k=st.integers(2, 12),
    suppress=st.integers(0, 20),
)
def test_k_holds_after_any_approach(
    approach: str, persons: int, seed: int, k: int, suppress: int
) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        place = builds.Bench.at(root, persons=persons, seed=seed, settings={"k": k})
        asked = tables.specification(variables={"subjects": ["USUBJID", *BASELINE]})
        built = place.build(asked, override=policy(approach, suppress_percent=suppress))
        rows = builds.rows(built, "subjects")
        assert len(rows) == persons
        assert smallest(rows, BASELINE) >= k
        assert risk_of(built)["after"]["smallest_group"] == smallest(rows, BASELINE)
    finally:
        shutil.rmtree(root)


def test_values_are_told_in_the_words_of_their_rung(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=300, settings={"k": 4})
    override = policy("generalize", suppress_percent=10)
    built = place.build(tables.specification(variables=ALL), override=override)
    told = risk_of(built)["generalized"]
    ages = {row["AGE"] for row in builds.rows(built, "subjects")} - {""}
    assert told["rungs"]["AGE"] > 0
    assert all(" to under " in age for age in ages)
    assert told["units_below"] <= 300 * 10 // 100
    assert told["nodes_grouped"] < told["nodes"]
    book = (built.folder / "codebook.md").read_text(encoding="utf-8")
    assert "Made coarser so that k holds: in classes of" in book
    [field] = [each for each in built.manifest["parts"][0]["methods"] if each["variable"] == "AGE"]
    assert field["method"] == "top90"


def test_boxes_keep_finer_values_where_people_are_many(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=300)
    built = place.build(tables.specification(variables=ALL), override=policy("partition"))
    rows = builds.rows(built, "subjects")
    assert risk_of(built)["generalized"]["boxes"] > 4
    assert smallest(rows, BASELINE) >= 11
    assert any("before" in row["AGE"] or "after" in row["AGE"] for row in rows)


def test_the_policy_s_ladders_are_part_of_the_terms_and_its_faults_are_named(
    tmp_path: Path,
) -> None:
    place = builds.Bench.at(tmp_path)
    asked = tables.specification(variables={"subjects": ["SEX", "AGE"]})
    plain = place.build(asked, override={**policy("blank", ladders={}), "fields": {}})
    other = place.build(asked, override={**policy("generalize"), "fields": {}})
    assert plain.manifest["terms_hash"] != other.manifest["terms_hash"]
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, override=policy("blank", ladders={"subjects.AGEE": {"widths": [5]}}))
    assert refused.value.code == "unknown-variable"


def test_a_lattice_that_is_too_large_is_refused(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    many = {"widths": [2**n for n in range(1, 13)]}
    names = ["AGE", *(f"Q{n}" for n in range(5))]
    shape = tables.descriptor()
    [subjects, _] = shape["resources"]
    age = next(each for each in subjects["schema"]["fields"] if each["name"] == "AGE")
    subjects["schema"]["fields"] += [{**age, "name": name} for name in names[1:]]
    rows = builds.held(place, "subjects")
    place.folder = tables.write_holding(tmp_path / "wide", shape, subjects=[], events=[])
    tables.write_csv(
        place.folder / "subjects.csv", [*tables.SUBJECT_COLUMNS, *names[1:]],
        [[*row.values(), *[row["AGE"]] * 5] for row in rows],
    )  # fmt: skip
    ladders = {f"subjects.{name}": many for name in names}
    override = {**policy("generalize", ladders=ladders), "fields": {}}
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(variables={"subjects": names}), override=override)
    assert refused.value.code == "too-many-rungs"


@pytest.mark.parametrize(
    ("limits", "fits"), [({"l": 2}, True), ({"l": 100}, False), ({"t_percent": 1}, False)]
)
def test_sensitive_values_that_miss_a_limit_stop_the_build(
    tmp_path: Path, limits: dict[str, int], fits: bool
) -> None:
    place = builds.Bench.at(tmp_path)
    asked = tables.specification(variables={"subjects": ["SEX", "BMI"]})
    override = {**policy("blank", ladders={}, **limits), "fields": {}}
    if fits:
        told = risk_of(place.build(asked, override=override))["diversity"]["subjects.BMI"]
        assert told["distinct_l"] >= 2
    else:
        with pytest.raises(refusals.Refused) as refused:
            place.build(asked, override=override)
        assert refused.value.code == "diversity-unmet"


def test_courses_that_too_few_share_are_withheld(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=400, settings={"k": 5})
    asked = {"subjects": ["USUBJID", "SEX"], "events": ["USUBJID", "TERM", "GRADE"]}
    built = place.build(
        tables.specification(variables=asked),
        override={**policy("blank", ladders={}, knowledge="course"), "fields": {}},
    )
    sexes = {row["USUBJID"]: row["SEX"] for row in builds.rows(built, "subjects")}
    events = collections.defaultdict(list)
    for row in builds.rows(built, "events"):
        events[row["USUBJID"]].append(row)
    shown = collections.Counter((sex, len(events[code])) for code, sex in sexes.items())
    assert min(shown.values()) >= 5
    for name in ("TERM", "GRADE"):
        assert fewest_with_any(sexes, events, name, most=2) >= 5
    told = risk_of(built)["course"]["events"]
    assert told["smallest_group"] == min(shown.values())
    assert told["codes_blanked"] > 0
    assert "and on courses" in (built.folder / "README.md").read_text(encoding="utf-8")


def fewest_with_any(
    sexes: dict[str, str], events: dict[str, list[dict[str, str]]], name: str, *, most: int
) -> int:
    """How few share the baseline and any known codes, by trying all sets."""
    shared: collections.Counter = collections.Counter()
    for code, sex in sexes.items():
        known = sorted({row[name] for row in events[code]} - {""})
        for size in range(1, most + 1):
            shared.update((sex, *each) for each in itertools.combinations(known, size))
    return min(shared.values())


def test_known_dates_count_as_well(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=60, settings={"k": 5})
    built = place.build(
        tables.specification(variables=ALL),
        override={**policy("generalize", knowledge="course", known_events=1)},
    )
    told = risk_of(built)["course"]["events"]
    assert told["rows_withheld"] > 0
    assert told["smallest_group"] >= 5
    assert told["units_below_before"] > 0


def test_a_repeat_of_a_coarser_variable_has_its_form_too(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    shape = tables.descriptor()
    shape["resources"][1]["schema"]["fields"].append(shape["resources"][0]["schema"]["fields"][3])
    ages = {row["USUBJID"]: row["AGE"] for row in builds.held(place, "subjects")}
    subjects = [list(row.values()) for row in builds.held(place, "subjects")]
    events = [[*row.values(), ages[row["USUBJID"]]] for row in builds.held(place, "events")]
    place.folder = tables.write_holding(tmp_path / "more", shape, subjects=subjects)
    tables.write_csv(place.folder / "events.csv", [*tables.EVENT_COLUMNS, "AGE"], events)
    asked = tables.specification(
        variables={"subjects": ["USUBJID", "SEX", "AGE"], "events": ["USUBJID", "AGE"]}
    )
    override = {**policy("generalize", suppress_percent=15), "fields": {}}
    built = place.build(asked, override=override)
    shown = {row["USUBJID"]: row["AGE"] for row in builds.rows(built, "subjects")}
    assert any(shown.values())
    for row in builds.rows(built, "events"):
        assert row["AGE"] == shown[row["USUBJID"]]
    boxed = place.build(asked, override={**policy("partition"), "fields": {}})
    assert {row["AGE"] for row in builds.rows(boxed, "events")} == {""}


def test_the_report_tells_risk_before_and_after_and_what_it_cost(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification(variables={"subjects": ["USUBJID", *BASELINE]}))
    told = risk_of(built)["measures"]
    rows = builds.rows(built, "subjects")
    groups = collections.Counter(tuple(row[name] for name in BASELINE) for row in rows)
    after = told["after"]
    assert sum(each["units"] for each in after["groups"]) == 120
    assert sum(each["groups"] for each in after["groups"]) == len(groups)
    assert after["rates_millionths"]["prosecutor_most"] == -(-1_000_000 // min(groups.values()))
    assert after["uniques"]["unique"] == 0
    assert told["before"]["uniques"]["unique"] > 0
    assert told["utility"]["subjects.AGE"]["cells_after"] == sum(row["AGE"] != "" for row in rows)
    assert told["utility"]["subjects.AGE"]["distance_millionths"] > 0


def test_a_measurement_of_thousands_of_values_has_no_l(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=1800)
    asked = tables.specification(variables={"subjects": ["SEX", "BMI"]})
    with pytest.raises(refusals.Refused, match="too many values"):
        place.build(asked, override={**policy("blank", ladders={}, l=2), "fields": {}})


def test_nothing_is_made_coarser_where_every_group_is_large(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    asked = tables.specification(variables={"subjects": ["SEX"]})
    built = place.build(asked, override={**policy("generalize", ladders={}), "fields": {}})
    assert risk_of(built)["generalized"]["rungs"] == {"SEX": 0}
    assert {row["SEX"] for row in builds.rows(built, "subjects")} == {"F", "M"}
