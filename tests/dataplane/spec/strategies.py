"""What Hypothesis draws: any JSON at all, and specifications of every shape that is allowed."""

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


def _groups(children):
    listed = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"all": listed}),
        st.fixed_dictionaries({"any": listed}),
        st.fixed_dictionaries({"not": children}),
    )


inner_nodes = st.recursive(comparisons, _groups, max_leaves=4)
exists = st.fixed_dictionaries(
    {"exists": st.fixed_dictionaries({"table": names, "where": st.none() | inner_nodes})}
)
nodes = st.recursive(comparisons | exists, _groups, max_leaves=6)

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
    if aggregate and draw(st.booleans()):
        part["group_by"] = draw(st.lists(names, max_size=3, unique=True))
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
