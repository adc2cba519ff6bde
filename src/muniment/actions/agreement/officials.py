"""Who signs for an institution: named by the applicant's side, verified by staff (privacy, B2)."""

from collections.abc import Mapping
from datetime import datetime

from muniment import models
from muniment.actions import input_refused, people, step
from muniment.rulebook import words

LONGEST = 200
"""Characters of a position; a form's answer may be longer."""


def name_signing_official(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    email: str,
    name: str,
    position: str = "",
    institution: models.Institution | None = None,
) -> models.NamedOfficial:
    """Name who can bind the institution. It is a hint for staff, who verify by their own means:

    whoever is verified for the institution already stays, and nobody is let in by being named.
    """
    with step.taking("name_signing_official", case, actor=actor, now=now) as taken:
        party = institution or case.institution
        input_refused.unless_empty(_faults(case, party, email))
        assert party is not None
        return _name(taken, case, party, people.register_person(email, name=name), position)


def name_answered_official(
    taken: step.Taken, case: models.Case, answered: Mapping[str, str]
) -> None:
    """Within a submission: whom the form names is named for the agreement, and typed once.

    Sending the request again with the same person names nobody anew.
    """
    party, email = case.institution, answered["email"]
    input_refused.unless_empty(_faults(case, party, email))
    assert party is not None
    person = people.register_person(email, name=answered["name"])
    last = case.officials.filter(institution=party).order_by("-pk").first()
    if last is None or last.person != person:
        _name(taken, case, party, person, answered.get("title") or "")


def _name(
    taken: step.Taken,
    case: models.Case,
    party: models.Institution,
    person: models.Person,
    position: str,
) -> models.NamedOfficial:
    taken.records(official=person.public_id, institution=party.pk)
    return models.NamedOfficial.objects.create(
        case=case, institution=party, person=person, position=position.strip()[:LONGEST],
        made_at=taken.now, made_by=taken.actor,
    )  # fmt: skip


def _faults(case: models.Case, party: models.Institution | None, email: str) -> list[words.Refusal]:
    if party is None:
        message = "You apply for yourself, so nobody signs for an institution."
        return [words.Refusal("no-institution", message)]
    found = []
    known = case.team.filter(institution=party, ended_at__isnull=True).exists()
    if party != case.institution and not known:
        message = "Nobody on the team is of this institution; invite its people first."
        found.append(words.Refusal("nobody-there", message))
    team = case.team.filter(ended_at__isnull=True).values_list("email", flat=True)
    leads = {each.email for each in (case.applicant, case.supervisor) if each is not None}
    involved = {*leads, *team}
    if email.strip().lower() in involved:
        message = "Name somebody else: the official is not on the research team."
        found.append(words.Refusal("official-on-team", message))
    return found
