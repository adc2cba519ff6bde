"""Variables that a part computes from declared ones: a checked list, a row of the base table each.

A derived variable belongs to the base table for the rest of its part: its cohort may compare it,
and it may be asked for like a declared one. `leaving` says what a release may show of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from muniment.dataplane.spec import cohort, faults, values
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.values import FieldType

MOST_DERIVED = 50
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class AgeAt:
    """Completed calendar years from the date in `born` to the one in `at`, or to the day `on`.

    Exactly one of `at` and `on` is given. A birthday on 29 February comes on 1 March in other
    years.
    """

    name: str
    reason: str
    born: str
    at: str | None
    on: str | None

    def definition(self) -> dict[str, object]:
        at: object = self.at if self.on is None else {"on": self.on}
        return {"is": "age_at", "born": self.born, "at": at}


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """Calendar days from `start` to `end`, negative where the end comes first."""

    name: str
    reason: str
    start: str
    end: str

    def definition(self) -> dict[str, object]:
        return {"is": "days_between", "from": self.start, "to": self.end}


@dataclass(frozen=True, slots=True)
class CountOf:
    """How many rows of a related table fit; zero where none does."""

    name: str
    reason: str
    table: str
    where: cohort.Node | None

    def definition(self) -> dict[str, object]:
        return {"is": "count_of", "table": self.table, "where": cohort.whole(self.where)}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whether at least one row of a related table fits: true or false, never missing."""

    name: str
    reason: str
    table: str
    where: cohort.Node | None

    def definition(self) -> dict[str, object]:
        return {"is": "any_of", "table": self.table, "where": cohort.whole(self.where)}


Derived = AgeAt | DaysBetween | CountOf | AnyOf
_FORMS = {
    "age_at": ("born", "at"),
    "days_between": ("from", "to"),
    "count_of": ("table", "where"),
    "any_of": ("table", "where"),
}


def document(derived: Derived) -> dict[str, object]:
    """The form a specification writes it in."""
    return {"name": derived.name, **derived.definition(), "reason": derived.reason}


def type_of(derived: Derived) -> FieldType:
    return FieldType.BOOLEAN if isinstance(derived, AnyOf) else FieldType.INTEGER


def read(reader: Reader, value: object, path: str) -> tuple[Derived, ...]:
    """The member `derived` of a part; every fault goes to the reader."""
    found = []
    conditions = cohort.CohortReader(reader)
    for place, item in enumerate(reader.items(value, path, least=0, most=MOST_DERIVED)):
        derived = _one(reader, item, faults.at(path, place), conditions)
        if derived is not None:
            found.append(derived)
    return tuple(found)


def _one(
    reader: Reader, value: object, path: str, conditions: cohort.CohortReader
) -> Derived | None:
    opening = reader.members(value, path, required=["name", "is", "reason"], optional=None)
    if opening is None:
        return None
    word = opening["is"]
    if not isinstance(word, str) or word not in _FORMS:
        message = f"{faults.quoted(word)} does not fit here; choose one of: {', '.join(_FORMS)}."
        reader.fault(faults.at(path, "is"), "unknown-word", message)
        return None
    required = ["name", "is", "reason", *_FORMS[word]]
    members = reader.members(opening, path, required=required, optional=[])
    if members is None:
        return None
    name = reader.text(members["name"], faults.at(path, "name"))
    here = faults.at(path, "reason")
    reason = reader.text(members["reason"], here, most=LONGEST_REASON, lines=True)
    if name is None or reason is None:
        return None
    if word == "age_at":
        return _age(reader, members, path, name, reason)
    if word == "days_between":
        start = reader.text(members["from"], faults.at(path, "from"))
        end = reader.text(members["to"], faults.at(path, "to"))
        return None if start is None or end is None else DaysBetween(name, reason, start, end)
    table = reader.text(members["table"], faults.at(path, "table"))
    where = conditions.related(members["where"], faults.at(path, "where"), deep=1)
    made: Callable[..., Derived] = CountOf if word == "count_of" else AnyOf
    return None if table is None else made(name, reason, table, where)


def _age(
    reader: Reader, members: dict[str, object], path: str, name: str, reason: str
) -> AgeAt | None:
    born = reader.text(members["born"], faults.at(path, "born"))
    here = faults.at(path, "at")
    if not isinstance(members["at"], dict):
        at = reader.text(members["at"], here)
        return None if born is None or at is None else AgeAt(name, reason, born, at, None)
    fixed = reader.members(members["at"], here, required=["on"], optional=[])
    day = fixed and reader.text(fixed["on"], faults.at(here, "on"))
    if not day or born is None:
        return None
    if values.of(day, kind=FieldType.DATE) is None:
        message = f"{faults.quoted(day)} is no date; write it as 2020-12-31."
        reader.fault(faults.at(here, "on"), "wrong-form", message)
    return AgeAt(name, reason, born, None, day)
