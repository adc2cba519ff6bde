"""Whose rows a question gives: the cohort's, without those under embargo."""

import datetime
from pathlib import Path

import pytest

from muniment.dataplane import counts
from muniment.dataplane.compile import cohort, nodes, questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane import tables

PURPOSE = "A test compares it."


def part_of(**asked: object) -> specification.Part:
    return specification.parse(tables.specification(**asked)).parts[0]


def subject(number: int, *, age: str = "50", start: str = "2012-01-02") -> list[str]:
    return [f"S-{number}", f"Person {number}", "F", age, "30", "CA", "true", start, ""]


def event(number: int, person: int, *, onset: str = "2012-03-01") -> list[str]:
    return [f"E-{number}", f"S-{person}", "RASH", "Y", "3", onset]


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def embargoed(folder: Path, table: str, field: str, kind: str, **rows: list) -> holding.Holding:
    shape = tables.descriptor()
    shape["muniment"]["embargo"] = {"table": table, "field": field}
    for resource in shape["resources"]:
        for each in resource["schema"]["fields"]:
            if each["name"] == field:
                each["type"] = kind
                each["muniment"]["release"] = {"method": "drop"}
    if kind == "datetime":
        shape["resources"][1]["schema"]["fields"][5]["muniment"]["release"] = {"method": "drop"}
    tables.write_holding(folder, shape, **rows)
    return holding.load(folder)


def ids(
    folder: Path, source: holding.Holding, table: str, column: str, now: datetime.datetime, **asked
) -> list[object]:
    tree = questions.rows(
        part_of(**asked), holding=source, table=table, columns=[column], as_of=now
    )
    with engine.open(source, folder=folder) as connection:
        return sorted(row[0] for row in engine.answer(connection, tree))


def test_a_row_under_embargo_is_absent_until_its_time(tmp_path: Path) -> None:
    times = ["2026-06-01T12:00:00Z", "2026-06-01T12:00:00-04:00", "", "soon"]
    subjects = [subject(place, start=time) for place, time in enumerate(times)]
    source = embargoed(
        tmp_path, "subjects", "START", "datetime",
        subjects=subjects, events=[event(place, place) for place in range(4)],
    )  # fmt: skip

    def seen(now: str) -> tuple[list, list, int]:
        people = ids(tmp_path, source, "subjects", "USUBJID", utc(now))
        events = ids(tmp_path, source, "events", "EVENTID", utc(now))
        with engine.open(source, folder=tmp_path) as connection:
            count = counts.exact(part_of(), holding=source, connection=connection, as_of=utc(now))
        return people, events, count.reveal(purpose=PURPOSE)

    assert seen("2026-06-01T11:59:59") == ([], [], 0)
    assert seen("2026-06-01T12:00:00") == (["S-0"], ["E-0"], 1)
    assert seen("2026-06-01T15:59:59") == (["S-0"], ["E-0"], 1)
    assert seen("2099-01-01T00:00:00") == (["S-0", "S-1"], ["E-0", "E-1"], 2)


def test_a_day_of_embargo_has_come_when_it_has_come_everywhere(tmp_path: Path) -> None:
    source = embargoed(
        tmp_path, "subjects", "START", "date", subjects=[subject(1, start="2026-06-01")], events=[]
    )
    late, time = utc("2026-06-01T11:59:59"), utc("2026-06-01T12:00:00")
    assert ids(tmp_path, source, "subjects", "USUBJID", late) == []
    assert ids(tmp_path, source, "subjects", "USUBJID", time) == ["S-1"]


def test_rows_of_a_related_table_under_embargo_hide_from_conditions_too(tmp_path: Path) -> None:
    source = embargoed(
        tmp_path, "events", "ONSET", "date",
        subjects=[subject(1), subject(2)],
        events=[event(1, 1, onset="2026-06-01"), event(2, 2, onset="2027-06-01")],
    )  # fmt: skip
    now = utc("2026-12-31T00:00:00")
    asked = {"cohort": {"exists": {"table": "events", "where": None}}}
    assert ids(tmp_path, source, "subjects", "USUBJID", now, **asked) == ["S-1"]
    assert ids(tmp_path, source, "events", "EVENTID", now) == ["E-1"]


@pytest.mark.parametrize("now", [None, datetime.datetime.fromisoformat("2026-01-01")])
def test_an_embargo_without_a_moment_and_its_zone_is_an_error(tmp_path: Path, now) -> None:
    source = embargoed(tmp_path, "events", "ONSET", "date", subjects=[], events=[])
    with pytest.raises(ValueError, match="as of a moment"):
        questions.rows(part_of(), holding=source, table="events", columns=["TERM"], as_of=now)


def test_columns_come_in_the_order_asked(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=3)
    source = holding.load(tmp_path)
    tree = questions.rows(part_of(), holding=source, table="subjects", columns=["SEX", "AGE"])
    with engine.open(source, folder=tmp_path) as connection:
        described = connection.execute(nodes.sql(tree)).description
    assert [column[0] for column in described] == ["SEX", "AGE"]


def test_a_unit_with_several_base_rows_counts_once_and_none_counts_for_nobody(
    tmp_path: Path,
) -> None:
    shape = tables.descriptor()
    del shape["resources"][0]["schema"]["primaryKey"]
    nobody = ["", *subject(9)[1:]]
    subjects = [subject(1, age="20"), subject(1, age="70"), subject(2, age="20"), nobody]
    tables.write_holding(tmp_path, shape, subjects=subjects)
    source = holding.load(tmp_path)
    old = {"variable": "AGE", "is": "at_least", "value": 65}
    with engine.open(source, folder=tmp_path) as connection:

        def number(node: dict | None) -> int:
            part = part_of(cohort=node)
            found = counts.exact(part, holding=source, connection=connection)
            return found.reveal(purpose=PURPOSE)

        assert (number(None), number(old), number({"not": old})) == (2, 1, 2)


def test_labels_name_every_declared_value_and_missing() -> None:
    base = holding.parse(tables.descriptor()).base
    assert questions.labels(base.get_field("SEX")) == ["F", "M", "missing"]
    assert questions.labels(base.get_field("AGE"))[-2:] == ["75 and over", "missing"]
    assert questions.labels(base.get_field("CONSENTED")) == ["true", "false", "missing"]


def test_what_check_would_refuse_raises_before_a_query_is_made() -> None:
    shape = tables.descriptor()
    del shape["resources"][1]["schema"]["foreignKeys"]
    del shape["resources"][1]["muniment"]["person_key"]
    source = holding.parse(shape)
    with pytest.raises(ValueError, match="Nothing relates"):
        questions.rows(part_of(), holding=source, table="events", columns=["TERM"])
    impossible = part_of(cohort={"variable": "AGE", "is": "equals", "value": "old"})
    with pytest.raises(ValueError, match="cannot be compared"):
        questions.rows(impossible, holding=source, table="subjects", columns=["AGE"])
    shape["resources"][0]["schema"]["fields"][3]["constraints"] = {"enum": ["old"]}
    shape["resources"][0]["schema"]["fields"][3]["muniment"]["banded"] = []
    grouped = part_of(level="aggregate", group_by=["AGE"], variables={})
    with pytest.raises(ValueError, match="none of its type"):
        questions.cells(grouped, holding=holding.parse(shape))


def test_nodes_take_no_text_for_a_query() -> None:
    with pytest.raises(TypeError, match="never from text"):
        nodes.select(["1; DROP TABLE x"], source=nodes.table("x", "x"))
    with pytest.raises(ValueError, match="plain name"):
        nodes.call("sleep(1); x")
    with pytest.raises(ValueError, match="plain name"):
        nodes.word("csv); DROP")
    assert nodes.sql(nodes.word("zstd")) == "ZSTD" or nodes.sql(nodes.word("zstd")) == "zstd"


def test_no_condition_is_true_and_no_choice_is_false() -> None:
    assert nodes.sql(nodes.every([])) == "TRUE"
    assert nodes.sql(nodes.either([])) == "FALSE"
    assert nodes.sql(nodes.literal(-5)) == "-5"


def test_a_thousand_values_and_five_hundred_conditions_compile(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=5)
    source = holding.load(tmp_path)
    wide = {"any": [{"variable": "BMI", "is": "less_than", "value": n} for n in range(497)]}
    listed = {"variable": "BMI", "is": "in", "value": list(range(1000))}
    part = part_of(cohort={"any": [wide, listed]})
    with engine.open(source, folder=tmp_path) as connection:
        found = counts.exact(part, holding=source, connection=connection)
    assert found.reveal(purpose=PURPOSE) == 5


def test_the_deepest_cohort_compiles(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=5)
    source = holding.load(tmp_path)
    node: dict = {"variable": "SEX", "is": "in", "value": ["F", "M"]}
    for _ in range(20):
        node = {"not": node}
    with engine.open(source, folder=tmp_path) as connection:
        found = counts.exact(part_of(cohort=node), holding=source, connection=connection)
    assert found.reveal(purpose=PURPOSE) == 5


def test_an_engine_that_stops_tells_nothing_of_the_data(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=5)
    source = holding.load(tmp_path)
    with engine.open(source, folder=tmp_path) as connection:
        with (tmp_path / "subjects.csv").open("a", encoding="utf-8") as file:
            file.write("CANARY,cell\n")
        with pytest.raises(faults.Faulty) as caught:
            counts.exact(part_of(), holding=source, connection=connection)
    assert [fault.code for fault in caught.value.faults] == ["engine"]
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_compiler_numbers_its_aliases_apart() -> None:
    source = holding.parse(tables.descriptor())
    node = {"exists": {"table": "events", "where": None}}
    part = part_of(cohort={"all": [node, {"not": node}]})
    compiled = cohort.Compiler(source, as_of=None).condition(part.cohort, source.base, "b")
    assert '"e1"' in nodes.sql(compiled)
    assert '"e2"' in nodes.sql(compiled)
