"""Who signs for an institution: named by the applicant's side, verified by staff (privacy, B2)."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, people, step
from muniment.rulebook import words


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
        person = people.register_person(email, name=name)
        assert party is not None
        taken.records(official=person.public_id, institution=party.pk)
        return models.NamedOfficial.objects.create(
            case=case, institution=party, person=person, position=position.strip(),
            made_at=now, made_by=actor,
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
    involved = {case.applicant.email, *team}
    if email.strip().lower() in involved:
        message = "Name somebody else: the official is not on the research team."
        found.append(words.Refusal("official-on-team", message))
    return found
