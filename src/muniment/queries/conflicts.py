"""Who has a stake in a case, and so takes no part in judging it."""

from muniment import models


def conflicted(case: models.Case, person: models.Person) -> bool:
    """Whether this person has a stake in the case, by relation or by their own word."""
    on_team = case.team.filter(person=person, ended_at__isnull=True).exists()
    is_lead = person.pk in {case.applicant_id, case.supervisor_id}
    return is_lead or on_team or declared(case, person)


def declared(case: models.Case, person: models.Person) -> bool:
    """Whether the person declared a conflict on the case; they are recused from it."""
    return case.declarations.filter(
        member=person, conflicted=True, superseded_at__isnull=True
    ).exists()
