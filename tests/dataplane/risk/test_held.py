"""Risk before any method: counted over the rows as they are held, and told to nobody outside."""

import collections
import csv
import re
import shutil
from pathlib import Path

from muniment.dataplane.risk import figures
from tests.dataplane import tables
from tests.dataplane.extract import builds

NAMES = ["SEX", "AGE", "STATE"]
AS_HELD = "risk_as_held"


def asked(*names: str) -> dict[str, object]:
    return tables.specification(variables={"subjects": list(names)})


def without(*names: str) -> dict[str, object]:
    fields = {f"subjects.{name}": {"method": "drop"} for name in names}
    return {"policy": "x", "edition": "1", "fields": fields}


def held_sizes(place: builds.Bench, names: list[str]) -> list[int]:
    rows = builds.held(place, "subjects")
    return list(collections.Counter(tuple(row[name] for name in names) for row in rows).values())


def with_states(place: builds.Bench, state: str) -> None:
    path = place.folder / "subjects.csv"
    rows = builds.held(place, "subjects")
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        written.writeheader()
        written.writerows({**row, "STATE": state} for row in rows)


def test_group_sizes_before_are_those_of_the_rows_as_held(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    part = place.build(asked("USUBJID", *NAMES)).receipt["parts"][0]
    sizes = held_sizes(place, NAMES)
    assert part[AS_HELD] == {
        "variables": [f"subjects.{name}" for name in NAMES],
        "units": sum(sizes),
        "smallest_group": min(sizes),
        "units_below": sum(size for size in sizes if size < part["risk"]["limit"]),
        "groups": figures.histogram(collections.Counter(sizes)),
        "rates_millionths": {
            name: figures.rates(sizes).document()[name] for name in ("prosecutor_most", "marketer")
        },
    }
    assert part[AS_HELD]["smallest_group"] < part["risk"]["after"]["smallest_group"]


def test_a_method_that_leaves_a_variable_out_counts_as_having_changed_something(
    tmp_path: Path,
) -> None:
    place = builds.Bench.at(tmp_path)
    part = place.build(asked("SEX", "AGE"), override=without("AGE")).receipt["parts"][0]
    assert part["risk"]["baseline"] == ["subjects.SEX"]
    assert part[AS_HELD]["variables"] == ["subjects.SEX", "subjects.AGE"]
    sizes = collections.Counter(held_sizes(place, ["SEX", "AGE"]))
    assert part[AS_HELD]["groups"] == figures.histogram(sizes)


def test_without_a_declared_baseline_there_is_nothing_to_compare(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    for names in ({"subjects": ["CONSENTED"]}, {"events": ["USUBJID", "GRADE"]}):
        part = place.build(tables.specification(variables=names)).receipt["parts"][0]
        assert part[AS_HELD] is None


def test_two_holdings_that_differ_only_before_treatment_give_the_same_package(
    tmp_path: Path,
) -> None:
    """Whatever of "before" reached the package would differ here; hashes and names of plans do."""
    told, exact = [], []
    for state in ("CA", None):
        place = builds.Bench.at(tmp_path / str(state))
        if state is not None:
            with_states(place, state)
        built = place.build(asked("SEX", "STATE"), override=without("STATE"))
        exact.append(built.receipt["parts"][0][AS_HELD])
        told.append({
            path: re.sub(rb"[0-9a-f]{12,}", b"#", data)
            for path, data in builds.everything(built).items()
        })  # fmt: skip
        assert AS_HELD.encode() not in b"".join(builds.everything(built).values())
        shutil.rmtree(built.folder)
    assert exact[0] != exact[1]
    assert {"manifest.json", "datapackage.json", "data/subjects.parquet"} <= told[0].keys()
    assert told[0] == told[1]
