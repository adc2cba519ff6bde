"""`docs/reference/methods.md`: what a release can do to a column, from the methods themselves.

The examples are not written down but computed: the method's own tree, run by the real engine.
"""

import datetime
import json
from collections.abc import Iterator

from sqlglot import exp

from muniment.dataplane import policy
from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import BY_NAME, Place
from muniment.dataplane.spec.fields import DIRECT_METHODS, REQUIRED_PARAMS, Method
from muniment.dataplane.spec.values import FieldType, Value
from tests.docs import markdown

INTRO = """\
A *method* says what a release does to a column. The descriptor of a holding names one for each
field, in `muniment.release`; a method policy may name another for one release (see below). A field
without a class, or without a method, does not leave. A direct identifier is dropped or gets a
pseudonym, whatever else is written. The codebook and the README of a package repeat the sentence
under *the package says*."""

POLICY = """\
## A method policy

A statistician may choose other methods for one release, in a JSON file. It is part of the terms
that the agreement is signed on. `holding` is optional; without it the policy applies to every
holding that has such a field. A name that no holding has is refused: it would protect nothing."""
EXAMPLE_POLICY = {
    "policy": "no-sites",
    "edition": "2026-11-01",
    "holding": "sdtm-pilot",
    "fields": {
        "subjects.SITEID": {"method": "drop"},
        "subjects.AGE": {"method": "bands", "edges": [75]},
    },
}
USE_POLICY = "Try it: `muniment extract SPEC --holding DIR --out DIR --policy FILE`."

PARAMS: dict[str, object] = {
    "anchor": "subjects.RFSTDTC",
    "edges": [18, 65],
    "tables": ["2000", "2010", "2020"],
    "minimum": 11,
    "into": "Other",
}
ANCHOR = datetime.date(2014, 1, 2)
EXAMPLES: dict[Method, tuple[FieldType, tuple[Value, ...]]] = {
    Method.KEEP: (FieldType.STRING, ("Placebo",)),
    Method.DAYS_FROM: (
        FieldType.DATE,
        (datetime.date(2014, 1, 2), datetime.date(2014, 1, 16), datetime.date(2013, 12, 26)),
    ),
    Method.YEAR: (FieldType.DATE, (datetime.date(2014, 1, 16),)),
    Method.BANDS: (FieldType.INTEGER, (17, 18, 64, 65, 101)),
    Method.TOP90: (FieldType.INTEGER, (89, 90, 101)),
    Method.ZIP3: (FieldType.STRING, ("10032", "10032-1234", "03601", "1003", "09012")),
}


def page() -> str:
    """The whole page."""
    return markdown.page(
        "# Release methods",
        INTRO,
        markdown.table(("method", "the package says"), _summary()),
        *(block for method in Method for block in _section(method)),
        POLICY,
        markdown.fenced(markdown.pretty(EXAMPLE_POLICY), "json"),
        USE_POLICY,
    )


def rule(method: Method) -> dict[str, object]:
    """A method as a descriptor writes it, with example parameters."""
    named = {name: PARAMS[name] for name in REQUIRED_PARAMS.get(method, ())}
    return {"method": method.value, **named}


def example(method: Method, value: Value) -> object:
    """What becomes of one value, by the engine."""
    kind, _ = EXAMPLES[method]
    place = Place(kind=kind, anchor=nodes.literal(ANCHOR))
    tree = BY_NAME[method].apply(nodes.literal(value), place=place, params=PARAMS)
    return _answer(nodes.select([nodes.named(tree, "treated")], source=_one_row()))


def _summary() -> Iterator[tuple[str, str]]:
    for method in Method:
        link = f"[`{method.value}`](#{method.value})"
        yield link, BY_NAME[method].words(PARAMS)


def _section(method: Method) -> Iterator[str]:
    module = BY_NAME[method]
    yield f"## {method.value}"
    yield from markdown.docstring(module)
    yield f"Write: {markdown.code(json.dumps(rule(method)))}"
    yield " ".join(_facts(method))
    if method in EXAMPLES:
        _, values = EXAMPLES[method]
        rows = [(markdown.code(value), markdown.code(example(method, value))) for value in values]
        yield markdown.table(("held", "released"), rows)


def _facts(method: Method) -> Iterator[str]:
    module = BY_NAME[method]
    if not module.LEAVES:
        yield "Types: every type."
        yield "The column does not leave."
    else:
        accepts = policy.ACCEPTS.get(method, frozenset(FieldType))
        listed = [kind.value for kind in FieldType if kind in accepts]
        every = len(listed) == len(FieldType)
        yield f"Types: {'every type' if every else ', '.join(listed)}."
        kinds = {module.result(kind) for kind in accepts}
        comes = f"`{kinds.pop()}`" if len(kinds) == 1 else "the type it had"
        yield f"Comes out as {comes}."
    if method in DIRECT_METHODS:
        yield "Allowed for direct identifiers."
    if method is Method.DAYS_FROM:
        yield f"In the example the anchor is {ANCHOR}."


def _one_row() -> exp.Subquery:
    return nodes.derived(exp.Select(expressions=[nodes.named(nodes.number(1), "one")]), "t")


def _answer(tree: exp.Select) -> object:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        [[treated]] = connection.execute(nodes.sql(tree)).fetchall()
    return treated
