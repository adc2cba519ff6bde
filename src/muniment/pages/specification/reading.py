"""What a browser sent about one part, as a draft of it; nothing is judged here.

Only what the form has is read. Tables and variables go by their number in the holding's
description, which an edition never changes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from muniment.dataplane.spec import cohort, jsontext, normal, sentences, specification
from muniment.dataplane.spec import derived as computed
from muniment.dataplane.spec.fields import Sensitivity
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.specification import Level, Part

from . import rules

STANDARD = "Standard variable."
"""The reason that is written where none is asked for; the document has one for each."""
MOST_ROWS = 200
LONGEST_TEXT = 100_000
Chosen = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """One part as it stands in the form: `text` holds the cohort where it is edited as text."""

    id: str
    holding: str
    edition: str
    level: str
    chosen: Chosen
    """(table, variable) -> the reason that was written."""
    groups: tuple[rules.Group, ...]
    text: str | None = None
    group_by: tuple[str, ...] = ()
    derived: tuple[Mapping[str, Any], ...] = ()

    def document(self, holding: Holding) -> tuple[dict[str, Any], rules.Written]:
        """The part as JSON, and where its rules stand; raises Faulty where the text is no JSON."""
        who = self._cohort(holding)
        document: dict[str, Any] = {
            "id": self.id,
            "holding": self.holding,
            "edition": self.edition,
            "level": self.level,
            "tables": self._tables(holding),
            "cohort": who.document,
        }
        if self.level == Level.AGGREGATE:
            document["group_by"] = list(self.group_by)
        if self.derived:
            document["derived"] = [dict(each) for each in self.derived]
        return document, who

    def _cohort(self, holding: Holding) -> rules.Written:
        if self.text is None:
            return rules.written(self.groups, holding)
        read: Any = jsontext.load(self.text) if self.text.strip() else None
        return rules.Written(read, {})

    def _tables(self, holding: Holding) -> list[dict[str, Any]]:
        """In the order of the description, so that the same choice has the same hash."""
        tables = []
        for table in holding.tables:
            named = [field for field in table.fields if (table.name, field.name) in self.chosen]
            if named:
                variables = [
                    {"name": field.name, "reason": self._reason(table.name, field)}
                    for field in named
                ]
                tables.append({"name": table.name, "variables": variables})
        return tables

    def _reason(self, table: str, field: Any) -> str:
        given = self.chosen[table, field.name]
        return given if given or needs_reason(field) else STANDARD


def needs_reason(field: Any) -> bool:
    """Whether a person has to say why: what could single somebody out, and what is sensitive."""
    return field.sensitivity in (Sensitivity.QUASI, Sensitivity.SENSITIVE)


def new(part_id: str, holding: Holding, *, level: str) -> Draft:
    """A part of which nothing is chosen yet."""
    empty = (rules.Group(rules.Kind.ALL, (rules.Rule(),)),)
    return Draft(part_id, holding.holding, holding.edition, level, {}, empty)


def of(part: Part, holding: Holding) -> Draft:
    """A saved part; who is in becomes text where rows would not say exactly the same."""
    chosen = {
        (table.name, variable.name): "" if variable.reason == STANDARD else variable.reason
        for table in part.tables
        for variable in table.variables
    }
    groups = rules.groups_of(part.cohort)
    shown = groups is not None and _same(part, groups, holding)
    return Draft(
        id=part.id,
        holding=part.holding,
        edition=part.edition,
        level=part.level.value,
        chosen=chosen,
        groups=groups if groups is not None and shown else (),
        text=None if shown else cohort_text(part),
        group_by=part.group_by,
        derived=tuple(computed.document(each) for each in part.derived),
    )


def cohort_text(part: Part) -> str:
    """The cohort as indented JSON, for people who edit it as text."""
    shape = None if part.cohort is None else part.cohort.document()
    return json.dumps(shape, indent=2, ensure_ascii=False)


def computed_words(part: Part | None) -> list[str]:
    """What the derived variables of a saved part are; the form keeps them as they stand."""
    return [] if part is None else [sentences.computed(each) for each in part.derived]


def posted(sent: QueryDict, before: Draft, holding: Holding) -> Draft:
    """The draft as the form was sent; `before` keeps what the form does not carry."""
    level = sent.get("level", "")
    text = sent.get("cohort")
    return replace(
        before,
        level=level if level in set(Level) else before.level,
        chosen=_chosen(sent, holding),
        groups=_groups(sent),
        text=None if text is None else text[:LONGEST_TEXT],
        group_by=tuple(dict.fromkeys(filter(None, sent.getlist("group_by"))))[
            : specification.MOST_GROUPS
        ],
    )


def replaced(whole: Mapping[str, Any] | None, part: Mapping[str, Any]) -> dict[str, Any]:
    """A specification with this part in its place, or at the end."""
    before = dict(whole or {"muniment_specification": 1, "parts": [], "links": []})
    parts = [part if each["id"] == part["id"] else each for each in before["parts"]]
    return {**before, "parts": parts if part in parts else [*parts, part]}


def _same(part: Part, groups: tuple[rules.Group, ...], holding: Holding) -> bool:
    """Whether the rows say what the part says, in the normal form of both."""
    again = rules.written(groups, holding).document
    node = None if again is None else cohort.CohortReader(Reader()).node(again, "")
    asked = replace(part, cohort=node)
    return normal.question(asked, holding=holding) == normal.question(part, holding=holding)


def _chosen(sent: QueryDict, holding: Holding) -> dict[tuple[str, str], str]:
    taken = set(sent.getlist("take"))
    return {
        (table.name, field.name): _text(sent, f"why.{number}.{spot}")
        for number, table in enumerate(holding.tables)
        for spot, field in enumerate(table.fields)
        if f"{number}.{spot}" in taken
    }


def _groups(sent: QueryDict) -> tuple[rules.Group, ...]:
    found = []
    for number in _numbers(sent, r"g([0-9]{1,3})\.kind"):
        kind = sent.get(f"g{number}.kind", "")
        if kind in set(rules.Kind):
            read = tuple(
                _rule(sent, f"g{number}.r{spot}")
                for spot in _numbers(sent, rf"g{number}\.r([0-9]{{1,3}})\.variable")
            )
            found.append(rules.Group(rules.Kind(kind), read, _text(sent, f"g{number}.table")))
    return tuple(found) or (rules.Group(rules.Kind.ALL),)


def _rule(sent: QueryDict, name: str) -> rules.Rule:
    op = sent.get(f"{name}.op", "")
    op = op if op in set(cohort.Op) else cohort.Op.EQUALS.value
    if op in {each.value for each in cohort.VALUELESS}:
        given: tuple[str, ...] = ()
    elif op == cohort.Op.IN:
        given = tuple(sent.getlist(f"{name}.values")) or _listed(_text(sent, f"{name}.value"))
    else:
        ends = (_text(sent, f"{name}.value"), _text(sent, f"{name}.to"))
        given = ends if op == cohort.Op.BETWEEN else ends[:1]
    return rules.Rule(_text(sent, f"{name}.variable"), op, given)


def _listed(text: str) -> tuple[str, ...]:
    """One line of text, with semicolons between the values."""
    return tuple(dict.fromkeys(each.strip() for each in text.split(";") if each.strip()))


def _numbers(sent: QueryDict, pattern: str) -> list[int]:
    found = {int(match[1]) for key in sent if (match := re.fullmatch(pattern, key))}
    return sorted(found)[:MOST_ROWS]


def _text(sent: QueryDict, name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()
