"""The Data Use Agreement's clauses, chosen by terms, duties and facts, in the library's order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from . import conditions, information, tracks
from .bundle import Bundle

AGREEMENT = "agreement"
"""The terms that an institution signs; no master agreement stands behind any other."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as it stands in an agreement. `why` says what brought it in.

    `in_master`: a master agreement says it already, and nothing but the terms brought it in here.
    `prevails`: it stands under a master agreement only and says which of the two counts where they
    differ, "annex" or "master".
    """

    number: int
    id: str
    title: str
    text: str
    why: str
    fixed: bool
    in_master: bool = False
    prevails: str = ""


def assemble(
    edition: Bundle,
    *,
    track: Any,
    datasets: Collection[str] = (),
    duties: Collection[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> list[Clause]:
    """The clauses of an agreement, numbered from 1.

    `track` is a `words.Track`; `duties` come from `policy.duties`; the datasets' own clauses join
    those of the terms. A condition that the facts do not decide brings the clause in: leaving out
    a protection must not be an accident.
    """
    terms = tracks.terms_of(edition, track)["terms"]
    named = {
        clause: dataset
        for dataset in datasets
        for clause in information.get_dataset(edition, dataset).get("clauses", ())
    }
    chosen: list[Clause] = []
    for entry in edition["clauses"]["clauses"]:
        why = _why(entry, terms, named, set(duties), facts or {})
        if why:
            text = edition["clause_texts"][entry["id"]].strip()
            fixed = entry.get("fixed", False)
            general = entry.get("in_master", False) and why == f"terms {AGREEMENT}"
            settles = entry.get("prevails", "")
            chosen.append(
                Clause(
                    len(chosen) + 1, entry["id"], entry["title"], text, why, fixed, general, settles
                )
            )  # fmt: skip
    return chosen


def unanswered(edition: Bundle, duties: Collection[str]) -> frozenset[str]:
    """Duties that no clause of the library answers to; the agreement must not go out with any."""
    answered = {duty for entry in edition["clauses"]["clauses"] for duty in entry.get("duties", ())}
    return frozenset(duties) - answered


def _why(
    entry: Mapping[str, Any],
    terms: str,
    named: Mapping[str, str],
    duties: set[str],
    facts: Mapping[str, Any],
) -> str:
    """Why a clause stands in this agreement; empty where it does not."""
    if entry["id"] in named:
        return f"dataset {named[entry['id']]}"
    bound = sorted(duties & set(entry.get("duties", ())))
    if bound:
        return f"duty {', '.join(bound)}"
    if terms not in entry.get("terms", ()):
        return ""
    if "when" in entry and conditions.holds(entry["when"], facts) is False:
        return ""
    return f"terms {terms}"
