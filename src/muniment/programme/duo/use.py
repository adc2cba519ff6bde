"""The two sides of a match: what a dataset allows, and what an applicant intends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import terms


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier with what it needs to be decided; empty where the term needs nothing."""

    term: terms.Term
    until: date | None = None
    months: int | None = None
    countries: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    institutions: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    study_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Use:
    """What a dataset allows: one permission (or none on record) and its modifiers."""

    permission: terms.Term | None
    diseases: tuple[str, ...] = ()
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an applicant intends. None means: not said.

    `kinds` holds short forms: GRU general, HMB health, DS disease, POA population origins or
    ancestry, MDS methods. `cautions` names anything about the study that a person must look at.
    """

    kinds: frozenset[str] = frozenset()
    diseases: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    study_types: frozenset[str] = frozenset()
    non_profit_organization: bool | None = None
    commercial: bool | None = None
    genetic: bool | None = None
    ancestry: bool | None = None
    country: str | None = None
    person: str | None = None
    institution: str | None = None
    project: str | None = None
    collaborator: str | None = None
    ethics_document: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def use_of(entry: Mapping[str, Any] | None) -> Use:
    """The `duo` member of an information list entry; raises terms.UnknownTerm."""
    if not entry:
        return Use(None)
    modifiers = tuple(_modifier(one) for one in entry.get("modifiers", ()))
    permission = terms.get_term(entry["permission"], kind="permission")
    return Use(permission, tuple(entry.get("diseases", ())), modifiers)


def _modifier(entry: Mapping[str, Any]) -> Modifier:
    until = entry.get("until")
    sets = {
        name: frozenset(entry.get(name, ()))
        for name in ("countries", "people", "institutions", "projects", "study_types")
    }
    return Modifier(
        terms.get_term(entry["term"], kind="modifier"),
        until=date.fromisoformat(until) if until else None,
        months=entry.get("months"),
        **sets,
    )
