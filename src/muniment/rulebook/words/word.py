"""What every word of the rulebook is: a short stored value with one sentence that explains it."""

from enum import StrEnum
from typing import Self

# Where the house's identifiers differ from what a US reader expects to see.
SPELLING = {"programme": "program", "co applicant": "co-applicant", "close out": "close-out"}


class Word(StrEnum):
    """A member is written `NAME = "value", "What it means."`; the value is what tables store."""

    means: str

    def __new__(cls, value: str, means: str = "") -> Self:
        """Keep the sentence beside the value, so that the two can never part.

        Raises TypeError for a word without one. The default is there because a look-up by value,
        `Track("full")`, is written like a call.
        """
        if not means:
            raise TypeError(f"The word {value} needs a sentence that says what it means.")
        word = str.__new__(cls, value)
        word._value_ = value
        word.means = means
        return word

    @property
    def label(self) -> str:
        """The word as people read it: `in_review` is "In review"."""
        text = self.value.replace("_", " ")
        for ours, theirs in SPELLING.items():
            text = text.replace(ours, theirs)
        return text.capitalize()
