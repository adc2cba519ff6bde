"""For which institution a request is made: the one that its answers name.

A draft begins with the institution of the applicant's profile, which a newcomer has not filled in.
What they answer is what counts, because the agreement is made with that institution, and whoever
says that they apply alone has none.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from muniment import models
from muniment.actions import agreement, people, step
from muniment.programme import fields, formats, forms
from muniment.queries import asked, editions
from muniment.queries.house import people as house
from muniment.rulebook import words

NAME, ROR, COUNTRY = "institution_name", "institution_ror", "institution_country"
CLASS = "applicant_class"


def follow(case: models.Case, answers: forms.Answers) -> None:
    """While it is written: the institution that the answers name, where it is known.

    Another name has no row yet, for it may only be half typed; `settle` makes it.
    """
    given = forms.flat(answers)
    if _applies_alone(case, answers, given):
        case.institution = None
    elif name := _text(given, NAME):
        case.institution = _known(case, name, _text(given, ROR))


def settle(case: models.Case, answers: forms.Answers, *, today: date) -> None:
    """When it is sent: as above, and an institution that nobody named before is kept.

    Raises Refused for a barred one that the request did not name when it was sent last: what was
    asked for before goes on, for whom it was asked.
    """
    follow(case, answers)
    given = forms.flat(answers)
    name = "" if _applies_alone(case, answers, given) else _text(given, NAME)
    if not name:
        return
    party = case.institution or people.register_institution(
        name, ror=_text(given, ROR), country=_text(given, COUNTRY)
    )
    case.institution = party
    if party != _sent_last(case) and house.is_barred(party, today=today):
        raise step.Refused([words.PRESENT[words.Fact.BARRED]])


def name_official(taken: step.Taken, case: models.Case, answers: forms.Answers) -> None:
    """When it is sent: who signs for that institution is whom the form names."""
    is_asked = any(
        one.field["id"] == asked.OFFICIAL and one.field["type"] == "person"
        for one in forms.asked(editions.bundle_of(case.edition), answers)
    )
    answered = forms.flat(answers).get(asked.OFFICIAL) or {}
    if is_asked and not fields.is_empty(answered) and case.institution is not None:
        agreement.name_answered_official(taken, case, answered)


def _sent_last(case: models.Case) -> models.Institution | None:
    """The one that the answers named when they were sent before."""
    last = case.submissions.order_by("-number").first()
    said = {} if last is None else forms.flat(last.answers)
    if last is None or _applies_alone(case, last.answers, said):
        return None
    return _known(case, _text(said, NAME), _text(said, ROR))


def _applies_alone(case: models.Case, answers: forms.Answers, given: Mapping[str, Any]) -> bool:
    """Whether the form, after what they said of themselves, does not ask for an institution."""
    bundle = editions.bundle_of(case.edition)
    sections = bundle["form"]["sections"]
    if not given.get(CLASS) or not any(_holds(NAME, section) for section in sections):
        return False
    return all(one.field["id"] != NAME for one in forms.asked(bundle, answers))


def _holds(name: str, section: Mapping[str, Any]) -> bool:
    return any(field["id"] == name for field in section["fields"])


def _known(case: models.Case, name: str, ror: str) -> models.Institution | None:
    """By its identifier, else by its name; the present one where nothing speaks against it."""
    present, code = case.institution, ror.rpartition("/")[2]
    if (
        present is not None
        and present.name == name
        and (not present.ror or present.ror.endswith(code))
    ):
        return present
    return house.find_institution(name, ror="" if formats.fault(ror, form="ror") else ror)


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name)
    return found.strip() if isinstance(found, str) else ""
