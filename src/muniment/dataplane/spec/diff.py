"""What changed between two specifications, in sentences, and which gates it touches.

After a decision a specification changes only by amendment, and only the gates that its changes
touch open again. Parts are told apart by their id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from muniment.dataplane.spec import derived, normal, sentences
from muniment.dataplane.spec.specification import Part, Specification


class Gate(StrEnum):
    """What kind of thing changed."""

    PARTS = "parts"
    VARIABLES = "variables"
    COHORT = "cohort"
    LEVEL = "level"
    EDITION = "edition"
    LINKS = "links"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True)
class Change:
    """`part` is the id of the part that changed, None for links."""

    gate: Gate
    part: str | None
    says: str


def diff(old: Specification, new: Specification) -> list[Change]:
    """Every change, by part in the order of `new`, then parts taken out, then links."""
    before = {part.id: part for part in old.parts}
    after = {part.id for part in new.parts}
    found: list[Change] = []
    for part in new.parts:
        if part.id in before:
            found.extend(_part(before[part.id], part))
        else:
            says = f"Part {part.id} is new: {part.sentence()}"
            found.append(Change(Gate.PARTS, part.id, says))
    for part in old.parts:
        if part.id not in after:
            found.append(Change(Gate.PARTS, part.id, f"Part {part.id} is taken out."))
    return [*found, *_links(old, new)]


def gates(changes: list[Change]) -> frozenset[Gate]:
    """Which gates a list of changes touches."""
    return frozenset(change.gate for change in changes)


def _part(old: Part, new: Part) -> Iterator[Change]:
    def change(gate: Gate, says: str) -> Change:
        return Change(gate, new.id, f"Part {new.id}: {says}.")

    if old.holding != new.holding:
        yield change(Gate.PARTS, f"the holding is {new.holding}, not {old.holding}")
    if old.edition != new.edition:
        yield change(Gate.EDITION, f"the edition is {new.edition}, not {old.edition}")
    if old.level is not new.level:
        yield change(Gate.LEVEL, f"the level is {new.level}, not {old.level}")
    yield from _variables(old, new)
    yield from _cohort(old, new)
    if old.group_by != new.group_by:
        groups = sentences.listed(list(new.group_by)) if new.group_by else "nothing"
        yield change(Gate.VARIABLES, f"it is grouped by {groups}")
    if old.measures != new.measures:
        asked = [each.words() for each in new.measures]
        yield change(Gate.VARIABLES, f"it measures {sentences.listed(asked or ['nothing'])}")


def _variables(old: Part, new: Part) -> Iterator[Change]:
    before, after = _reasons(old), _reasons(new)
    for where in after:
        if where not in before:
            yield Change(Gate.VARIABLES, new.id, f"Part {new.id}: {_named(where)} is added.")
        elif after[where] != before[where]:
            says = f"Part {new.id}: the reason for {_named(where)} is another."
            yield Change(Gate.REASONS, new.id, says)
    for where in before:
        if where not in after:
            yield Change(Gate.VARIABLES, new.id, f"Part {new.id}: {_named(where)} is taken out.")


def _reasons(part: Part) -> dict[tuple[str, str], str]:
    return {
        (table.name, variable.name): variable.reason
        for table in part.tables
        for variable in table.variables
    }


def _named(where: tuple[str, str]) -> str:
    return f"{where[1]} of {where[0]}"


def _cohort(old: Part, new: Part) -> Iterator[Change]:
    """A rephrasing that has the same normal form is no change of who is in."""
    before, after = {each.name: each for each in old.derived}, {e.name: e for e in new.derived}
    for name, each in after.items():
        known = before.get(name)
        if known is None or derived.document(known) != derived.document(each):
            same = known is not None and known.definition() == each.definition()
            gate = Gate.REASONS if same else Gate.VARIABLES
            says = f"the reason for {name} is another" if same else sentences.computed(each)
            yield Change(gate, new.id, f"Part {new.id}: {says}.")
    for name in before:
        if name not in after:
            yield Change(Gate.VARIABLES, new.id, f"Part {new.id}: {name} is no longer computed.")
    if normal.who(old) == normal.who(new):
        return
    if new.cohort is None:
        says = "it is about everyone"
    else:
        says = f"it is about those where {sentences.condition(new.cohort)}"
    says += _direction(old, new)
    yield Change(Gate.COHORT, new.id, f"Part {new.id}: {says}.")


def _direction(old: Part, new: Part) -> str:
    """Said only where the conditions themselves show it: one list of conditions holds the other."""
    before, after = normal.conditions(old), normal.conditions(new)
    if before < after:
        return ", which is fewer than before or the same"
    return ", which is more than before or the same" if after < before else ""


def _links(old: Specification, new: Specification) -> Iterator[Change]:
    before = {frozenset(link.parts): link.reason for link in old.links}
    after = {frozenset(link.parts): link.reason for link in new.links}
    for parts in after:
        named = sentences.listed(sorted(parts))
        if parts not in before:
            yield Change(Gate.LINKS, None, f"Parts {named} are to be linked.")
        elif before[parts] != after[parts]:
            yield Change(Gate.REASONS, None, f"The reason for linking parts {named} is another.")
    for parts in before:
        if parts not in after:
            named = sentences.listed(sorted(parts))
            yield Change(Gate.LINKS, None, f"Parts {named} are no longer linked.")
