"""A normal form selects the rows that the question selects, and rephrasings share it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.spec import cohort, holding, normal, specification
from tests.dataplane import tables
from tests.dataplane.compile import naive, questions_drawn

SMALL = holding.parse(tables.descriptor())


def part(node: dict | None, **members: object) -> specification.Part:
    shape = tables.specification(cohort=node)
    shape["parts"][0] |= {"derived": questions_drawn.DERIVED, **members}
    return specification.parse(shape).parts[0]


def asks(node: dict | None) -> bytes:
    return normal.question(part(node), holding=SMALL)


def data_of(subjects: list, events: list, computed: tuple) -> dict:
    data = {"events": [naive.typed(SMALL.get_table("events"), row) for row in events]}
    data["subjects"] = [
        plain | {each.name: naive.derive(each, plain, SMALL, data) for each in computed}
        for plain in (naive.typed(SMALL.base, row) for row in subjects)
    ]
    return data


@settings(max_examples=150, deadline=None)
@given(
    questions_drawn.cohorts,
    st.lists(questions_drawn.subject_rows, min_size=1, max_size=6),
    st.lists(questions_drawn.event_rows, max_size=8),
)
def test_the_normal_form_selects_the_same_rows(node, subjects, events) -> None:
    asked = part(node)
    data = data_of(subjects, events, asked.derived)
    plain = normal.normal(asked.cohort)
    assert normal.normal(plain) == plain
    typed = normal.spelled(asked, holding=SMALL)
    for row in data["subjects"]:
        expected = naive.fits(asked.cohort, SMALL.base, row, SMALL, data)
        assert naive.fits(plain, SMALL.base, row, SMALL, data) == expected
        assert naive.fits(typed, SMALL.base, row, SMALL, data) == expected


@settings(max_examples=100, deadline=None)
@given(questions_drawn.cohorts, questions_drawn.cohorts)
def test_laws_of_logic_change_no_question(one, other) -> None:
    assert asks({"not": {"not": one}}) == asks(one)
    assert asks({"all": [one, one]}) == asks({"any": [one]}) == asks(one)
    assert asks({"all": [one, other]}) == asks({"all": [{"all": [other]}, one]})
    assert asks({"not": {"all": [one, other]}}) == asks({"any": [{"not": other}, {"not": one}]})


AGE = "AGE"


def is_(op: str, value: object = None, variable: str = AGE) -> dict:
    node = {"variable": variable, "is": op}
    return node if value is None else {**node, "value": value}


SEX = is_("equals", "F", "SEX")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (is_("in", [65]), is_("equals", 65)),
        (is_("equals", "+065"), is_("equals", 65)),
        (is_("in", [18, 17, 18]), {"any": [is_("equals", 17), is_("equals", 18)]}),
        (is_("between", [65, 65]), is_("equals", 65)),
        (is_("between", [18, 64]), {"all": [is_("at_most", 64), is_("at_least", 18)]}),
        (is_("less_than", 40), is_("at_most", 39)),
        (is_("less_than", "2013-01-01", "START"), is_("at_most", "2012-12-31", "START")),
        ({"all": [is_("at_least", 18), is_("at_least", 40)]}, is_("at_least", 40)),
        ({"any": [is_("at_most", 18), is_("less_than", 41)]}, is_("at_most", 40)),
        ({"not": is_("missing")}, is_("present")),
        ({"not": is_("at_least", 40)}, {"any": [is_("missing"), is_("at_most", 39)]}),
        ({"not": is_("not_equals", 40)}, {"any": [is_("missing"), is_("equals", 40)]}),
        ({"all": [is_("present"), is_("at_least", 40)]}, is_("at_least", 40)),
        ({"any": [is_("present"), is_("at_least", 40)]}, is_("present")),
        (is_("equals", "3e1", "BMI"), is_("equals", 30, "BMI")),
        (is_("equals", "1", "CONSENTED"), is_("equals", "true", "CONSENTED")),
        ({"any": [is_("missing"), {"all": [is_("missing"), SEX]}]}, is_("missing")),
        (
            {"count": {"table": "events", "where": None, "is": "more_than", "value": 0}},
            {"exists": {"table": "events", "where": None}},
        ),
        (
            {"count": {"table": "events", "where": None, "is": "equals", "value": 0}},
            {"not": {"exists": {"table": "events", "where": None}}},
        ),
        (
            {"count": {"table": "events", "where": None, "is": "not_equals", "value": 2}},
            {"not": {"count": {"table": "events", "where": None, "is": "in", "value": [2]}}},
        ),
        (
            {"variable": "STATE", "is": "under", "value": ["C50", "C509"], "of": "icd-10-cm"},
            {"variable": "STATE", "is": "under", "value": ["C50.9", "C50"], "of": "icd-10-cm"},
        ),
    ],
)
def test_a_rephrasing_is_the_same_question(one: dict, other: dict) -> None:
    assert asks(one) == asks(other)


def test_what_the_answer_does_not_depend_on_is_not_in_the_question() -> None:
    plain = part(is_("at_least", 40))
    other = part(is_("at_least", 40), id="p9", derived=[])
    assert normal.question(plain) == normal.question(other)
    assert normal.question(plain) != normal.question(part(is_("at_least", 41)))
    assert normal.question(part(None)) != normal.question(part(None, edition="2027.1"))


def test_a_derived_variable_is_known_by_what_it_is() -> None:
    def grave(name: str, low: object) -> bytes:
        where = {"variable": "GRADE", "is": "at_least", "value": low}
        each = {"name": name, "is": "count_of", "table": "events", "where": where, "reason": "x"}
        return normal.question(part(is_("at_least", 2, name), derived=[each]), holding=SMALL)

    assert grave("A", 3) == grave("B", "3")
    assert grave("A", 3) != grave("A", 4)
    counted = {
        "count": {
            "table": "events",
            "where": {"variable": "GRADE", "is": "at_least", "value": 3},
            "is": "at_least",
            "value": 2,
        }
    }
    assert grave("A", 3) == asks(counted)


def test_groups_in_another_order_are_the_same_question() -> None:
    shape = {"level": "aggregate", "tables": []}
    one = part(None, group_by=["SEX", "AGE"], **shape)
    assert normal.question(one) == normal.question(part(None, group_by=["AGE", "SEX"], **shape))
    assert normal.question(one) != normal.question(part(None, group_by=["AGE"], **shape))


def test_names_that_a_holding_lacks_are_left_as_they_are() -> None:
    nodes = [
        is_("less_than", 4, "NOWHERE"),
        {"exists": {"table": "nowhere", "where": is_("less_than", 4)}},
        is_("less_than", "x"),
        is_("less_than", 2**53 - 1),
        is_("equals", "9" * 18),
        is_("more_than", "9999-12-31", "START"),
    ]
    for node in nodes:
        each = part({"not": {"not": node}})
        assert normal.question(each, holding=SMALL) == normal.question(part(node), holding=SMALL)
        assert isinstance(normal.normal(each.cohort), cohort.Node)
