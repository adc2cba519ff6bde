"""An agreement as documents are made from it."""

from dataclasses import dataclass
from typing import Any

from muniment import models
from muniment.programme import contracts


@dataclass(frozen=True, slots=True)
class Paper:
    """What the files are made from: the document, its text, and its machine copy."""

    document: dict[str, Any]
    text: str
    copy: bytes


def paper_of(agreement: models.Agreement) -> Paper:
    """The text is the stored one, which is what was signed."""
    copy = contracts.odrl.copied(agreement.document)
    return Paper(agreement.document, agreement.text, copy)
