"""Which method each released field gets: the descriptor's rules, overridden by a method policy.

A method policy is a JSON file a statistician writes for one release:
`{"policy": id, "edition": date, "fields": {"table.field": {"method": …}}, "holding": id?}`.
It may hold itself to a standard (`standards`), with `"standard": id` and `"kinds"`: which field is
of which kind. It may choose any method for a field except to loosen a direct identifier. A field
without a class or without a method cannot leave. A derived variable follows from what it is made
of (`computed`).
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from muniment.dataplane import refusals
from muniment.dataplane.policy import beside, computed, fitting, persons, standards
from muniment.dataplane.risk import ladder
from muniment.dataplane.spec import faults, fields, holding, specification
from muniment.dataplane.spec import rules as release_rules
from muniment.dataplane.spec.reader import Reader

Release = fields.Release
ACCEPTS = fitting.ACCEPTS
fields_of = persons.fields_of
person_columns = persons.person_columns

DESCRIPTOR = "descriptor"
OPTIONAL = ("holding", "anonymity", "ladders", "standard", "kinds")
POLICY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
POLICY_EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")


@dataclass(frozen=True, slots=True)
class Override:
    """A method policy as read: rules by `table.field`, for one holding id or for all."""

    policy: str
    edition: str
    holding: str | None
    rules: Mapping[str, Release]
    anonymity: ladder.Settings = ladder.DEFAULT
    standard: standards.Standard | None = None
    kinds: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of every field of a specification: (holding, edition) → "table.field" → rule."""

    policy: str
    edition: str | None
    rules: Mapping[tuple[str, str], Mapping[str, Release]]
    anonymity: ladder.Settings = ladder.DEFAULT
    standard: standards.Standard | None = None

    def document(self) -> dict[str, object]:
        held_to = {"standard": self.standard.document()} if self.standard else {}
        return {
            "policy": self.policy,
            "edition": self.edition,
            "fields": {
                f"{name}@{edition}": {where: rule.document() for where, rule in ruled.items()}
                for (name, edition), ruled in self.rules.items()
            },
            **self.anonymity.documents(),
            **held_to,
        }


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
    chosen: dict[tuple[str, str], dict[str, Release]] = {}
    found: list[refusals.Refusal] = []
    born = computed.birth_dates(parts)
    for part in parts:
        source = holdings[part.holding, part.edition]
        rules = chosen.setdefault(source.key, {})
        found.extend(_ruled(part, source, override, born=born[source.key], rules=rules))
    found.extend(beside.shown_years(asked, holdings, parts, chosen))
    found.extend(_unused(override, holdings, parts))
    if found:
        raise refusals.Refused(dict.fromkeys(found))
    frozen = {key: MappingProxyType(ruled) for key, ruled in chosen.items()}
    name, edition = (override.policy, override.edition) if override else (DESCRIPTOR, None)
    anonymity = override.anonymity if override else ladder.DEFAULT
    standard = override.standard if override else None
    return Policy(name, edition, MappingProxyType(frozen), anonymity, standard)


def _ruled(
    part: specification.Part,
    source: holding.Holding,
    override: Override | None,
    *,
    born: Set[str],
    rules: dict[str, Release],
) -> Iterator[refusals.Refusal]:
    """Why fields of a part cannot leave; the rules of those that have one go into `rules`."""
    mine = override if override and override.holding in (None, source.holding) else None
    rule_of = _rule_of(mine)
    for table, field in fields_of(part, source, rule_of=rule_of):
        rule = rule_of(table, field)
        yield from fitting.reasons(source, table, field, rule)
        yield from computed.reasons(part, source, table, field, rule, rule_of=rule_of, born=born)
        if part.level is specification.Level.AGGREGATE:
            yield from fitting.group_reasons(table, field, rule)
        if rule is not None:
            rules[f"{table.name}.{field.name}"] = rule
            yield from _unmet(override, mine, part, source, table, field, rule)


def _rule_of(mine: Override | None) -> Callable[[holding.Table, fields.Field], Release | None]:
    """The policy's rule of a column, else the one it has by itself."""

    def rule_of(table: holding.Table, field: fields.Field) -> Release | None:
        chosen = mine.rules.get(f"{table.name}.{field.name}") if mine else None
        return chosen or field.release

    return rule_of


def _unmet(
    override: Override | None,
    mine: Override | None,
    part: specification.Part,
    source: holding.Holding,
    table: holding.Table,
    field: fields.Field,
    rule: Release,
) -> Iterator[refusals.Refusal]:
    """A standard holds for every row that leaves, of whatever holding."""
    if override and override.standard and part.level is specification.Level.RECORD:
        stated = mine.kinds.get(f"{table.name}.{field.name}") if mine else None
        yield from standards.unmet(override.standard, source, table, field, rule, stated=stated)


def _override(reader: Reader, document: object) -> Override:
    required = ["policy", "edition", "fields"]
    members = reader.members(document, "", required=required, optional=OPTIONAL)
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
    entries = _entries(reader, members["fields"], "/fields")
    read_rules = {
        where: rule
        for where, written in entries.items()
        if (rule := release_rules.read(reader, written, faults.at("/fields", where)))
    }
    anonymity = ladder.read(reader, members.get("anonymity"), members.get("ladders"))
    standard, kinds = _standard(reader, members)
    return Override(name or "", edition or "", only, read_rules, anonymity, standard, kinds)


def _standard(
    reader: Reader, members: Mapping[str, object]
) -> tuple[standards.Standard | None, dict[str, str]]:
    kinds: dict[str, str] = {}
    for where, kind in _entries(reader, members.get("kinds", {}), "/kinds").items():
        kinds[where] = reader.text(kind, faults.at("/kinds", where)) or ""
    named = members.get("standard")
    if named is None:
        return None, kinds
    standard = standards.shipped().get(named) if isinstance(named, str) else None
    if standard is None:
        known = ", ".join(standards.shipped())
        message = f"{faults.quoted(named)} is no standard; choose one of: {known}."
        reader.fault("/standard", "unknown-word", message)
    return standard, kinds


def _entries(reader: Reader, value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        reader.fault(path, "wrong-type", "This must be an object.")
        return {}
    return value


def _unused(
    override: Override | None,
    holdings: holding.Holdings,
    parts: Sequence[specification.Part],
) -> Iterator[refusals.Refusal]:
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
    for part in parts:
        base = holdings[part.holding, part.edition].base_table
        known |= {f"{base}.{each.name}" for each in part.derived}
    named = [*override.rules, *override.anonymity.ladders, *override.kinds]
    for where in dict.fromkeys(named):
        if where not in known:
            yield fitting.reason(
                "unknown-variable", where, "is in the method policy but in no holding"
            )
