"""The compiled query and a naive reading of the same cohort give the same rows."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.compile import questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.compile import naive, questions_drawn

pytestmark = pytest.mark.slow

NO_PADS = {"inner": bytes(64), "outer": bytes(64)}


def descriptor() -> dict:
    """Without declared codes, since the drawn cells are not among them."""
    shape = tables.descriptor()
    for resource in shape["resources"]:
        for field in resource["schema"]["fields"]:
            field.pop("constraints", None)
    return shape


@settings(max_examples=30)
@given(
    st.lists(questions_drawn.cohorts, min_size=3, max_size=5),
    st.lists(questions_drawn.subject_rows, max_size=8),
    st.lists(questions_drawn.event_rows, max_size=10),
)
def test_the_engine_finds_the_rows_that_a_naive_reading_finds(cohorts, subjects, events) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = tables.write_holding(Path(name), descriptor(), subjects=subjects, events=events)
        source = holding.load(folder)
        data = read(source, subjects, events)
        with engine.open(source, folder=folder) as connection:
            for cohort in cohorts:
                agree(asked(cohort), source, connection, data)


def read(source, subjects, events) -> dict:
    """What a naive reader makes of the cells, with the derived variables beside them."""
    data = {"events": [naive.typed(source.get_table("events"), row) for row in events]}
    computed = asked(None).derived
    data["subjects"] = [
        plain | {each.name: naive.derive(each, plain, source, data) for each in computed}
        for plain in (naive.typed(source.base, row) for row in subjects)
    ]
    return data


def asked(cohort: dict | None) -> specification.Part:
    shape = tables.specification(cohort=cohort)
    shape["parts"][0]["derived"] = questions_drawn.DERIVED
    return specification.parse(shape).parts[0]


def agree(part, source, connection, data) -> None:
    """The rows of both tables and the number of people are those of the naive reading."""
    members = [
        row for row in data["subjects"]
        if naive.fits(part.cohort, source.base, row, source, data)
    ]  # fmt: skip
    keys = {row["USUBJID"] for row in members} - {None}
    belonging = [row for row in data["events"] if row["USUBJID"] in keys]
    for table, expected in (("subjects", members), ("events", belonging)):
        names = [field.name for field in source.get_table(table).fields]
        if table == "subjects":
            names += [each.name for each in part.derived]
        tree = questions.rows(part, holding=source, table=table, columns=names)
        assert as_found(engine.answer(connection, tree)) == as_expected(expected)
    [total] = engine.answer(connection, questions.totals(part, holding=source), bound=NO_PADS)
    assert total[0] == len(keys)


def as_found(rows: list[tuple]) -> list[str]:
    return sorted(repr(row) for row in rows)


def as_expected(rows: list) -> list[str]:
    """An engine's number is a double."""
    plain = [
        tuple(float(cell) if name == "BMI" and cell is not None else cell
              for name, cell in row.items())
        for row in rows
    ]  # fmt: skip
    return sorted(repr(row) for row in plain)
