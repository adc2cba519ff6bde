"""Each modifier against a purpose: met, not met, an obligation, or a person must judge."""

import calendar
from collections.abc import Callable
from datetime import date

from muniment.programme.findings import Result

from .use import Modifier, Purpose

Said = tuple[Result, str]

# Modifiers that bind after approval, and the duty that a clause must answer to.
DUTIES = {
    "IRB": "ethics-document",
    "PUB": "publish",
    "MOR": "publication-moratorium",
    "RTN": "return-results",
    "COL": "collaborate",
    "TS": "end-on-time",
}


def judge(modifier: Modifier, purpose: Purpose) -> Said:
    """The result for one modifier, with its reason."""
    return _JUDGES[modifier.term.shorthand](modifier, purpose)


def _yes_no(answer: bool | None, *, wanted: bool, about: str, met: str, not_met: str) -> Said:
    if answer is None:
        return Result.NEEDS_PERSON, f"The request does not say {about}."
    return (Result.MET, met) if answer is wanted else (Result.NOT_MET, not_met)


def _member(value: str | None, allowed: frozenset[str], *, what: str) -> Said:
    if not allowed:
        return Result.NEEDS_PERSON, f"The dataset does not list which {what} are approved."
    if value is None:
        return Result.NEEDS_PERSON, f"The request does not name its {what}."
    if value in allowed:
        return Result.MET, f"{value} is among the {what} approved."
    return Result.NOT_MET, f"{value} is not among the {what} approved."


def _research_types(modifier: Modifier, purpose: Purpose) -> Said:
    if not modifier.study_types or not purpose.study_types:
        return Result.NEEDS_PERSON, "The study types are not given on both sides."
    other = sorted(purpose.study_types - modifier.study_types)
    if other:
        return Result.NOT_MET, f"Use is limited to other study types than {', '.join(other)}."
    return Result.MET, "The study is of a type that is allowed."


def _no_methods(modifier: Modifier, purpose: Purpose) -> Said:
    if "MDS" in purpose.kinds:
        return Result.NOT_MET, "General methods research is not allowed."
    return Result.MET, "No general methods research is planned."


def _genetic_only(modifier: Modifier, purpose: Purpose) -> Said:
    return _yes_no(
        purpose.genetic,
        wanted=True,
        about="whether the study is genetic",
        met="The study is genetic.",
        not_met="Only genetic studies are allowed.",
    )


def _non_profit(modifier: Modifier, purpose: Purpose) -> Said:
    return _yes_no(
        purpose.non_profit_organization,
        wanted=True,
        about="whether the organization is not for profit",
        met="The organization is not for profit.",
        not_met="Only organizations that are not for profit may use the data.",
    )


def _non_commercial(modifier: Modifier, purpose: Purpose) -> Said:
    return _yes_no(
        purpose.commercial,
        wanted=False,
        about="whether the use is commercial",
        met="The use is not commercial.",
        not_met="Commercial use is not allowed.",
    )


def _both(modifier: Modifier, purpose: Purpose) -> Said:
    """Not for profit and non-commercial: the worse of the two."""
    said = (_non_profit(modifier, purpose), _non_commercial(modifier, purpose))
    order = (Result.NOT_MET, Result.NEEDS_PERSON, Result.MET)
    return min(said, key=lambda one: order.index(one[0]))


def _no_ancestry(modifier: Modifier, purpose: Purpose) -> Said:
    if "POA" in purpose.kinds:
        return Result.NOT_MET, "Research on population origins or ancestry is prohibited."
    return _yes_no(
        purpose.ancestry,
        wanted=False,
        about="whether population origins or ancestry are studied",
        met="Population origins and ancestry are not studied.",
        not_met="Research on population origins or ancestry is prohibited.",
    )


def _ethics(modifier: Modifier, purpose: Purpose) -> Said:
    if purpose.ethics_document:
        return Result.MET, "An ethics document is on file."
    return Result.OBLIGATION, "An ethics document must be on file before release."


def _collaboration(modifier: Modifier, purpose: Purpose) -> Said:
    if purpose.collaborator:
        return Result.OBLIGATION, f"The work must be done together with {purpose.collaborator}."
    return Result.NOT_MET, "A collaborator from the primary study must be named."


def _countries(modifier: Modifier, purpose: Purpose) -> Said:
    return _member(purpose.country, modifier.countries, what="countries")


def _people(modifier: Modifier, purpose: Purpose) -> Said:
    return _member(purpose.person, modifier.people, what="people")


def _institutions(modifier: Modifier, purpose: Purpose) -> Said:
    return _member(purpose.institution, modifier.institutions, what="institutions")


def _projects(modifier: Modifier, purpose: Purpose) -> Said:
    return _member(purpose.project, modifier.projects, what="projects")


def _moratorium(modifier: Modifier, purpose: Purpose) -> Said:
    if modifier.until is None:
        return Result.NEEDS_PERSON, "The dataset does not give the date of the moratorium."
    return Result.OBLIGATION, f"Nothing may be published before {modifier.until}."


def _time_limit(modifier: Modifier, purpose: Purpose) -> Said:
    if modifier.months is None:
        return Result.NEEDS_PERSON, "The dataset does not give the number of months."
    if purpose.starts_on is None or purpose.ends_on is None:
        return Result.NEEDS_PERSON, "The request does not give both its dates."
    limit = _after_months(purpose.starts_on, modifier.months)
    if purpose.ends_on > limit:
        return Result.NOT_MET, f"Use is limited to {modifier.months} months, until {limit}."
    return Result.OBLIGATION, f"Use must end by {limit}."


def _after_months(start: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _publish(modifier: Modifier, purpose: Purpose) -> Said:
    return Result.OBLIGATION, "Results must be made available to the scientific community."


def _return_results(modifier: Modifier, purpose: Purpose) -> Said:
    return Result.OBLIGATION, "Derived or enriched data must be returned."


def _clinical_care(modifier: Modifier, purpose: Purpose) -> Said:
    return Result.MET, "Clinical care is allowed as well."


_JUDGES: dict[str, Callable[[Modifier, Purpose], Said]] = {
    "RS": _research_types,
    "NMDS": _no_methods,
    "GSO": _genetic_only,
    "NPUNCU": _both,
    "NPU": _non_profit,
    "NCU": _non_commercial,
    "PUB": _publish,
    "COL": _collaboration,
    "IRB": _ethics,
    "GS": _countries,
    "MOR": _moratorium,
    "TS": _time_limit,
    "US": _people,
    "PS": _projects,
    "IS": _institutions,
    "RTN": _return_results,
    "CC": _clinical_care,
    "NPOA": _no_ancestry,
}
