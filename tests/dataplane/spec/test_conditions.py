"""The later constructs of a cohort: what is refused where, what counts may ask, how they read."""

import pytest

from muniment.dataplane.spec import check, countable, faults, holding, specification
from tests.dataplane import tables
from tests.dataplane.compile import questions_drawn

SMALL = holding.parse(tables.descriptor())
RASH = {"variable": "TERM", "is": "equals", "value": "RASH"}


def part(node: object, derived: list | None = None) -> specification.Part:
    shape = tables.specification(cohort=node)
    shape["parts"][0]["derived"] = questions_drawn.DERIVED if derived is None else derived
    return specification.parse(shape).parts[0]


def within(variable: str, of: object, low: int | None = 0, high: int | None = 30) -> dict:
    return {"variable": variable, "is": "within", "of": of, "days": [low, high]}


def under(variable: str, *codes: str, of: str = "icd-10-cm") -> dict:
    return {"variable": variable, "is": "under", "value": list(codes), "of": of}


def rows(word: str, **members: object) -> dict:
    return {word: {"table": "events", "where": None, **members}}


def first(**members: object) -> dict:
    return rows("first", **{"by": "ONSET", "then": RASH, **members})


def exists(where: object) -> dict:
    return rows("exists", where=where)


@pytest.mark.parametrize(
    "node",
    [
        under("STATE", "C50", "C00-C14", "C509"),
        under("STATE", "BREAST", of="oncotree"),
        within("START", "START", None, 3),
        exists(within("ONSET", {"base": "START"})),
        rows("count", **{"is": "at_least", "value": 2}),
        rows("count", **{"is": "between", "value": [1, 1]}),
        first(where=within("ONSET", {"base": "START"})),
        {"variable": "AGED", "is": "between", "value": [1, 5]},
        {"variable": "LATER", "is": "equals", "value": "true"},
    ],
)
def test_what_the_columns_can_answer_passes(node: dict) -> None:
    assert check.part_against(part(node), SMALL) == []


@pytest.mark.parametrize(
    ("node", "path", "code"),
    [
        (under("STATE", "C50", "X99"), "/value/1", "unknown-code"),
        (under("AGE", "C50"), "/is", "impossible-comparison"),
        (under("NAME", "C50"), "/variable", "identifier-like"),
        (under("NONE", "C50"), "/variable", "unknown-variable"),
        (within("AGE", "START"), "/variable", "impossible-comparison"),
        (within("START", "AGE"), "/of", "impossible-comparison"),
        (within("START", "AGED"), "/of", "unknown-variable"),
        (within("START", "START", 3, 2), "/days", "empty-range"),
        (
            exists(within("ONSET", {"base": "NONE"})),
            "/exists/where/of/base",
            "unknown-variable",
        ),
        (rows("count", table="x", **{"is": "equals", "value": 1}), "/count/table", "unknown-table"),
        (rows("count", **{"is": "between", "value": [2, 1]}), "/count/value", "empty-range"),
        (rows("exists", table="subjects"), "/exists/table", "unrelated-table"),
        (first(by="GRADE"), "/first/by", "impossible-comparison"),
        (first(table="x"), "/first/table", "unknown-table"),
        (first(then={**RASH, "variable": "X"}), "/first/then/variable", "unknown-variable"),
        ({"variable": "AGED", "is": "equals", "value": "x"}, "/value", "impossible-comparison"),
        ({"variable": "LATER", "is": "at_least", "value": 1}, "/is", "impossible-comparison"),
    ],
)
def test_what_they_cannot_is_named_by_its_place(node: dict, path: str, code: str) -> None:
    found = {(each.path, each.code) for each in check.part_against(part(node), SMALL)}
    assert found == {("/cohort" + path, code)}


@pytest.mark.parametrize(
    ("each", "path", "code"),
    [
        ({"is": "age_at", "born": "AGE", "at": "START"}, "/born", "impossible-comparison"),
        ({"is": "age_at", "born": "START", "at": "NONE"}, "/at", "unknown-variable"),
        ({"is": "days_between", "from": "NAME", "to": "START"}, "/from", "identifier-like"),
        ({"is": "any_of", "table": "x", "where": None}, "/table", "unknown-table"),
        ({"name": "age", "is": "any_of", "table": "events", "where": None}, "/name", "duplicate"),
    ],
)
def test_a_derived_variable_is_checked_where_it_is_declared(each, path, code) -> None:
    asked = part(None, [{"name": "X", "reason": "To test.", **each}])
    found = {(fault.path, fault.code) for fault in check.part_against(asked, SMALL)}
    assert ("/derived/0" + path, code) in found


def test_a_derived_variable_may_be_asked_for_like_a_declared_one() -> None:
    shape = tables.specification(variables={"subjects": ["SEX", "AGED", "GRAVE"]})
    shape["parts"][0]["derived"] = questions_drawn.DERIVED
    assert check.part_against(specification.parse(shape).parts[0], SMALL) == []


@pytest.mark.parametrize(
    ("each", "path"),
    [
        ({"is": "age_at", "born": "NONE", "at": "START"}, "/derived/0/born"),
        ({"is": "any_of", "table": "x", "where": None}, "/derived/0/table"),
    ],
)
def test_one_made_of_what_is_not_there_is_named_only_where_it_is_made(each, path) -> None:
    shape = tables.specification(variables={"subjects": ["SEX", "X"]})
    shape["parts"][0]["derived"] = [{"name": "X", "reason": "To test.", **each}]
    found = check.part_against(specification.parse(shape).parts[0], SMALL)
    assert [fault.path for fault in found] == [path]


@pytest.mark.parametrize(("field", "code"), [("BMI", "no-class"), ("NAME", "direct-identifier")])
def test_a_derived_variable_is_as_guarded_as_what_it_is_made_of(field: str, code: str) -> None:
    shape = tables.descriptor()
    fields = shape["resources"][0]["schema"]["fields"]
    [declared] = [each for each in fields if each["name"] == field]
    declared["type"] = "date"
    if code == "no-class":
        del declared["muniment"]["class"], declared["muniment"]["release"]
    asked = tables.specification(variables={"subjects": ["SEX", "X"]})
    each = {"name": "X", "is": "days_between", "from": field, "to": "START", "reason": "x"}
    asked["parts"][0]["derived"] = [each]
    found = check.part_against(specification.parse(asked).parts[0], holding.parse(shape))
    assert ("/tables/0/variables/1/name", code) in {(fault.path, fault.code) for fault in found}


def test_two_parts_of_a_holding_cannot_mean_two_things_by_one_name() -> None:
    asked = tables.specification(variables={"subjects": ["SEX"]})
    [one] = asked["parts"]
    made = {"name": "X", "is": "any_of", "table": "events", "where": None, "reason": "x"}
    one["derived"] = [made]
    other = {**one, "id": "p2", "derived": [{**made, "is": "count_of"}]}
    asked["parts"] = [one, {**one, "id": "p3", "derived": [{**made, "reason": "y"}]}, other]
    [fault] = check.against(specification.parse(asked), {SMALL.key: SMALL})
    assert (fault.path, fault.code) == ("/parts/2/derived/0/name", "duplicate")


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (within("START", "START"), "no-bands"),
        (exists(within("ONSET", {"base": "START"})), "no-bands"),
        (rows("count", **{"is": "at_least", "value": 1}), "no-bands"),
        (first(), "no-bands"),
        (under("NOTE", "C50"), "free-text"),
        ({"variable": "AGED", "is": "at_least", "value": 40}, "no-bands"),
        ({"variable": "LATER", "is": "equals", "value": "true"}, "no-bands"),
    ],
)
def test_a_live_count_does_not_answer_it(node: dict, code: str) -> None:
    assert {fault.code for fault in countable.faults(part(node), SMALL)} == {code}


@pytest.mark.parametrize(
    "node",
    [
        under("STATE", "C50"),
        under("NONE", "C50"),
        rows("exists", table="x", where=RASH),
        {"variable": "GRAVE", "is": "equals", "value": "true"},
    ],
)
def test_a_live_count_answers_what_is_cut_nowhere(node: dict) -> None:
    grave = {"name": "GRAVE", "is": "any_of", "table": "events", "where": RASH, "reason": "x"}
    assert countable.faults(part(node, [grave]), SMALL) == []


@pytest.mark.parametrize(
    ("node", "path", "code"),
    [
        ({**under("A", "C50"), "of": "snomed"}, "/of", "unknown-word"),
        ({"variable": "A", "is": "under", "value": ["x"]}, "", "missing-member"),
        (under("A"), "/value", "wrong-length"),
        (within("A", "B", None, None), "/days", "no-limit"),
        (within("A", {"base": "B"}), "/of", "wrong-type"),
        (exists(within("A", {"x": 1})), "/exists/where/of", "missing-member"),
        ({"variable": "A", "is": "within"}, "", "missing-member"),
        (rows("count"), "/count", "missing-member"),
        (rows("count", **{"is": "missing", "value": 1}), "/count/is", "impossible-comparison"),
        (rows("count", **{"is": "above", "value": 1}), "/count/is", "unknown-word"),
        (rows("count", **{"is": "equals", "value": -1}), "/count/value", "out-of-range"),
        ({"first": None}, "/first", "wrong-type"),
        (first(then=None), "/first/then", "unknown-node"),
        (exists(first()), "/exists/where", "nested-exists"),
    ],
)
def test_a_form_that_is_not_the_language_is_refused(node: dict, path: str, code: str) -> None:
    with pytest.raises(faults.Faulty) as caught:
        part(node)
    found = {(fault.path, fault.code) for fault in caught.value.faults}
    assert ("/parts/0/cohort" + path, code) in found


@pytest.mark.parametrize(
    ("each", "path", "code"),
    [
        (7, "", "wrong-type"),
        ({"name": "X", "reason": "x", "is": "sum_of"}, "/is", "unknown-word"),
        ({"name": "X", "reason": "x", "is": "age_at"}, "", "missing-member"),
        (
            {"name": 1, "reason": "x", "is": "days_between", "from": "A", "to": "B"},
            "/name",
            "wrong-type",
        ),
        (
            {"name": "X", "reason": "x", "is": "age_at", "born": "A", "at": {"on": "2013-02-29"}},
            "/at/on",
            "wrong-form",
        ),
        (
            {"name": "X", "reason": "x", "is": "age_at", "born": "A", "at": {"x": 1}},
            "/at",
            "missing-member",
        ),
    ],
)
def test_a_derived_variable_that_is_none_is_refused(each, path, code) -> None:
    with pytest.raises(faults.Faulty) as caught:
        part(None, [each])
    found = {(fault.path, fault.code) for fault in caught.value.faults}
    assert ("/parts/0/derived/0" + path, code) in found


def test_the_constructs_read_as_english() -> None:
    node = {
        "all": [
            under("STATE", "C50"),
            rows("count", where=RASH, **{"is": "at_least", "value": 2}),
            first(where=within("ONSET", {"base": "START"})),
            within("START", "START", None, 5),
            within("START", "START", 5, None),
            within("START", "START", 5, 5),
        ]
    }
    said = part(node).sentence()
    assert said.endswith(
        'STATE is "C50" of icd-10-cm, or a code below and the number of rows in events where '
        'TERM is "RASH" is at least 2 and on the first ONSET of the rows in events where ONSET '
        'is 0 to 30 days after START of the base row, TERM is "RASH" and START is at most 5 days '
        "after START and START is at least 5 days after START and START is 5 days after START; "
        "where AGED is the completed years from START to 2014-02-28; LENGTH is the days from "
        "START to START; GRAVE is the number of rows in events where GRADE is at least 3; LATER "
        "is whether there is a row in events where ONSET is at least 1 days after START of the "
        "base row."
    )


def test_a_document_without_derived_variables_keeps_its_hash() -> None:
    shape = tables.specification()
    before = specification.parse(shape)
    shape["parts"][0]["derived"] = []
    assert specification.parse(shape).hash == before.hash
    assert b"derived" not in before.canonical()
