"""Requests that may be the same one twice: nearly equal titles of nearly equal applicants.

Titles are compared as sets of words (Jaccard). Only pairs that share one of their rarest words are
looked at: two titles that agree in four fifths of their words must (the prefix filter of Chaudhuri,
Ganti and Kaushik, 2006), so that a register of thousands is done in a second.
"""

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from muniment import models
from muniment.queries import access, prepared
from muniment.queries.queue import rare, spelling

SAME_TITLE = 0.8
SAME_APPLICANT = 0.5
LEAST_WORDS = 3
"""Shorter titles say too little to compare; they must be equal."""
MOST = 200
"""No more requests than these, the newest, are compared with one that is read."""
_HONORIFICS = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "miss", "sir", "md", "phd"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two requests by reference, the older one first."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class _Told:
    reference: str
    title: frozenset[str]
    applicant: frozenset[str]


def list_pairs(programme: models.Programme, *, source: str = "") -> list[Pair]:
    """Every pair of requests that may be one; with a source, those with a row of that register.

    One query. Drafts are their applicants' own and are not compared.
    """
    rows = programme.cases.filter(submitted_on__isnull=False).order_by("submitted_on", "pk")
    columns = ("reference", "title", "applicant__name", "origin__source")
    told, from_source = [], set()
    for reference, title, applicant, origin in rows.values_list(*columns):
        told.append(_Told(reference, _words(title), _words(applicant) - _HONORIFICS))
        if not source or origin == source:
            from_source.add(reference)
    return [
        pair for pair in _pairs(told) if pair.first in from_source or pair.second in from_source
    ]


def list_like(sight: access.Sight, *, person: models.Person, now: datetime) -> list[models.Case]:
    """The requests that may be the same as one that somebody of the office reads; two queries.

    Only what this person may open is looked at, and nothing that hangs together with it already.
    The longest words of the title stand for the rarest: two titles that agree in four fifths of
    their words share one of them as well.
    """
    case = sight.case
    own = _Told(case.reference, _words(case.title), _words(case.applicant.name) - _HONORIFICS)
    longest = sorted(own.title, key=lambda word: (-len(word), word))
    prefix = longest[: len(longest) - int(SAME_TITLE * len(longest)) + 1]
    door = access.office_door(person, now=now)
    words = {f"word_{n}": word[: spelling.LONGEST] for n, word in enumerate(prefix)}
    few = rare.find_by_title(**words)
    near = _near(
        door.held,
        person=person.pk,
        programme=case.programme_id,
        case=case.pk,
        parent=case.parent_id or case.pk,
        **(words if few is None else {"cases": few}),
    )
    alike = [
        key
        for key, reference, title, applicant in near
        if _alike(own, _Told(reference, _words(title), _words(applicant) - _HONORIFICS))
    ]
    return list(door.cases.filter(pk__in=alike).order_by("-pk")) if alike else []


@prepared.query
def _near(
    held: access.Held, *, person: int, programme: int, case: int, parent: int, **sharing: Any
) -> QuerySet[models.Case, Any]:
    """The newest that share a word with the case; `parent` is the case itself where it has none.

    `cases` are those that share one, where they are few; else the words stand by name.
    """
    linked = Q(pk__in=(case, parent)) | Q(parent__in=(case, parent))
    keys: Any = sharing.get("cases")
    if keys is None:
        held_by = models.SearchWord.objects.filter(word__in=sharing.values(), in_answers=False)
        keys = held_by.values("case")
    others = access.cases_of(held, person).filter(programme=programme, submitted_on__isnull=False)
    near = others.filter(pk__in=keys).exclude(linked).order_by("-pk")
    return near.values_list("pk", "reference", "title", "applicant__name")[:MOST]


def _pairs(told: list[_Told]) -> Iterator[Pair]:
    often = Counter(word for each in told for word in each.title)
    by_word: dict[str, list[int]] = {}
    for place, each in enumerate(told):
        rarest = sorted(each.title, key=lambda word: (often[word], word))
        prefix = rarest[: len(rarest) - int(SAME_TITLE * len(rarest)) + 1]
        seen = {earlier for word in prefix for earlier in by_word.get(word, ())}
        for earlier in sorted(seen):
            if _alike(told[earlier], each):
                yield Pair(told[earlier].reference, each.reference)
        for word in prefix:
            by_word.setdefault(word, []).append(place)


def _alike(one: _Told, other: _Told) -> bool:
    if min(len(one.title), len(other.title)) < LEAST_WORDS and one.title != other.title:
        return False
    titles = _share(one.title, other.title) >= SAME_TITLE
    return titles and _share(one.applicant, other.applicant) >= SAME_APPLICANT


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


@functools.lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    """The words of a text without case, accents and punctuation."""
    return frozenset(spelling.WORD.findall(spelling.folded(text)))
