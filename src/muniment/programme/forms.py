"""The application form: what is asked of this applicant, what is missing, what does not fit.

Answers are {section id: {field id: answer}}, as they are stored; field ids are unique over the
whole form, so a condition names a field alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.rulebook import words

from . import conditions, fields
from .bundle import Bundle

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that is asked, in its section, with its choices (id to label)."""

    section: Mapping[str, Any]
    field: Mapping[str, Any]
    options: Mapping[str, str]

    def refusal(self, code: str, message: str, **more: str) -> words.Refusal:
        """A refusal that a page can set beside the field."""
        params = {
            "label": self.field["label"],
            "section": self.section["title"],
            "section_id": self.section["id"],
            "field": self.field["id"],
            **more,
        }
        return words.Refusal(code, message, params)


def asked(edition: Bundle, answers: Answers) -> list[Asked]:
    """The fields that these answers bring up, in the order of the form."""
    facts = flat(answers)
    found = []
    for section in edition["form"]["sections"]:
        if not _shown(section, facts):
            continue
        for field in section["fields"]:
            if _shown(field, facts):
                found.append(Asked(section, field, options(edition, field)))
    return found


def missing(edition: Bundle, answers: Answers) -> list[words.Refusal]:
    """Every required answer that is not given, and every declaration not agreed to."""
    refusals = []
    for one in asked(edition, answers):
        value = answers.get(one.section["id"], {}).get(one.field["id"])
        if fields.is_empty(value):
            if one.field.get("required"):
                message = 'Answer "{label}" in the section "{section}".'
                refusals.append(one.refusal("answer-missing", message))
        elif "must_be" in one.field and value is not one.field["must_be"]:
            message = 'The programme needs your agreement to "{label}" in "{section}".'
            refusals.append(one.refusal("declaration-missing", message))
    return refusals


def validate(edition: Bundle, answers: Answers) -> list[words.Refusal]:
    """Every given answer that does not fit its field, and every answer nobody asked for."""
    refusals = list(_unknown(edition, answers))
    for one in asked(edition, answers):
        value = answers.get(one.section["id"], {}).get(one.field["id"])
        for said in fields.faults(one.field, value, options=one.options):
            message = 'The answer to "{label}" in the section "{section}" {said}.'
            refusals.append(one.refusal("answer-does-not-fit", message, said=said))
    return refusals


def flat(answers: Answers) -> dict[str, Any]:
    """Field id -> answer over all sections, for conditions and policy."""
    return {field: value for section in answers.values() for field, value in section.items()}


def published(edition: Bundle, answers: Answers) -> dict[str, Any]:
    """The answers that the form marks for the public register, and no others.

    Of a person only what stands on a paper's title page is published: no address, mail or phone.
    """
    given = flat(answers)
    shown = {}
    for one in asked(edition, answers):
        value = given.get(one.field["id"])
        if one.field.get("published") and not fields.is_empty(value):
            if one.field["type"] == "person" and isinstance(value, Mapping):
                value = _title_page(value)
            shown[one.field["id"]] = value
    return shown


def _title_page(person: Mapping[str, Any]) -> dict[str, Any]:
    return {key: person[key] for key in ("name", "institution", "orcid") if person.get(key)}


def options(edition: Bundle, field: Mapping[str, Any]) -> dict[str, str]:
    """The choices of a select or multi field, id to label; empty for other fields."""
    if "options_from" not in field:
        return {option["id"]: option["label"] for option in field.get("options", ())}
    entries = edition["programme"][field["options_from"]]
    return {entry["id"]: entry.get("label", entry.get("text")) for entry in entries}


def _shown(part: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """A section or field without a condition is always asked; an unknown one is not."""
    return "when" not in part or conditions.holds(part["when"], facts) is True


def _unknown(edition: Bundle, answers: Answers) -> Iterator[words.Refusal]:
    known = {
        section["id"]: {field["id"] for field in section["fields"]}
        for section in edition["form"]["sections"]
    }
    for section, given in answers.items():
        if section not in known:
            message = "The form has no section {section_id}. Remove it."
            yield words.Refusal("section-unknown", message, {"section_id": section})
            continue
        for field in sorted(set(given) - known[section]):
            message = "The section {section_id} does not ask for {field}. Remove it."
            params = {"section_id": section, "field": field}
            yield words.Refusal("answer-unknown", message, params)
