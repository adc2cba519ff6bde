"""What tells whether a part is enough, against the same numbers counted in plain Python."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane import commands
from muniment.dataplane.counts import sufficiency
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane import tables

OLD = {"variable": "AGE", "is": "at_least", "value": 65}
WOMAN = {"variable": "SEX", "is": "equals", "value": "F"}
NOW = "2026-11-22T12:00:00+00:00"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tables.small_holding(tmp_path_factory.mktemp("small"), persons=300)


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def part_of(cohort: object = None, **more: Any) -> specification.Part:
    return specification.parse(tables.specification(cohort=cohort, **more)).parts[0]


def weighed(folder: Path, part: specification.Part, **more: Any) -> dict[str, Any]:
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        found = sufficiency.of(part, holding=source, connection=connection, **more)
    return found.reveal(purpose="A test compares it.")


BOTH = {
    "subjects": ["USUBJID", "AGE", "SEX", "STATE"],
    "events": ["USUBJID", "SERIOUS", "TERM"],
}


def test_every_number_is_that_of_people_counted_by_hand(folder: Path) -> None:
    told = weighed(folder, part_of({"all": [OLD, WOMAN]}, variables=BOTH))
    old = [one for one in read(folder, "subjects") if one["AGE"] and int(one["AGE"]) >= 65]
    cohort = {one["USUBJID"]: one for one in old if one["SEX"] == "F"}
    events = [one for one in read(folder, "events") if one["USUBJID"] in cohort]
    assert told["matching"] == len(cohort)
    assert [step["left"] for step in told["steps"]] == [300, len(old), len(cohort)]
    assert told["events"] == [
        {"table": "events", "units": len({one["USUBJID"] for one in events})}
    ]  # fmt: skip
    unsaid = {one["USUBJID"] for one in events if not one["SERIOUS"]}
    missing = {(each["table"], each["variable"]): each["units"] for each in told["missing"]}
    assert missing["subjects", "AGE"] == 0
    assert missing["events", "SERIOUS"] == len(unsaid) > 0
    assert missing["events", "TERM"] == 0
    assert "USUBJID" not in {variable for _, variable in missing}  # it names people


def test_a_variable_of_the_base_table_lacks_its_value(folder: Path) -> None:
    told = weighed(folder, part_of(variables={"subjects": ["AGE"]}))
    without = sum(not one["AGE"] for one in read(folder, "subjects"))
    assert told["missing"] == [{"table": "subjects", "variable": "AGE", "units": without}]
    assert without > 0


def test_the_smallest_cell_is_of_declared_values_of_quasi_identifiers(folder: Path) -> None:
    source = holding.load(folder)
    by = [each.name for each in source.base.fields if sufficiency._groups(each)]
    told = weighed(folder, part_of(variables={"subjects": ["AGE", "SEX", "STATE", "BMI"]}))
    assert set(told["cell"]["by"]) <= set(by)
    assert told["cell"]["smallest"] >= 1
    nobody = {"all": [{"variable": "AGE", "is": "at_least", "value": 500}]}
    assert weighed(folder, part_of(nobody))["cell"]["smallest"] is None
    assert weighed(folder, part_of(variables={"subjects": ["BMI"]}))["cell"] == {
        "by": [],
        "smallest": None,
    }


def test_what_is_shared_with_approved_work_is_told_as_a_band(folder: Path) -> None:
    others = {
        "the same": part_of(WOMAN),
        "everyone": part_of(),
        "the others": part_of({"not": WOMAN}),
        "some": part_of({"all": [{"variable": "AGE", "is": "at_least", "value": 75}]}),
    }
    told = weighed(folder, part_of(WOMAN), others=others)
    assert told["overlap"] == {
        "the same": "most", "everyone": "most", "the others": "little", "some": "some",
    }  # fmt: skip


def test_parts_that_compute_one_name_in_two_ways_are_not_compared(folder: Path) -> None:
    def computing(on: str, **more: Any) -> specification.Part:
        shape = tables.specification(**more)
        years = {"is": "age_at", "born": "START", "at": {"on": on}}
        shape["parts"][0]["derived"] = [{"name": "YEARS", "reason": f"As of {on}.", **years}]
        shape["parts"][0]["tables"][0]["variables"].append({"name": "YEARS", "reason": "Age."})
        return specification.parse(shape).parts[0]

    part = computing("2020-01-01")
    others = {"same": computing("2020-01-01"), "else": computing("2021-01-01")}
    told = weighed(folder, part, others=others)
    assert told["overlap"] == {"same": "most", "else": None}
    assert "YEARS" not in {each["variable"] for each in told["missing"]}


def test_the_process_weighs_for_a_purpose_and_refuses_what_the_holding_has_not(
    folder: Path,
) -> None:
    asked = {
        "specification": tables.specification(cohort=WOMAN),
        "holdings": [str(folder)],
        "now": NOW,
        "purpose": "sufficiency of a request",
        "others": {"p1": {"CENTRA-2026-0001": tables.specification()["parts"][0]}},
    }
    told = commands.weigh(asked, {}, Watch())
    [part] = told["parts"]  # type: ignore[misc]
    assert (part["part"], part["exact"]["overlap"]) == ("p1", {"CENTRA-2026-0001": "most"})
    alone = commands.weigh({**asked, "others": None}, {}, Watch())
    assert alone["parts"][0]["exact"]["overlap"] == {}  # type: ignore[index]
    wrong = tables.specification(cohort={"variable": "NO", "is": "present"})
    with pytest.raises(commands.Refused):
        commands.weigh({**asked, "specification": wrong}, {}, Watch())
    with pytest.raises(ValueError, match="for what purpose"):
        commands.weigh({**asked, "purpose": " "}, {}, Watch())


def test_data_that_cannot_be_read_are_refused(folder: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(folder, tmp_path / "broken"))
    for data in (*broken.rglob("*.csv"), *broken.rglob("*.parquet")):
        data.unlink()
    asked = {
        "specification": tables.specification(), "holdings": [str(broken)], "now": NOW,
        "purpose": "sufficiency of a request", "others": None,
    }  # fmt: skip
    with pytest.raises(commands.Refused):
        commands.weigh(asked, {}, Watch())


def test_a_table_of_exact_numbers_is_not_shown_by_accident(folder: Path) -> None:
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        found = sufficiency.of(part_of(), holding=source, connection=connection)
    with pytest.raises(TypeError):
        str(found)
    assert repr(found) == "Exact(hidden)"
    with pytest.raises(faults.Faulty):
        weighed(folder, part_of({"variable": "NO", "is": "present"}))
