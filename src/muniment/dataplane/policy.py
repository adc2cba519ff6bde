"""Which method each released field gets: the descriptor's rules, overridden by a method policy.

A method policy is a JSON file a statistician writes for one release:
`{"policy": id, "edition": date, "fields": {"table.field": {"method": …}}, "holding": id?}`.
It may choose any method for a field except to loosen a direct identifier. A field without a class
or without a method cannot leave.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from muniment.dataplane import links, refusals
from muniment.dataplane.spec import faults, fields, holding, relations, specification
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.values import FieldType

Release = fields.Release
Method = fields.Method

DESCRIPTOR = "descriptor"
POLICY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
POLICY_EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")
TEXT = frozenset({FieldType.STRING})
MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.STRING})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
ACCEPTS = {
    Method.DAYS_FROM: MOMENTS,
    Method.WEEKLY_SHIFT: MOMENTS,
    Method.YEAR: MOMENTS | {FieldType.YEAR},
    Method.BANDS: NUMBERS,
    Method.TOP90: NUMBERS,
    Method.ZIP3: TEXT,
    Method.RARE_MERGE: TEXT,
}
# What no group of an aggregate can be named after.
NO_GROUP = frozenset({Method.DROP, Method.FREE_TEXT, Method.PSEUDONYM})

_Chosen = dict[tuple[str, str], dict[str, Release]]


@dataclass(frozen=True, slots=True)
class Override:
    """A method policy as read: rules by `table.field`, for one holding id or for all."""

    policy: str
    edition: str
    holding: str | None
    rules: Mapping[str, Release]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of every field of a specification: (holding, edition) → "table.field" → rule."""

    policy: str
    edition: str | None
    rules: Mapping[tuple[str, str], Mapping[str, Release]]

    def document(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "edition": self.edition,
            "fields": {
                f"{name}@{edition}": {where: rule_document(rule) for where, rule in rules.items()}
                for (name, edition), rules in self.rules.items()
            },
        }


def rule_document(rule: Release) -> dict[str, object]:
    """A rule in the form descriptors write it."""
    return {"method": rule.method.value, **rule.params}


def read(document: object) -> Override:
    """A method policy from plain JSON values; raises `faults.Faulty`."""
    reader = Reader()
    override = _override(reader, document)
    reader.finish()
    return override


def resolve(
    asked: specification.Specification,
    holdings: holding.Holdings,
    *,
    parts: Sequence[specification.Part],
    override: Override | None,
) -> Policy:
    """The rule of every field that these parts name. Raises `Refused` with every reason."""
    chosen: _Chosen = {}
    found: list[refusals.Refusal] = []
    for part in parts:
        source = holdings[part.holding, part.edition]
        mine = override if override and override.holding in (None, source.holding) else None
        rules = chosen.setdefault(source.key, {})
        for table, field in fields_of(part, source):
            where = f"{table.name}.{field.name}"
            rule = (mine.rules.get(where) if mine else None) or field.release
            found.extend(_reasons(source, table, field, rule))
            if part.level is specification.Level.AGGREGATE:
                found.extend(_group_reasons(table, field, rule))
            if rule is not None:
                rules[where] = rule
    found.extend(_shown_years(asked, holdings, parts, chosen))
    found.extend(_unused(override, holdings))
    if found:
        raise refusals.Refused(dict.fromkeys(found))
    frozen = {key: MappingProxyType(rules) for key, rules in chosen.items()}
    name, edition = (override.policy, override.edition) if override else (DESCRIPTOR, None)
    return Policy(name, edition, MappingProxyType(frozen))


def fields_of(
    part: specification.Part, source: holding.Holding
) -> Iterator[tuple[holding.Table, fields.Field]]:
    """Every table and field a part names, in its order; grouping variables of an aggregate too."""
    if part.level is specification.Level.AGGREGATE:
        for name in part.group_by:
            yield source.base, source.base.get_field(name)
        return
    for asked in part.tables:
        table = source.get_table(asked.name)
        for variable in asked.variables:
            yield table, table.get_field(variable.name)


def is_direct(source: holding.Holding, table: holding.Table, field: fields.Field) -> bool:
    """A declared direct identifier, or the key that names a person whatever its class says."""
    if field.sensitivity is fields.Sensitivity.DIRECT:
        return True
    return source.unit == "person" and field.name in person_columns(source, table)


def person_columns(source: holding.Holding, table: holding.Table) -> set[str]:
    """The columns of a table that hold the protected unit's own key."""
    found = {table.person_key} if table.person_key else set()
    if table.name == source.base_table:
        found.add(source.unit_key)
    else:
        for there, here in source.find_join(table) or ():
            if there == source.unit_key:
                found.add(here)
    return {name for name in found if name}


def _override(reader: Reader, document: object) -> Override:
    required = ["policy", "edition", "fields"]
    members = reader.members(document, "", required=required, optional=["holding"])
    if members is None:
        return Override("", "", None, {})
    says = "use small letters, digits, -, _ and ."
    name = reader.pattern(members["policy"], "/policy", like=POLICY_ID, says=says)
    if name == DESCRIPTOR:
        message = f'The name "{DESCRIPTOR}" stands for the rules of the descriptor; use another.'
        reader.fault("/policy", "unknown-word", message)
    says = "use letters, digits, - and ."
    edition = reader.pattern(members["edition"], "/edition", like=POLICY_EDITION, says=says)
    only = None
    if members.get("holding") is not None:
        says = "use small letters, digits and -"
        like = specification.HOLDING_ID
        only = reader.pattern(members["holding"], "/holding", like=like, says=says)
    rules: dict[str, Release] = {}
    entries = members["fields"]
    if not isinstance(entries, dict):
        reader.fault("/fields", "wrong-type", "This must be an object.")
        entries = {}
    for where, rule in entries.items():
        read_rule = fields.release_rule(reader, rule, faults.at("/fields", where))
        if read_rule is not None:
            rules[where] = read_rule
    return Override(name or "", edition or "", only, rules)


def _reasons(
    source: holding.Holding, table: holding.Table, field: fields.Field, rule: Release | None
) -> Iterator[refusals.Refusal]:
    where = f"{table.name}.{field.name}"
    if field.sensitivity is None:
        yield _reason("no-class", where, "has no declared class, so it cannot leave")
    elif rule is None:
        yield _reason("no-method", where, "has no release method, so it cannot leave")
    elif is_direct(source, table, field) and rule.method not in fields.DIRECT_METHODS:
        yield _reason("direct-identifier", where, "names people: drop it or pseudonymize it")
    elif rule.method in ACCEPTS and field.type not in ACCEPTS[rule.method]:
        says = f"holds {field.type} values, which the method {rule.method} cannot treat"
        yield _reason("wrong-type-for-method", where, says)
    elif rule.method is Method.DAYS_FROM:
        anchor = str(rule.params["anchor"])
        found = relations.find_anchor(source, anchor)
        if found is None or not person_columns(source, found[0]):
            says = f"counts days from {faults.quoted(anchor)}, which is no date of a {source.unit}"
            yield _reason("unknown-anchor", where, says)
    elif rule.method is Method.ZIP3:
        yield from _unknown_tables(where, rule)
    needs_unit = rule is not None and rule.method in (Method.DAYS_FROM, Method.WEEKLY_SHIFT)
    if needs_unit and not person_columns(source, table):
        yield _reason("no-person", where, f"belongs to no single {source.unit}, so has no dates")


def _group_reasons(
    table: holding.Table, field: fields.Field, rule: Release | None
) -> Iterator[refusals.Refusal]:
    if rule is not None and rule.method in NO_GROUP:
        says = f"does not leave (method {rule.method}), so nothing can be grouped by it"
        yield _reason("not-for-groups", f"{table.name}.{field.name}", says)


def _unknown_tables(where: str, rule: Release) -> Iterator[refusals.Refusal]:
    from muniment.dataplane import reference

    known = reference.zip3_years()
    years = rule.params["tables"]
    assert isinstance(years, list | tuple)
    for year in years:
        if year not in known:
            says = f"uses the ZIP table {faults.quoted(year)}; there is {', '.join(known)}"
            yield _reason("unknown-reference-table", where, says)


def _shown_years(
    asked: specification.Specification,
    holdings: holding.Holdings,
    parts: Sequence[specification.Part],
    chosen: _Chosen,
) -> Iterator[refusals.Refusal]:
    """A true date or year gives a shift away (`privacy.md` A9): in the same part, in another part
    of the same holding, or in a part that is linked."""
    for part in parts:
        shifted = [where for where, _, rule in _treated(part, holdings, chosen) if _shifts(rule)]
        if not shifted:
            continue
        group = links.group_of(asked, part.id)
        for other in parts:
            if other.holding != part.holding and other.id not in group:
                continue
            for where, field, rule in _treated(other, holdings, chosen):
                if _shows_year(field, rule):
                    says = f"shows a true year beside the shifted dates of {shifted[0]}; drop one"
                    yield _reason("year-beside-shift", where, says)


def _treated(
    part: specification.Part, holdings: holding.Holdings, chosen: _Chosen
) -> Iterator[tuple[str, fields.Field, Release | None]]:
    source = holdings[part.holding, part.edition]
    for table, field in fields_of(part, source):
        where = f"{table.name}.{field.name}"
        yield where, field, chosen[source.key].get(where)


def _shifts(rule: Release | None) -> bool:
    return rule is not None and rule.method is Method.WEEKLY_SHIFT


def _shows_year(field: fields.Field, rule: Release | None) -> bool:
    if rule is None:
        return False
    dated = field.type in (FieldType.DATE, FieldType.DATETIME, FieldType.YEAR)
    return rule.method is Method.YEAR or (rule.method is Method.KEEP and dated)


def _unused(override: Override | None, holdings: holding.Holdings) -> Iterator[refusals.Refusal]:
    """A policy that names a field no holding has is misspelled, and would protect nothing."""
    if override is None:
        return
    if override.holding and override.holding not in {name for name, _ in holdings}:
        yield refusals.Refusal(
            "unknown-holding",
            f"The method policy is for the holding {override.holding}, which is not used here.",
            {"holding": override.holding},
        )
        return
    known = {
        f"{table.name}.{field.name}"
        for source in holdings.values()
        if override.holding in (None, source.holding)
        for table in source.tables
        for field in table.fields
    }
    for where in override.rules:
        if where not in known:
            yield _reason("unknown-variable", where, "is in the method policy but in no holding")


def _reason(code: str, where: str, says: str) -> refusals.Refusal:
    return refusals.Refusal(code, f"{where} {says}.", {"field": where})
