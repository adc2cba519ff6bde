"""The terms of the Data Use Ontology that may be used, however they are written."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

# The ontology release behind terms.csv; kept with every decision that rests on it.
ONTOLOGY = "http://purl.obolibrary.org/obo/duo/releases/2021-02-23/duo-basic.owl"

_WRITTEN = re.compile(r"(?:http://purl\.obolibrary\.org/obo/)?DUO[:_]([0-9]{7,8})")


class UnknownTerm(ValueError):
    """A term that is not in the ontology, is obsolete, or cannot be used where it stands."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term; kind is permission, modifier, investigation, grouping or obsolete."""

    id: str
    shorthand: str
    label: str
    kind: str

    def __str__(self) -> str:
        """As a reason cites it: `GRU (DUO:0000042)`."""
        return f"{self.shorthand or self.label} ({self.id})"


@cache
def all_terms() -> Mapping[str, Term]:
    """Identifier -> term, obsolete and grouping terms included."""
    source = resources.files(__package__) / "terms.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["id"]: Term(**row) for row in rows}


def get_term(written: str, *, kind: str) -> Term:
    """The term meant by an identifier or IRI; raises UnknownTerm unless it is of that kind.

    The official OWL file spells one identifier with eight digits (`DUO_00000044`); it is read as
    the seven that the table of terms has.
    """
    found = _WRITTEN.fullmatch(written.strip())
    term = all_terms().get(f"DUO:{int(found[1]):07d}") if found else None
    if term is None:
        raise UnknownTerm(f"{written} is not a term of the Data Use Ontology.")
    if term.kind == "obsolete":
        raise UnknownTerm(f"{term.id} is obsolete in the Data Use Ontology; use its successor.")
    if term.kind != kind:
        raise UnknownTerm(f"{term.id} ({term.label}) is not a {kind} term.")
    return term
