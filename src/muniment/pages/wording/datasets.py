"""The words of the information list: availability, limits, use conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.programme import duo
from muniment.programme.duo import diseases


@dataclass(frozen=True, slots=True)
class Tag:
    """A word in a box; `tone` is empty, good, info, warn, stop or line."""

    label: Promise | str
    tone: str = ""


AVAILABILITY = {
    "open": Tag(_("Open to requests"), "good"),
    "public": Tag(_("Public"), "info"),
    "planned": Tag(_("Planned"), "warn"),
    "elsewhere": Tag(_("Held elsewhere"), "line"),
    "withdrawn": Tag(_("Withdrawn"), "stop"),
    "not_offered": Tag(_("Not offered"), "line"),
}
SYNTHETIC = Tag(_("Synthetic"), "info")
LEVELS = {"record": Tag(_("Record level")), "aggregate": Tag(_("Grouped numbers only"))}
SENSITIVITY = {
    "direct": Tag(_("Never leaves as it is"), "stop"),
    "quasi": Tag(_("Could single someone out"), "warn"),
    "sensitive": Tag(_("Sensitive"), "warn"),
    "none": Tag(_("Standard")),
}
TYPES = {
    "string": _("Text or code"),
    "integer": _("Whole number"),
    "number": _("Number"),
    "boolean": _("Yes / no"),
    "date": _("Date"),
    "datetime": _("Date and time"),
}
PER = {
    "request": _("for each request"),
    "edition": _("for each edition"),
    "round_year": _("for each year of rounds"),
    "cohort": _("for each cohort"),
    "year": _("for each year"),
}

PERMISSIONS = {
    "NRES": _("No restriction on use."),
    "GRU": _("Any research."),
    "HMB": _("Health, medical or biomedical research only."),
    "DS": _("Research on the named diseases only."),
    "POA": _("Research on population origins or ancestry only."),
}
MODIFIERS = {
    "RS": _("Only the named types of study."),
    "NMDS": _("No work that only develops methods."),
    "GSO": _("Genetic studies only."),
    "NPU": _("Organizations that are not for profit only."),
    "NPUNCU": _("Organizations that are not for profit, and no commercial use."),
    "NCU": _("No commercial use."),
    "PUB": _("Results must be published."),
    "COL": _("Work together with the people who collected the data."),
    "RTN": _("Results must be given back."),
    "IRB": _("Ethics approval is needed."),
    "GS": _("Only in the named countries."),
    "MOR": _("No publication before a date."),
    "TS": _("Use ends after a set time."),
    "US": _("Only the named people."),
    "PS": _("Only the named projects."),
    "IS": _("Only the named institutions."),
    "CC": _("Clinical care is allowed as well."),
    "NPOA": _("No research on population origins or ancestry."),
}


def years(span: Mapping[str, Any] | None) -> str:
    """`2008 to 2023`, `Since 2008`, or nothing."""
    if not span:
        return ""
    if "until" not in span:
        return gettext("Since %(year)s") % {"year": span["from"]}
    if span["from"] == span["until"]:
        return str(span["from"])
    return gettext("%(first)s to %(last)s") % {"first": span["from"], "last": span["until"]}


def protection(text: Mapping[str, Any]) -> str:
    """What counts about this dataset never show, from the list's own settings."""
    said = []
    if text.get("threshold"):
        said.append(gettext("Groups under %(n)s are not shown.") % {"n": text["threshold"]})
    if text.get("noise_sigma"):
        said.append(gettext("Live counts carry a little noise."))
    if text.get("rounding", 1) > 1:
        said.append(gettext("Counts are rounded to the nearest %(n)s.") % {"n": text["rounding"]})
    return " ".join(said)


def use_conditions(text: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each use condition as (sentence, DUO term); empty where none is declared."""
    use = duo.use_of(text.get("duo"))
    if use.permission is None:
        return []
    said = [(_permission(use), str(use.permission))]
    for modifier in use.modifiers:
        sentence = str(MODIFIERS[modifier.term.shorthand])
        said.append((" ".join([sentence, *_details(modifier)]), str(modifier.term)))
    return said


def _permission(use: duo.Use) -> str:
    known = diseases.labels()
    named = ", ".join(known.get(each, each) for each in use.diseases)
    said = str(PERMISSIONS[use.permission.shorthand]) if use.permission else ""
    return gettext("Research on %(diseases)s only.") % {"diseases": named} if named else said


def _details(modifier: duo.Modifier) -> list[str]:
    named = modifier.countries | modifier.people | modifier.institutions | modifier.projects
    details = [", ".join(sorted(named))] if named else []
    if modifier.months:
        details.append(gettext("Months: %(n)s.") % {"n": modifier.months})
    if modifier.until:
        details.append(gettext("Until %(day)s.") % {"day": date_format(modifier.until, "j M Y")})
    return details


def codes(variable: Mapping[str, Any]) -> str:
    """The declared values of a variable, or its declared bands; never what was observed."""
    if "codes" in variable:
        return ", ".join(f"{code} = {label}" for code, label in variable["codes"].items())
    if "values" in variable:
        return ", ".join(str(value) for value in variable["values"])
    return "; ".join(_band(low, high) for low, high in variable.get("bands", ()))


def _band(low: int | str | None, high: int | str | None) -> str:
    if low is None:
        return gettext("up to %(high)s") % {"high": high}
    if high is None:
        return gettext("%(low)s and over") % {"low": low}
    return str(low) if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}
