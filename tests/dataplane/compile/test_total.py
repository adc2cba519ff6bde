"""Whatever the published schema allows either runs or is refused with a place and a reason."""

import json
from importlib import resources

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.compile import cohort as compiled
from muniment.dataplane.compile import questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import check, cohort, holding, specification
from tests.dataplane import tables
from tests.dataplane.spec import strategies

COLUMNS = ["AGE", "BMI", "STATE", "CONSENTED", "START", "SEX", "TERM", "GRADE", "ONSET"]
SCHEMA = json.loads(
    (resources.files("muniment.dataplane.spec") / "schemas" / "specification.schema.json")
    .read_text(encoding="utf-8")
)  # fmt: skip
VALID = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tables.small_holding(tmp_path_factory.mktemp("total") / "holding", persons=20)
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        yield source, connection


@st.composite
def named(draw, drawn):
    """The same document with most names, values and codes such as the small holding has."""
    return _named(draw(drawn), draw, ())


def _named(value, draw, steps):
    if isinstance(value, dict):
        return {name: _named(each, draw, (*steps, name)) for name, each in value.items()}
    if isinstance(value, list):
        return [_named(each, draw, steps) for each in value]
    match steps[-1:]:
        case ("variable" | "by" | "base" | "born" | "from" | "to" | "at" | "of",) if value not in (
            "icd-10-cm",
            "oncotree",
        ):
            return draw(st.sampled_from([*COLUMNS, "START", "ONSET", "X"]))
        case ("table",):
            return draw(st.sampled_from(["events", "events", "subjects", "nowhere"]))
        case ("value",) if isinstance(value, str):
            return draw(st.sampled_from(["C50", "F", "true", "2012-02-29", "65", "NAUSEA"]))
    return value


@settings(max_examples=60, deadline=None)
@given(named(strategies.nodes), st.lists(named(strategies.derived), max_size=2))
def test_every_question_runs_or_is_refused_with_reasons(small, node, computed) -> None:
    source, connection = small
    shape = tables.specification(cohort=node)
    names = ("D0", "D1")
    shape["parts"][0]["derived"] = [
        {**each, "name": name} for name, each in zip(names, computed, strict=False)
    ]
    assert VALID.is_valid(shape)
    part = specification.parse(shape).parts[0]
    found = check.part_against(part, source)
    assert all(fault.path and fault.code and fault.message for fault in found)
    if not found:
        columns = ["SEX", *[each.name for each in part.derived]]
        tree = questions.rows(part, holding=source, table="subjects", columns=columns)
        assert len(engine.answer(connection, tree)) <= 20


def test_what_check_refuses_the_compiler_refuses_too(small) -> None:
    source, _ = small
    compiler = compiled.Compiler(source, as_of=None)
    nodes = [
        cohort.Under("STATE", ("X99",), cohort.Terminology.ICD_10_CM),
        cohort.Within("START", "START", True, 0, 1),
        cohort.Comparison("AGE", cohort.Op.EQUALS, ("x",)),
        cohort.Exists("subjects", None),
    ]
    for node in nodes:
        with pytest.raises(ValueError):
            compiler.condition(node, source.base, "b")
