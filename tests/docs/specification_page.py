"""`docs/reference/specification.md`: the specification, from its JSON Schema and its reader."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from muniment.dataplane.spec import cohort, specification, terminologies
from tests.docs import markdown, schema

INTRO = """\
The specification is the one document that travels the whole line: it is counted, reviewed, priced,
quoted in the agreement by its hash, compiled into the release and cited in the manifest. It is one
JSON document, at most a few pages long. It holds integers and text, no floats: write a fraction as
text, such as `"2.5"`.

Its hash is SHA-256 over the canonical form (RFC 8785), so white space and the order of members do
not matter. Members that are left out count with their defaults. Each part has a hash of its own.

A document that is wrong anywhere is refused whole, with every fault and its place (a JSON Pointer,
RFC 6901). See [refusals](refusals.md)."""

EXAMPLE = {
    "muniment_specification": 1,
    "parts": [
        {
            "id": "events",
            "holding": "sdtm-pilot",
            "edition": "2026.1",
            "level": "record",
            "tables": [
                {
                    "name": "subjects",
                    "variables": [
                        {"name": "USUBJID", "reason": "To join the tables."},
                        {"name": "AGE", "reason": "Events differ by age."},
                        {"name": "ACTARM", "reason": "The comparison is between treatments."},
                    ],
                },
                {
                    "name": "adverse_events",
                    "variables": [
                        {"name": "USUBJID", "reason": "To join the tables."},
                        {"name": "AEDECOD", "reason": "The event itself."},
                        {"name": "AESTDTC", "reason": "When it began."},
                    ],
                },
            ],
            "cohort": {
                "all": [
                    {"variable": "AGE", "is": "at_least", "value": 65},
                    {"not": {"variable": "ACTARM", "is": "equals", "value": "Screen Failure"}},
                    {
                        "exists": {
                            "table": "adverse_events",
                            "where": {
                                "variable": "AESEV",
                                "is": "in",
                                "value": ["MODERATE", "SEVERE"],
                            },
                        }
                    },
                ]
            },
        },
        {
            "id": "arms",
            "holding": "sdtm-pilot",
            "edition": "2026.1",
            "level": "aggregate",
            "tables": [],
            "group_by": ["ACTARM", "SEX"],
        },
    ],
}
SAID = "Read back as a sentence, as pages and agreements show it:"

MISSING = """\
A comparison with a missing value is false; `not` is the complement. So
`{"not": {"variable": "AGE", "is": "more_than", "value": 64}}` includes everyone whose AGE is
missing. Say `{"variable": "AGE", "is": "present"}` beside it to leave them out.

What `under`, `within`, `exists`, `count`, `first` and `last` say is true or false, never missing:
`under` and `within` are false where a value they need is missing; a `count` of no rows is 0;
`first` and `last` are false where no row fits. Rows without a date in `by` take no part in them.
Where several rows share the earliest date, one that fits `then` is enough.

Conditions are about rows of the base table. Those inside `exists`, `count`, `first` and `last` are
about one row of a related table, the same row for all of them; a related table cannot stand inside
another one. There, `"of": {"base": "START"}` counts days from a date of the base row. Days are
calendar days in UTC. Codes of ICD-10-CM fit with and without their dot; the tables that ship are
those of {tables}.

A cohort is at most {deepest} levels deep and has at most
{nodes} conditions. Nobody can ask about a variable that tells single units apart. A live count is
stricter than a release: it compares numbers and dates only at published bands or declared values,
free text not at all, and it answers no `within`, `count`, `first` or `last`."""
OPERATORS = {
    cohort.Op.EQUALS: "the value",
    cohort.Op.NOT_EQUALS: "another value than this; a missing one does not fit",
    cohort.Op.LESS_THAN: "below it",
    cohort.Op.AT_MOST: "it, or below",
    cohort.Op.MORE_THAN: "above it",
    cohort.Op.AT_LEAST: "it, or above",
    cohort.Op.BETWEEN: "from the first to the second, both included",
    cohort.Op.IN: "one of the list",
    cohort.Op.MISSING: "no value is there",
    cohort.Op.PRESENT: "some value is there",
}
VALUES = {cohort.Op.BETWEEN: "`[low, high]`", cohort.Op.IN: "a list of 1 to 1,000"}
WHOLE = {
    "muniment_specification": "The version of this form.",
    "parts": "What is asked, an entry for each holding edition.",
    "links": "Parts that are to be joined.",
}
PARTS = {
    "part": {
        "level": "Rows about single units, or numbers about groups of them.",
        "tables": "The columns asked for; an aggregate may name none.",
    },
    "table": {"variables": "At least one."},
    "variable": {},
    "link": {"parts": "The ids of the parts."},
}
NODES = [
    ('`{"all": [ … ]}`', "every condition in the list holds"),
    ('`{"any": [ … ]}`', "at least one holds"),
    ('`{"not": … }`', "the condition does not hold"),
    ('`{"variable": …, "is": …, "value": …}`', "the variable of this row compares so"),
    (
        '`{"variable": …, "is": "under", "value": [ … ], "of": …}`',
        "the variable holds one of these codes, or one below it, of `icd-10-cm` or `oncotree`",
    ),
    (
        '`{"variable": …, "is": "within", "of": …, "days": [low, high]}`',
        "from the date in `of` to the variable it is so many days; both ends fit, null is open",
    ),
    ('`{"exists": {"table": …, "where": … }}`', "a row of that table fits; null: any row does"),
    (
        '`{"count": {"table": …, "where": …, "is": …, "value": …}}`',
        "the number of rows that fit compares so",
    ),
    (
        '`{"first": {"table": …, "by": …, "where": …, "then": … }}`',
        "of the rows that fit `where`, one on the earliest date in `by` fits `then`",
    ),
    ('`{"last": … }`', "the same with the latest date"),
]
DERIVED = [
    (
        '`"is": "age_at", "born": …, "at": …`',
        'completed years from `born` to `at`, or to `{"on": "2020-12-31"}`; missing before birth',
    ),
    ('`"is": "days_between", "from": …, "to": …`', "days from the one to the other"),
    ('`"is": "count_of", "table": …, "where": …`', "how many related rows fit; a whole number"),
    ('`"is": "any_of", "table": …, "where": …`', "whether one does; true or false"),
]
COMPUTED = """\
A part may compute variables: each has a `name`, a `reason` and one of these forms. It stands beside
the variables of the base table, under a name that none of them has: the cohort may compare it, and
`tables` may ask for it. It leaves no milder than what it is made of: an age as `top90`, days only
where both dates leave as they are or as days from one anchor, counts only where every variable they
test leaves as it is. A method policy may make it coarser."""


def page() -> str:
    """The whole page."""
    return markdown.page(
        "# Specification",
        INTRO,
        "## Example",
        markdown.fenced(markdown.pretty(EXAMPLE), "json"),
        SAID,
        f"> {specification.parse(EXAMPLE).sentence()}",
        "## Members",
        *_members(),
        "## node",
        "A condition is one of:",
        markdown.table(("write", "it holds when"), NODES),
        _missing(),
        "## Comparisons",
        markdown.table(("`is`", "value", "the row has"), _operators()),
        "## derived",
        COMPUTED,
        markdown.table(("write", "its value"), DERIVED),
        "The JSON Schema ships with the package as "
        "`muniment/dataplane/spec/schemas/specification.schema.json`.",
    )


def _missing() -> str:
    trees = [terminologies.tree(each.value) for each in cohort.Terminology]
    named = " and ".join(f"{tree.source} ({tree.covers}; {tree.licence})" for tree in trees)
    words = {"deepest": cohort.DEEPEST, "nodes": cohort.MOST_NODES, "tables": named}
    said = MISSING
    for word, value in words.items():
        said = said.replace(f"{{{word}}}", str(value))
    return said


def document() -> dict[str, Any]:
    """The JSON Schema as it ships."""
    folder = resources.files("muniment.dataplane.spec") / "schemas"
    text = (folder / "specification.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _members() -> Iterator[str]:
    whole = document()
    defs = whole["$defs"]
    yield schema.members(whole, defs, WHOLE)
    for name, says in PARTS.items():
        yield f"### {name}"
        yield schema.members(defs[name], defs, says)


def _operators() -> Iterator[tuple[str, str, str]]:
    for op in cohort.Op:
        value = "none" if op in cohort.VALUELESS else VALUES.get(op, "one value")
        yield markdown.code(op.value), value, OPERATORS[op]
