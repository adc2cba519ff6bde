"""The buttons of a part's form: each makes another draft, and none of them saves."""

import json
from collections.abc import Callable
from dataclasses import replace

from muniment.dataplane.spec import cohort, faults, jsontext
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.reader import Reader

from . import reading, rules

Draft = reading.Draft


def pressed(draft: Draft, button: str, holding: Holding, *, table: str) -> Draft:
    """The draft after a button; one that nobody drew changes nothing."""
    word, _, where = button.partition(":")
    at = [int(each) for each in where.split(":") if each.isdecimal() and len(each) < 4]
    does: dict[str, Callable[[], Draft]] = {
        "add": lambda: _with_rule(draft, at),
        "remove": lambda: _without_rule(draft, at),
        "ungroup": lambda: _without_group(draft, at),
        "group": lambda: _with_group(draft, where, holding, table),
        "text": lambda: _as_text(draft, holding),
        "rows": lambda: _as_rows(draft, holding),
    }
    return does[word]() if word in does else draft


def _with_rule(draft: Draft, at: list[int]) -> Draft:
    return _changed(draft, at, lambda group: replace(group, rules=(*group.rules, rules.Rule())))


def _without_rule(draft: Draft, at: list[int]) -> Draft:
    if len(at) < 2:
        return draft

    def less(group: rules.Group) -> rules.Group:
        return replace(group, rules=group.rules[: at[1]] + group.rules[at[1] + 1 :])

    return _changed(draft, at, less)


def _without_group(draft: Draft, at: list[int]) -> Draft:
    kept = tuple(group for number, group in enumerate(draft.groups) if number not in at[:1])
    return replace(draft, groups=kept or (rules.Group(rules.Kind.ALL),))


def _with_group(draft: Draft, kind: str, holding: Holding, table: str) -> Draft:
    if kind not in set(rules.Kind):
        return draft
    asked = rules.Kind(kind)
    named = holding.find_table(table)
    if asked in rules.RELATED and (named is None or holding.find_join(named) is None):
        return draft
    group = rules.Group(asked, (rules.Rule(),), table if asked in rules.RELATED else "")
    return replace(draft, groups=(*draft.groups, group))


def _as_text(draft: Draft, holding: Holding) -> Draft:
    if draft.text is not None:
        return draft
    document = rules.written(draft.groups, holding).document
    text = "" if document is None else json.dumps(document, indent=2, ensure_ascii=False)
    return replace(draft, text=text)


def _as_rows(draft: Draft, holding: Holding) -> Draft:
    """Text becomes rows only where rows show all of it; otherwise it stays text."""
    if draft.text is None:
        return draft
    try:
        document = jsontext.load(draft.text) if draft.text.strip() else None
    except faults.Faulty:
        return draft
    reader = Reader()
    node = None if document is None else cohort.CohortReader(reader).node(document, "")
    groups = None if reader.faults else rules.groups_of(node)
    return draft if groups is None else replace(draft, text=None, groups=groups)


def _changed(draft: Draft, at: list[int], change: Callable[[rules.Group], rules.Group]) -> Draft:
    groups = tuple(
        change(group) if number in at[:1] else group for number, group in enumerate(draft.groups)
    )
    return replace(draft, groups=groups)
