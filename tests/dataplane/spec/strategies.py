"""What Hypothesis draws: any JSON at all, and specifications of every shape that is allowed."""

import datetime

from hypothesis import strategies as st

names = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\x7f"),
    min_size=1,
    max_size=12,
).filter(str.strip)
integers = st.integers(min_value=-(2**53 - 1), max_value=2**53 - 1)
scalars = integers | names
reasons = names | st.just("line one\n\tline two")

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)

_plain = ["equals", "not_equals", "less_than", "at_most", "more_than", "at_least"]
comparisons = st.one_of(
    st.fixed_dictionaries({"variable": names, "is": st.sampled_from(_plain), "value": scalars}),
    st.fixed_dictionaries({"variable": names, "is": st.sampled_from(["missing", "present"])}),
    st.fixed_dictionaries(
        {
            "variable": names,
            "is": st.just("between"),
            "value": st.lists(scalars, min_size=2, max_size=2),
        }
    ),
    st.fixed_dictionaries(
        {"variable": names, "is": st.just("in"), "value": st.lists(scalars, min_size=1, max_size=4)}
    ),
)


comparisons |= st.fixed_dictionaries(
    {
        "variable": names,
        "is": st.just("under"),
        "value": st.lists(names, min_size=1, max_size=3),
        "of": st.sampled_from(["icd-10-cm", "oncotree"]),
    }
)
_ends = st.none() | st.integers(-100_000, 100_000)
_days = st.lists(_ends, min_size=2, max_size=2).filter(lambda ends: ends != [None, None])


def within(of):
    return st.fixed_dictionaries(
        {"variable": names, "is": st.just("within"), "of": of, "days": _days}
    )


def _groups(children):
    listed = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"all": listed}),
        st.fixed_dictionaries({"any": listed}),
        st.fixed_dictionaries({"not": children}),
    )


inner_nodes = st.recursive(
    comparisons | within(names | st.fixed_dictionaries({"base": names})), _groups, max_leaves=4
)
_where = st.none() | inner_nodes
exists = st.fixed_dictionaries({"exists": st.fixed_dictionaries({"table": names, "where": _where})})
_numbers = st.integers(0, 10**9)


def _count(ops, value):
    shape = {"table": names, "where": _where, "is": st.sampled_from(ops), "value": value}
    return st.fixed_dictionaries({"count": st.fixed_dictionaries(shape)})


counts = st.one_of(
    _count(_plain, _numbers),
    _count(["between"], st.lists(_numbers, min_size=2, max_size=2)),
    _count(["in"], st.lists(_numbers, min_size=1, max_size=3)),
)
_edge = st.fixed_dictionaries({"table": names, "by": names, "where": _where, "then": inner_nodes})
edges = st.fixed_dictionaries({"first": _edge}) | st.fixed_dictionaries({"last": _edge})
nodes = st.recursive(
    st.one_of(comparisons, exists, counts, edges, within(names)), _groups, max_leaves=6
)

_days_of_calendars = st.dates(min_value=datetime.date(1000, 1, 1)).map(str)
_named = {"name": names, "reason": reasons}
derived = st.one_of(
    st.fixed_dictionaries(
        {
            **_named,
            "is": st.just("age_at"),
            "born": names,
            "at": names | st.fixed_dictionaries({"on": _days_of_calendars}),
        }
    ),
    st.fixed_dictionaries({**_named, "is": st.just("days_between"), "from": names, "to": names}),
    st.fixed_dictionaries(
        {**_named, "is": st.sampled_from(["count_of", "any_of"]), "table": names, "where": _where}
    ),
)

measures = st.fixed_dictionaries({"variable": names, "is": st.sampled_from(["sum", "mean"])})
variables = st.fixed_dictionaries({"name": names, "reason": reasons})
tables = st.fixed_dictionaries(
    {
        "name": names,
        "variables": st.lists(variables, min_size=1, max_size=3, unique_by=lambda v: v["name"]),
    }
)


@st.composite
def parts(draw):
    aggregate = draw(st.booleans())
    part = {
        "id": draw(st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)),
        "holding": draw(st.sampled_from(["sdtm-pilot", "small", "9"])),
        "edition": draw(st.sampled_from(["2026.1", "v2", "Z-1"])),
        "level": "aggregate" if aggregate else "record",
        "tables": draw(
            st.lists(
                tables, min_size=0 if aggregate else 1, max_size=2, unique_by=lambda t: t["name"]
            )
        ),
    }
    if draw(st.booleans()):
        part["cohort"] = draw(st.none() | nodes)
    if draw(st.booleans()):
        part["derived"] = draw(st.lists(derived, max_size=2, unique_by=lambda each: each["name"]))
    if aggregate and draw(st.booleans()):
        part["group_by"] = draw(st.lists(names, max_size=3, unique=True))
    if aggregate and draw(st.booleans()):
        part["measures"] = draw(
            st.lists(measures, max_size=3, unique_by=lambda measure: measure["variable"])
        )
    return part


@st.composite
def specifications(draw):
    drawn = draw(st.lists(parts(), min_size=1, max_size=3, unique_by=lambda part: part["id"]))
    shape = {"muniment_specification": 1, "parts": drawn}
    if len(drawn) > 1 and draw(st.booleans()):
        ids = [part["id"] for part in drawn]
        shape["links"] = [{"parts": ids, "reason": draw(reasons)}]
    return shape


@st.composite
def bent(draw, documents):
    """A document with one value, anywhere in it, replaced, taken out or added."""
    document = draw(documents)
    places = list(_places(document))
    holder, step = draw(st.sampled_from(places))
    move = draw(st.sampled_from(["replace", "remove", "add"]))
    if move == "replace":
        holder[step] = draw(any_json)
    elif move == "remove":
        del holder[step]
    elif isinstance(holder, dict):
        holder[draw(st.text(max_size=6))] = draw(any_json)
    else:
        holder.append(draw(any_json))
    return document


def _places(value):
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, child in steps:
        yield value, step
        if isinstance(child, dict | list):
            yield from _places(child)
