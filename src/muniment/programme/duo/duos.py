"""The answer that the DUOS system's published algorithm (version 4) gives, for comparison only.

It says yes where a dataset has no permission on record, and a doubt outranks a no; so nothing
here decides anything. Facts from DataBiosphere/consent-ontology, commit e371cba.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

_ABSTAIN_ON = (
    "controls",
    "population",
    "gender",
    "pediatric",
    "vulnerablePopulations",
    "illegalBehavior",
    "sexualDiseases",
    "psychologicalTraits",
    "notHealth",
    "stigmatizeDiseases",
)
_RECOGNIZED = (
    "generalUse",
    "hmbResearch",
    "populationOriginsAncestry",
    "methodsResearch",
    "nonProfitUse",
)


class Answer(StrEnum):
    """The three answers of that algorithm."""

    APPROVE = "APPROVE"
    ABSTAIN = "ABSTAIN"
    DENY = "DENY"


def match(
    purpose: Mapping[str, Any],
    dataset: Mapping[str, Any],
    *,
    ancestors: Mapping[str, Collection[str]],
) -> Answer:
    """The published answer. `ancestors` gives every broader disease of a disease."""
    answers = [
        _abstains(purpose),
        _general(purpose, dataset),
        _health(purpose, dataset),
        _disease(purpose, dataset, ancestors),
        _ancestry(purpose, dataset),
        _profit(purpose, dataset),
    ]
    if all(answer is Answer.APPROVE for answer in answers):
        return Answer.APPROVE
    return Answer.ABSTAIN if Answer.ABSTAIN in answers else Answer.DENY


def _abstains(purpose: Mapping[str, Any]) -> Answer:
    recognized = any(name in purpose for name in _RECOGNIZED) or purpose.get("diseaseRestrictions")
    doubtful = any(purpose.get(name) for name in _ABSTAIN_ON)
    return Answer.ABSTAIN if doubtful or not recognized else Answer.APPROVE


def _general(purpose: Mapping[str, Any], dataset: Mapping[str, Any]) -> Answer:
    """Falls through to yes on a disease or ancestry dataset: one reason not to rely on it."""
    refused = purpose.get("generalUse") and dataset.get("hmbResearch")
    return Answer.DENY if refused else Answer.APPROVE


def _health(purpose: Mapping[str, Any], dataset: Mapping[str, Any]) -> Answer:
    narrow = dataset.get("diseaseRestrictions") or dataset.get("populationOriginsAncestry")
    return Answer.DENY if purpose.get("hmbResearch") and narrow else Answer.APPROVE


def _disease(
    purpose: Mapping[str, Any],
    dataset: Mapping[str, Any],
    ancestors: Mapping[str, Collection[str]],
) -> Answer:
    wanted, allowed = purpose.get("diseaseRestrictions"), dataset.get("diseaseRestrictions")
    if not wanted:
        return Answer.APPROVE
    if dataset.get("populationOriginsAncestry"):
        return Answer.DENY
    if not allowed:
        return Answer.APPROVE
    covered = all({one, *ancestors.get(one, ())} & set(allowed) for one in wanted)
    return Answer.APPROVE if covered else Answer.DENY


def _ancestry(purpose: Mapping[str, Any], dataset: Mapping[str, Any]) -> Answer:
    other = dataset.get("hmbResearch") or dataset.get("diseaseRestrictions")
    refused = purpose.get("populationOriginsAncestry") and other
    return Answer.DENY if refused else Answer.APPROVE


def _profit(purpose: Mapping[str, Any], dataset: Mapping[str, Any]) -> Answer:
    refused = dataset.get("nonProfitUse") and not purpose.get("nonProfitUse")
    return Answer.DENY if refused else Answer.APPROVE
