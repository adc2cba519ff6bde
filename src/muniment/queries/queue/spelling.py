"""The words by which a request is found, in one spelling for both databases.

SQLite folds only ASCII, PostgreSQL by the rules of its locale; so case and accents are folded
here, once when words are kept and once when they are asked for.
"""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST, LONGEST = 2, 40
WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> frozenset[str]:
    """The words of these texts: without case, accents and marks; a single letter is no word."""
    return frozenset(
        word[:LONGEST]
        for text in texts
        for word in WORD.findall(folded(text))
        if len(word) >= SHORTEST
    )


def texts_in(answer: object) -> Iterable[str]:
    """Every text in an answer of the form, whatever its shape; what a file is called is none."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for each in answer.values():
            yield from texts_in(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from texts_in(each)


def folded(text: str) -> str:
    """A text without case, accents and marks; an ASCII one has only the first."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
