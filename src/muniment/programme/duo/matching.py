"""A purpose against what a dataset allows. Advice for the committee, never its decision.

No permission on record means that a person looks; a no outranks a doubt; every modifier gets its
own line; every line cites its term. The published DUOS table answers yes in some of these cases,
so it is kept apart, in `duos`; a rule of an edition may ask for it (`matching: interoperability`),
and then it says what the permission comes to. Modifiers are judged as ever.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.programme.findings import Finding, Result, overall

from . import diseases, duos, modifiers
from .terms import ONTOLOGY
from .use import Purpose, Use

Said = tuple[Result, str]

NAMES = {
    "GRU": "general research",
    "HMB": "health, medical or biomedical research",
    "DS": "research on a disease",
    "POA": "research on population origins or ancestry",
    "MDS": "methods research",
}
NO_PERMISSION = "DUO:0000001"
_KINDS = {
    "GRU": "generalUse",
    "NRES": "generalUse",
    "HMB": "hmbResearch",
    "POA": "populationOriginsAncestry",
    "MDS": "methodsResearch",
}
_ANSWERS = {
    duos.Answer.APPROVE: Result.MET,
    duos.Answer.ABSTAIN: Result.NEEDS_PERSON,
    duos.Answer.DENY: Result.NOT_MET,
}
_SAID = {
    duos.Answer.APPROVE: "the published table allows the purpose.",
    duos.Answer.ABSTAIN: "the published table leaves the purpose to a person.",
    duos.Answer.DENY: "the published table does not allow the purpose.",
}


@dataclass(frozen=True, slots=True)
class Match:
    """The advice for one dataset: the result over all lines, the lines, the ontology's IRI."""

    dataset: str
    result: Result
    lines: tuple[Finding, ...]
    ontology: str = ONTOLOGY

    @property
    def reason(self) -> str:
        """The lines that decided, each with its term."""
        return " ".join(f"{line.reason}" for line in self.lines if line.result is self.result)


def match(
    use: Use,
    purpose: Purpose,
    *,
    dataset: str,
    interoperable: bool = False,
    ancestors: Mapping[str, Collection[str]] | None = None,
) -> Match:
    """The advice for one dataset.

    `interoperable` takes the published table's answer on the permission, as other systems do;
    `ancestors` gives it the broader diseases of a disease, else our own table does.
    """
    said_of_it = (
        [_published(use, purpose, ancestors)] if interoperable else _permission(use, purpose)
    )
    lines = [_line(dataset, _term_id(use), said) for said in said_of_it]
    lines += [
        _line(dataset, NO_PERMISSION, (Result.NEEDS_PERSON, f"A person must look at: {caution}."))
        for caution in purpose.cautions
    ]
    for modifier in use.modifiers:
        said = modifiers.judge(modifier, purpose)
        binding = said[0] is Result.OBLIGATION
        duty = modifiers.DUTIES.get(modifier.term.shorthand, "") if binding else ""
        lines.append(_line(dataset, modifier.term.id, said, duty=duty))
    return Match(dataset, overall(lines), tuple(lines))


def intersection(matches: Iterable[Match]) -> Result:
    """The advice for a request over several datasets: what every one of them allows."""
    return overall(line for one in matches for line in one.lines)


def _line(dataset: str, term: str, said: Said, *, duty: str = "") -> Finding:
    result, reason = said
    text = f"{reason.removesuffix('.')} ({term})."
    return Finding(term, result, text, ONTOLOGY, dataset=dataset, duty=duty)


def _published(use: Use, purpose: Purpose, ancestors: Mapping[str, Collection[str]] | None) -> Said:
    """What the published table (DUOS, version 4) says, in our three words."""
    if ancestors is None:
        ancestors = {each: diseases.ancestors(each) for each in purpose.diseases}
    answer = duos.match(_purpose(purpose), _dataset(use), ancestors=ancestors)
    return _ANSWERS[answer], f"Interoperability mode: {_SAID[answer]}"


def _purpose(purpose: Purpose) -> dict[str, Any]:
    """An intention in the words of that table."""
    said: dict[str, Any] = {_KINDS[kind]: True for kind in purpose.kinds if kind in _KINDS}
    if purpose.diseases:
        said["diseaseRestrictions"] = list(purpose.diseases)
    if purpose.non_profit_organization is not None:
        said["nonProfitUse"] = purpose.non_profit_organization
    return said


def _dataset(use: Use) -> dict[str, Any]:
    """What a dataset allows in the words of that table."""
    short = "" if use.permission is None else use.permission.shorthand
    said: dict[str, Any] = {_KINDS[short]: True} if short in _KINDS else {}
    if short == "DS":
        said["diseaseRestrictions"] = list(use.diseases)
    if any(each.term.shorthand in ("NPU", "NPUNCU") for each in use.modifiers):
        said["nonProfitUse"] = True
    return said


def _term_id(use: Use) -> str:
    return use.permission.id if use.permission else NO_PERMISSION


def _permission(use: Use, purpose: Purpose) -> list[Said]:
    """One line for each kind of research intended; all of them must be allowed."""
    if use.permission is None:
        return [(Result.NEEDS_PERSON, "The dataset has no permission on record.")]
    if not purpose.kinds:
        return [(Result.NEEDS_PERSON, "The request does not say what kind of research it is.")]
    allows = _ALLOWS[use.permission.shorthand]
    return [allows(kind, use, purpose) for kind in sorted(purpose.kinds)]


def _anything(kind: str, use: Use, purpose: Purpose) -> Said:
    return Result.MET, f"The dataset allows {NAMES[kind]}."


def _health(kind: str, use: Use, purpose: Purpose) -> Said:
    if kind in ("HMB", "DS", "MDS"):
        return Result.MET, f"The dataset allows {NAMES[kind]}."
    return Result.NOT_MET, f"The dataset is for health research; it does not allow {NAMES[kind]}."


def _disease(kind: str, use: Use, purpose: Purpose) -> Said:
    if kind not in ("DS", "MDS"):
        named = ", ".join(use.diseases) or "one disease"
        return Result.NOT_MET, f"The dataset is only for {named}; it does not allow {NAMES[kind]}."
    if kind == "MDS" and not purpose.diseases:
        return Result.NEEDS_PERSON, "Methods research on a dataset that is for one disease."
    if not use.diseases or not purpose.diseases:
        return Result.NEEDS_PERSON, "The disease is not named on both sides."
    answers = {disease: _covered(disease, use.diseases) for disease in purpose.diseases}
    refused = [disease for disease, answer in answers.items() if answer is False]
    unknown = [disease for disease, answer in answers.items() if answer is None]
    allowed = ", ".join(use.diseases)
    if refused:
        return Result.NOT_MET, f"{', '.join(refused)} is no kind of {allowed}."
    if unknown:
        return Result.NEEDS_PERSON, f"The table cannot tell if {unknown[0]} is a kind of {allowed}."
    return Result.MET, f"{', '.join(answers)} is {allowed} or a kind of it."


def _covered(disease: str, allowed: tuple[str, ...]) -> bool | None:
    answers = [diseases.is_kind_of(disease, one) for one in allowed]
    if True in answers:
        return True
    return None if None in answers else False


def _ancestry(kind: str, use: Use, purpose: Purpose) -> Said:
    if kind == "POA":
        return Result.MET, f"The dataset allows {NAMES[kind]}."
    if kind == "MDS":
        return Result.NEEDS_PERSON, "Methods research on a dataset that is for ancestry research."
    return Result.NOT_MET, f"The dataset is only for ancestry research, not for {NAMES[kind]}."


_ALLOWS: dict[str, Callable[[str, Use, Purpose], Said]] = {
    "NRES": _anything,
    "GRU": _anything,
    "HMB": _health,
    "DS": _disease,
    "POA": _ancestry,
}
