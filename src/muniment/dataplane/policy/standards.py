"""Standards a method policy can be held to: Safe Harbor, limited data set, a programme's own.

A standard is a file. For each kind of field it names the methods that meet its rule. A policy that
names a standard says of what kind its fields are; a field of no stated kind, or with a method that
does not meet the rule, stops the build. Dates and codes are known by type and key, and a policy
cannot call them anything else.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from muniment.dataplane import refusals
from muniment.dataplane.policy import fitting, persons
from muniment.dataplane.spec import fields, holding, specification
from muniment.dataplane.spec.fields import Release, Sensitivity
from muniment.dataplane.spec.values import CALENDAR, FieldType

HARMLESS = frozenset({"none"})
CODES = frozenset({"code", "record-number"})
DATES = frozenset({"date", "birth-date"})
# What a field is taken for when the policy does not say, by what it can be.
USUAL = {HARMLESS: "none", CODES: "code", DATES: "date"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of field: its rule's place, what it covers, and what its methods must be like."""

    rule: str
    what: str
    methods: Mapping[str, Mapping[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Standard:
    """`name` is how it is called in print; `hash` covers the whole file."""

    id: str
    name: str
    source: str
    edition: str
    kinds: Mapping[str, Kind]
    hash: str

    def document(self) -> dict[str, object]:
        """What the terms say of it."""
        return {"id": self.id, "name": self.name, "edition": self.edition, "hash": self.hash}


@cache
def shipped() -> Mapping[str, Standard]:
    """The standards that come with the program, by id."""
    folder = resources.files("muniment.dataplane.policies")
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".json")]
    read = [json.loads(f.read_bytes()) for f in files if not f.name.endswith(".schema.json")]
    return {standard.id: standard for standard in sorted(map(parse, read), key=lambda s: s.id)}


def parse(document: Mapping[str, object]) -> Standard:
    """A standard from plain JSON values. Raises `jsonschema.ValidationError` with the place."""
    import jsonschema

    folder = resources.files("muniment.dataplane.policies")
    schema = json.loads(folder.joinpath("standard.schema.json").read_bytes())
    jsonschema.validate(document, schema)
    kinds = document["kinds"]
    assert isinstance(kinds, dict)
    return Standard(
        id=str(document["id"]),
        name=str(document["name"]),
        source=str(document["source"]),
        edition=str(document["edition"]),
        kinds={name: Kind(**kind) for name, kind in kinds.items()},
        hash=specification.digest(document),
    )


def unmet(
    standard: Standard,
    source: holding.Holding,
    table: holding.Table,
    field: fields.Field,
    rule: Release,
    *,
    stated: str | None,
) -> Iterator[refusals.Refusal]:
    """Why a field does not meet the standard; `stated` is its kind by the policy."""
    where = f"{table.name}.{field.name}"
    known = _known(source, table, field)
    kind = stated or USUAL.get(known)
    if kind is None or kind not in standard.kinds:
        says = f"has no kind, so {standard.name} cannot be checked; state one in the policy"
        yield fitting.reason("no-kind", where, says)
        return
    if known and kind not in known and known != HARMLESS:
        says = f"is called {kind} by the policy but is {' or '.join(sorted(known))}"
        yield fitting.reason("wrong-kind", where, says)
        return
    found = standard.kinds[kind]
    if not _meets(found, rule):
        would = ", ".join(allowed(found))
        says = f"uses {rule.method}, but {standard.name} {found.rule} asks of {found.what}: {would}"
        yield fitting.reason("standard-unmet", where, says)


def _known(source: holding.Holding, table: holding.Table, field: fields.Field) -> frozenset[str]:
    """The kinds a field can have by what it is; nothing where only the policy can tell."""
    if field.name in persons.person_columns(source, table):
        return CODES
    if field.type in CALENDAR:
        return DATES
    harmless = field.sensitivity in (Sensitivity.NONE, Sensitivity.SENSITIVE)
    if harmless and (field.type is not FieldType.STRING or field.codes):
        return HARMLESS
    return frozenset()


def _meets(kind: Kind, rule: Release) -> bool:
    asked = kind.methods.get(rule.method.value)
    return asked is not None and all(
        _holds(rule.params.get(name), wanted) for name, wanted in asked.items()
    )


def _holds(value: object, wanted: Mapping[str, object]) -> bool:
    listed = value if isinstance(value, list | tuple) else []
    if "equals" in wanted:
        return value == wanted["equals"]
    if "contains" in wanted:
        needed = wanted["contains"]
        assert isinstance(needed, list)
        return set(needed) <= set(listed)
    most = wanted["most"]
    assert isinstance(most, int)
    return all(isinstance(each, int) and each <= most for each in listed)


def allowed(kind: Kind) -> Iterator[str]:
    """The methods that meet a rule, in words."""
    for method, params in kind.methods.items():
        said = [f"{name} {_said(wanted)}" for name, wanted in params.items()]
        yield f"{method} ({' and '.join(said)})" if said else method


def _said(wanted: Mapping[str, object]) -> str:
    if "equals" in wanted:
        return str(wanted["equals"])
    if "contains" in wanted:
        needed = wanted["contains"]
        assert isinstance(needed, list)
        return f"with {', '.join(needed)}"
    return f"up to {wanted['most']}"
