"""The GA4GH Data Use Ontology: terms, and a purpose matched against what a dataset allows."""

from .matching import Match, intersection, match
from .modifiers import DUTIES
from .terms import ONTOLOGY, Term, UnknownTerm, all_terms, get_term
from .use import Modifier, Purpose, Use, use_of

__all__ = [
    "DUTIES",
    "ONTOLOGY",
    "Match",
    "Modifier",
    "Purpose",
    "Term",
    "UnknownTerm",
    "Use",
    "all_terms",
    "get_term",
    "intersection",
    "match",
    "use_of",
]
