"""What a method policy may do with a derived variable: make it coarser, never milder.

An age leaves only as one: 90 and over as one group. Days and numbers leave as they are only where
the rule in `spec.derived.leaving` allows it, and not at all where they would tell a birth date, a
shift, or an age that another method hides.
"""

from collections.abc import Iterable, Iterator, Set

from muniment.dataplane import refusals
from muniment.dataplane.methods import bands, over90
from muniment.dataplane.policy import fitting
from muniment.dataplane.spec import derived, fields, holding, specification
from muniment.dataplane.spec.derived import leaving
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.rules import About

COARSER = frozenset({Method.BANDS, Method.ROUND, Method.TOP_BOTTOM, Method.DROP})


def birth_dates(parts: Iterable[specification.Part]) -> dict[tuple[str, str], set[str]]:
    """Of each holding the columns that an age is counted from."""
    found: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        names = {each.born for each in part.derived if isinstance(each, derived.AgeAt)}
        found.setdefault((part.holding, part.edition), set()).update(names)
    return found


def listed(
    parts: Iterable[specification.Part], source: holding.Holding
) -> tuple[derived.Derived, ...]:
    """What these parts derive of a holding, each once: a reader has it all side by side."""
    mine = [part for part in parts if (part.holding, part.edition) == source.key]
    return tuple({each.name: each for part in mine for each in part.derived}.values())


def reasons(
    part: specification.Part,
    source: holding.Holding,
    table: holding.Table,
    field: fields.Field,
    rule: Release | None,
    *,
    rule_of: leaving.RuleOf,
    born: Set[str],
) -> Iterator[refusals.Refusal]:
    """Why a derived variable of the part may not leave this way; nothing for a declared one.

    `born` names the dates that any part takes for one of birth.
    """
    named = {each.name: each for each in part.derived}
    each = named.get(field.name) if table.name == source.base_table else None
    if each is None or rule is None or rule.method is Method.DROP:
        return
    where = f"{table.name}.{field.name}"
    says = _forbidden(each, source, rule_of, born)
    if isinstance(each, derived.AgeAt):
        if not _is_top_coded(rule):
            says = "is an age: use top90, or bands of age that end at 90 or before"
            yield fitting.reason("derived-age", where, says)
    elif says is not None:
        yield fitting.reason("derived-tells", where, says)
    elif rule != field.release and rule.method not in COARSER:
        says = "is derived: a policy may make it coarser (bands, round, top_bottom) or drop it"
        yield fitting.reason("derived-tells", where, says)


def _is_top_coded(rule: Release) -> bool:
    if rule.method is Method.BANDS and rule.params.get("of") == About.AGE:
        return max(bands.edges(rule.params)) <= over90.OLDEST
    return rule.method is Method.TOP90 and "at" not in rule.params


def _forbidden(
    each: derived.Derived, source: holding.Holding, rule_of: leaving.RuleOf, born: Set[str]
) -> str | None:
    """Why days or numbers may not leave by any method."""
    if isinstance(each, derived.DaysBetween) and born & {each.start, each.end}:
        return "counts days from a birth date, which is an age; drop it and use age_at"
    if leaving.of_birth(each, source, rule_of=rule_of):
        return "is made of a birth date, so it tells an age; drop it and use age_at"
    if leaving.is_shifted(each, source, rule_of=rule_of):
        return "is made of dates that leave shifted and could tell the shift; drop it"
    tests = isinstance(each, derived.CountOf | derived.AnyOf)
    if tests and leaving.tells_time(each, source, rule_of=rule_of):
        return "tests dates or ages that do not leave as they are; drop it"
    return None
