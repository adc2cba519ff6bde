"""Cohorts and rows that fit the small holding, drawn by Hypothesis with odd cells among them."""

from hypothesis import strategies as st

ages = st.sampled_from(["", "17", "18", "64", "65", "+65", "065", "12.5", "NA", "x"])
sizes = st.sampled_from(["", "18.5", "30", "30.0", "3e1", ".5", "1,5", "-0.25"])
days = st.sampled_from(["", "2012-01-02", "2012-02-29", "2013-02-29", "2014-01-01", "1/2/2012"])
words = st.sampled_from(["", "CA", "NY", "ca", "it's", 'a"b', "NULL", "é", "x;--", " CA"])
truths = st.sampled_from(["", "true", "False", "1", "yes"])
people = st.sampled_from(["S-1", "S-2", "S-3", "S-4", "", "S'5"])

sexes = st.sampled_from(["", "F", "M"])
flags = st.sampled_from(["", "Y", "N"])
grades = st.sampled_from(["", "1", "3", "5", "x"])
diagnoses = st.sampled_from(["", "C50", "C50.911", "C50911", "C5091", "C03.9", "D05", "C509x"])
subject_rows = st.tuples(people, diagnoses, sexes, ages, sizes, words, truths, days, words)
event_rows = st.tuples(
    st.integers(1, 99).map("E-{}".format),
    people,
    words,
    flags,
    grades,
    days,
)

_ORDERED = ["less_than", "at_most", "more_than", "at_least", "equals", "not_equals"]
_NAMED = ["equals", "not_equals"]
ordered_variables = {
    "AGE": st.sampled_from([17, 18, "64", 65]),
    "BMI": st.sampled_from([30, "18.5", "-0.25", "3e1"]),
    "START": st.sampled_from(["2012-01-02", "2012-02-29", "2014-01-01"]),
}
named_variables = {
    "SEX": st.sampled_from(["F", "M"]),
    "STATE": st.sampled_from(["CA", "NY", "it's", 'a"b', "x;--", "é", "NULL"]),
    "CONSENTED": st.sampled_from(["true", "false"]),
}
event_variables = {
    "TERM": named_variables["STATE"],
    "GRADE": st.sampled_from([1, 3, 5]),
    "ONSET": ordered_variables["START"],
}


@st.composite
def comparison(draw, variables, ops):
    name = draw(st.sampled_from(sorted(variables)))
    op = draw(st.sampled_from([*ops, "in", "missing", "present"]))
    if op in ("missing", "present"):
        return {"variable": name, "is": op}
    if op == "in":
        value = draw(st.lists(variables[name], min_size=1, max_size=3))
    else:
        value = draw(variables[name])
    return {"variable": name, "is": op, "value": value}


@st.composite
def between(draw, variables):
    name = draw(st.sampled_from(sorted(variables)))
    ends = sorted((draw(variables[name]), draw(variables[name])), key=_size)
    return {"variable": name, "is": "between", "value": ends}


def _size(value: int | str) -> float | str:
    """Numbers by size; dates sort as they are written."""
    return str(value) if str(value).startswith("20") else float(value)


def groups(children):
    listed = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda nodes: {"all": nodes}, listed),
        st.builds(lambda nodes: {"any": nodes}, listed),
        st.builds(lambda node: {"not": node}, children),
    )


_limits = st.integers(-400, 400)


@st.composite
def within(draw, variable, of):
    low, high = sorted((draw(_limits), draw(_limits)))
    open_end = draw(st.sampled_from(["low", "high", None, None]))
    days = [None if open_end == "low" else low, None if open_end == "high" else high]
    return {"variable": variable, "is": "within", "of": draw(st.sampled_from(of)), "days": days}


under = st.fixed_dictionaries(
    {
        "variable": st.just("NAME"),
        "is": st.just("under"),
        "value": st.lists(
            st.sampled_from(["C50", "C50.91", "C5091", "C00-C14", "D05.1"]), min_size=1, max_size=3
        ),
        "of": st.just("icd-10-cm"),
    }
)
_events = st.one_of(
    comparison({"TERM": event_variables["TERM"]}, _NAMED),
    comparison({name: event_variables[name] for name in ("GRADE", "ONSET")}, _ORDERED),
    within("ONSET", ["ONSET", {"base": "START"}]),
)
_inner = st.recursive(_events, groups, max_leaves=3)
_where = st.none() | _inner
_exists = st.builds(lambda where: {"exists": {"table": "events", "where": where}}, _where)


@st.composite
def counted(draw):
    op = draw(st.sampled_from([*_ORDERED, "between", "in"]))
    values = draw(st.lists(st.integers(0, 3), min_size=2, max_size=2))
    value = sorted(values) if op == "between" else values if op == "in" else values[0]
    shape = {"table": "events", "where": draw(_where), "is": op, "value": value}
    return {"count": shape}


@st.composite
def edges(draw):
    shape = {"table": "events", "by": "ONSET", "where": draw(_where), "then": draw(_inner)}
    return {draw(st.sampled_from(["first", "last"])): shape}


DERIVED = [
    {"name": "AGED", "is": "age_at", "born": "START", "at": {"on": "2014-02-28"}, "reason": "x"},
    {"name": "LENGTH", "is": "days_between", "from": "START", "to": "START", "reason": "x"},
    {"name": "GRAVE", "is": "count_of", "table": "events", "reason": "x",
     "where": {"variable": "GRADE", "is": "at_least", "value": 3}},
    {"name": "LATER", "is": "any_of", "table": "events", "reason": "x",
     "where": {"variable": "ONSET", "is": "within", "of": {"base": "START"}, "days": [1, None]}},
]  # fmt: skip
_derived = st.one_of(
    comparison({name: st.integers(-1, 3) for name in ("AGED", "LENGTH", "GRAVE")}, _ORDERED),
    comparison({"LATER": named_variables["CONSENTED"]}, _NAMED),
)
_leaves = st.one_of(
    comparison(ordered_variables, _ORDERED),
    comparison(named_variables, _NAMED),
    between(ordered_variables),
    within("START", ["START"]),
    under,
    _exists,
    counted(),
    edges(),
    _derived,
)
cohorts = st.recursive(_leaves, groups, max_leaves=6)

# What a live count may ask about the small holding as it is described.
_edges = st.sampled_from(
    [
        {"variable": "AGE", "is": "at_least", "value": 65},
        {"variable": "AGE", "is": "less_than", "value": 40},
        {"variable": "AGE", "is": "between", "value": [40, 74]},
        {"variable": "AGE", "is": "missing"},
        {"variable": "START", "is": "present"},
    ]
)
_declared = {
    "SEX": st.sampled_from(["F", "M"]),
    "STATE": st.sampled_from(["CA", "NY", "TX", "WY"]),
    "CONSENTED": st.sampled_from(["true", "false"]),
}
_inside = st.one_of(
    comparison({"GRADE": event_variables["GRADE"]}, _ORDERED),
    comparison({"TERM": st.sampled_from(["NAUSEA", "SYNCOPE"])}, _NAMED),
)
_having = st.builds(
    lambda where: {"exists": {"table": "events", "where": where}},
    st.none() | st.recursive(_inside, groups, max_leaves=3),
)
countable = st.recursive(
    st.one_of(_edges, comparison(_declared, _NAMED), _having), groups, max_leaves=6
)
