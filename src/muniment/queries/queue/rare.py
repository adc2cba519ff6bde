"""Requests by words that few of them hold: looked up first, before the door is asked about any.

A database guesses how rare a word is from all words together. Where most stand in nearly every
request it guesses wrong, and reads each request that the reader may open to find the few that
hold one (figure W4). What is found here only narrows; every other condition is asked as ever.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared

FEW = 256
"""Words that more requests hold are not worth a look of their own."""


def find_by_beginning(words: Iterable[str]) -> tuple[int, ...] | None:
    """The requests with one of these beginnings of words, the first that few hold; else None.

    The longest is tried first. A request that holds them all is among those of each.
    """
    for word in sorted(words, key=lambda word: (-len(word), word)):
        found = _beginning(word=word)
        if len(found) <= FEW:
            return tuple(sorted({case for (case,) in found}))
    return None


def find_by_title(**words: str) -> tuple[int, ...] | None:
    """The requests with any of these words in reference or title; None where they are many."""
    found = _with(**words)
    return tuple(sorted({case for (case,) in found})) if len(found) <= FEW else None


@prepared.query
def _beginning(*, word: str) -> QuerySet[models.SearchWord, Any]:
    held = models.SearchWord.objects.filter(word__startswith=word)
    return held.values_list("case")[: FEW + 1]


@prepared.query
def _with(**words: str) -> QuerySet[models.SearchWord, Any]:
    held = models.SearchWord.objects.filter(word__in=words.values(), in_answers=False)
    return held.values_list("case")[: FEW + 1]
