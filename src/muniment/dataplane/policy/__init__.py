"""Which method each released field gets: the descriptor's rules, overridden by a method policy.

A method policy is a JSON file a statistician writes for one release:
`{"policy": id, "edition": date, "fields": {"table.field": {"method": …}}, "holding": id?}`.
It may hold itself to a standard (`standards`), with `"standard": id` and `"kinds"`: which field is
of which kind. It may choose any method for a field except to loosen a direct identifier. A field
without a class or without a method cannot leave. A derived variable follows from what it is made
of (`computed`). Each holding of a request may have a policy of its own (`overrides`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from muniment.dataplane import refusals
from muniment.dataplane.policy import (
    across,
    beside,
    computed,
    fitting,
    overrides,
    persons,
    standards,
)
from muniment.dataplane.risk import ladder
from muniment.dataplane.spec import fields, holding, specification

Release = fields.Release
ACCEPTS = fitting.ACCEPTS
DESCRIPTOR = overrides.DESCRIPTOR
ALL = overrides.ALL
Override = overrides.Override
Overrides = overrides.Overrides
read = overrides.read
fields_of = persons.fields_of
person_columns = persons.person_columns
unit_column = persons.unit_column
derived_of = computed.listed


@dataclass(frozen=True, slots=True)
class Ruled:
    """How one holding leaves: under which policy, the rule by "table.field", and how k is kept."""

    policy: str
    edition: str | None
    rules: Mapping[str, Release]
    anonymity: ladder.Settings = ladder.DEFAULT
    standard: standards.Standard | None = None

    def document(self) -> dict[str, object]:
        return {**self.named(), "fields": self.fields(), **self.settings()}

    def named(self) -> dict[str, object]:
        return {"policy": self.policy, "edition": self.edition}

    def fields(self) -> dict[str, object]:
        return {where: rule.document() for where, rule in self.rules.items()}

    def settings(self) -> dict[str, object]:
        """Nothing at all where everything is the default."""
        held_to = {"standard": self.standard.document()} if self.standard else {}
        return {**self.anonymity.documents(), **held_to}


@dataclass(frozen=True, slots=True)
class Policy:
    """How every holding of a specification leaves, by (holding, edition)."""

    holdings: Mapping[tuple[str, str], Ruled]

    def together(
        self, asked: specification.Specification, holdings: holding.Holdings
    ) -> across.Request:
        """What leaves of them all, as a reader of linked parts has it."""
        rules = {key: ruled.rules for key, ruled in self.holdings.items()}
        return across.Request(asked, holdings, rules)

    def document(self) -> dict[str, object]:
        """By "holding@edition"."""
        return {"@".join(key): ruled.document() for key, ruled in self.holdings.items()}

    def single(self) -> dict[str, object]:
        """As terms of version 1 have it: one policy over all. Raises `Refused` for several."""
        several = [{**each.named(), **each.settings()} for each in self.holdings.values()]
        if any(each != several[0] for each in several):
            message = "These terms have one method policy for all holdings; have new ones signed."
            raise refusals.refused("plan-changed", message, differs=["method_policy"])
        listed = {"@".join(key): ruled.fields() for key, ruled in self.holdings.items()}
        return {**several[0], "fields": listed}


def resolve(
    asked: specification.Specification,
    holdings: holding.Holdings,
    *,
    parts: Sequence[specification.Part],
    overriding: Overrides,
    over_time: bool = False,
) -> Policy:
    """The rule of every field that these parts name. Raises `Refused` with every reason.

    `over_time` says that later editions leave under the same codes.
    """
    chosen: dict[tuple[str, str], dict[str, Release]] = {}
    found: list[refusals.Refusal] = []
    born = computed.birth_dates(parts)
    for part in parts:
        source = holdings[part.holding, part.edition]
        rules, override = chosen.setdefault(source.key, {}), overrides.given(overriding, source)
        found.extend(_ruled(part, source, override, born=born[source.key], rules=rules))
    together = across.Request(asked, holdings, chosen)
    for part in parts:
        found.extend(together.reasons(part, over_time=over_time))
    found.extend(beside.shown_years(asked, holdings, parts, chosen))
    found.extend(overrides.misnamed(overriding, holdings, parts))
    if found:
        raise refusals.Refused(dict.fromkeys(found))
    ruled = {
        key: _chosen(overrides.given(overriding, holdings[key]), rules)
        for key, rules in chosen.items()
    }
    return Policy(MappingProxyType(ruled))


def _chosen(override: Override | None, rules: Mapping[str, Release]) -> Ruled:
    frozen = MappingProxyType(dict(rules))
    if override is None:
        return Ruled(DESCRIPTOR, None, frozen)
    named = override.policy, override.edition
    return Ruled(*named, frozen, override.anonymity, override.standard)


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
