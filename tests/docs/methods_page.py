"""`docs/reference/methods.md`: what a release can do to a column, from the methods themselves.

The examples are not written down but computed: the method's own tree, run by the real engine.
"""

import datetime
import json
from collections.abc import Iterator

from sqlglot import exp

from muniment.dataplane import policy
from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import BY_NAME, Place, dated_text, over90
from muniment.dataplane.policy import standards
from muniment.dataplane.spec.fields import DIRECT_METHODS, Method
from muniment.dataplane.spec.rules import OPTIONAL_PARAMS, REQUIRED_PARAMS
from muniment.dataplane.spec.values import FieldType, Value
from tests.docs import groups_page, markdown

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
holding that has such a field. A name that no holding has is refused: it would protect nothing.
Where a request is for several holdings, each may have a policy of its own: then each file names
its `holding`."""
STANDARDS = """\
## Standards

A method policy may hold itself to a standard: `"standard": "safe-harbor"`, and under `kinds` which
field is of which kind: `{"subjects.ZIP": "zip"}`. Dates, keys of people and numbers that identify
nobody are known without being named. A field of unknown kind, or with a method that does not meet
the rule, stops the build with the field and the rule."""
EXAMPLE_POLICY = {
    "policy": "no-sites",
    "edition": "2026-11-01",
    "holding": "sdtm-pilot",
    "fields": {
        "subjects.SITEID": {"method": "drop"},
        "subjects.AGE": {"method": "bands", "edges": [75]},
    },
}
USE_POLICY = (
    "Try it: `muniment extract SPEC --holding DIR --out DIR --policy FILE`; "
    "repeat `--policy` where each holding has its own."
)

PARAMS: dict[str, object] = {
    "anchor": "subjects.RFSTDTC",
    "edges": [18, 65],
    "tables": ["2000", "2010", "2020"],
    "minimum": 11,
    "into": "Other",
    "to": 10,
    "least": 20,
    "most": 80,
    "levels": [{"Kings": "NY", "Queens": "NY", "Alameda": "CA"}, {"NY": "Northeast"}],
    "approved": "sha256:" + 16 * "c0de",
}
ANCHOR = datetime.date(2014, 1, 2)
# Of the parameters that may be left out, those the example shows.
SHOWN_PARAMS = {Method.TOP_BOTTOM: ("least", "most")}
EXAMPLES: dict[Method, tuple[FieldType, tuple[Value, ...]]] = {
    Method.KEEP: (FieldType.STRING, ("Placebo",)),
    Method.DAYS_FROM: (
        FieldType.DATE,
        (datetime.date(2014, 1, 2), datetime.date(2014, 1, 16), datetime.date(2013, 12, 26)),
    ),
    Method.YEAR: (FieldType.DATE, (datetime.date(2014, 1, 16),)),
    Method.BANDS: (FieldType.INTEGER, (17, 18, 64, 65, 101)),
    Method.ROUND: (FieldType.INTEGER, (14, 15, -15)),
    Method.TOP_BOTTOM: (FieldType.INTEGER, (19, 50, 81)),
    Method.TOP90: (FieldType.INTEGER, (89, 90, 101)),
    Method.ROLL_UP: (FieldType.STRING, ("Kings", "Queens", "Alameda", "Wonderland")),
    Method.ZIP3: (FieldType.STRING, ("10032", "10032-1234", "03601", "1003", "09012")),
}


def page() -> str:
    """The whole page."""
    return markdown.page(
        "# Release methods",
        INTRO,
        markdown.table(("method", "the package says"), _summary()),
        *(block for method in Method for block in _section(method)),
        "## Ages over 89",
        *markdown.docstring(over90),
        "### Dates in text",
        *markdown.docstring(dated_text),
        *groups_page.blocks(),
        *_standards(),
        POLICY,
        markdown.fenced(markdown.pretty(EXAMPLE_POLICY), "json"),
        USE_POLICY,
    )


def _standards() -> Iterator[str]:
    yield STANDARDS
    for standard in standards.shipped().values():
        yield f"### `{standard.id}`"
        yield f"Source: {standard.source}. In print: {standard.name}."
        rows = [
            (markdown.code(kind), found.rule, found.what, ", ".join(standards.allowed(found)))
            for kind, found in standard.kinds.items()
        ]
        yield markdown.table(("kind", "rule", "what", "methods that meet it"), rows)


def rule(method: Method) -> dict[str, object]:
    """A method as a descriptor writes it, with example parameters."""
    wanted = [*REQUIRED_PARAMS.get(method, ()), *SHOWN_PARAMS.get(method, ())]
    named = {name: PARAMS[name] for name in wanted}
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
    if method in OPTIONAL_PARAMS:
        yield f"May also say: {', '.join(map(markdown.code, OPTIONAL_PARAMS[method]))}."
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
