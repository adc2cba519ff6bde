"""Who has a stake in a case, and so takes no part in judging it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from muniment import models

# Plain SQL, the same on both databases: nearly every step asks both, and two queries through the
# ORM cost four times as much (figure W3).
_STAKES = """
    SELECT EXISTS (
        SELECT 1 FROM muniment_teammember
        WHERE case_id = %(case)s AND person_id = %(person)s AND ended_at IS NULL
    ), EXISTS (
        SELECT 1 FROM muniment_declaration
        WHERE case_id = %(case)s AND member_id = %(person)s AND conflicted AND superseded_at IS NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Stakes:
    """What ties a person to a case."""

    involved: bool
    """The request is their own: applicant, supervisor, or on the team."""
    declared: bool
    """They declared a conflict on the case, and are recused from it."""


NO_STAKES = Stakes(involved=False, declared=False)


def stakes(case: models.Case, person: models.Person) -> Stakes:
    """What ties this person to the case; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAKES, {"case": case.pk, "person": person.pk})
        on_team, declared = cursor.fetchone()
    own = person.pk in {case.applicant_id, case.supervisor_id}
    return Stakes(involved=own or bool(on_team), declared=bool(declared))


def list_conflicted(case: models.Case, people: Collection[int]) -> frozenset[int]:
    """Those of these people, by key, who have a stake in the case; two queries for any number."""
    team = case.team.filter(person__in=people, ended_at__isnull=True)
    declared = case.declarations.filter(
        member__in=people, conflicted=True, superseded_at__isnull=True
    )
    found = {*team.values_list("person", flat=True), *declared.values_list("member", flat=True)}
    return frozenset(people) & {case.applicant_id, case.supervisor_id, *found}


def conflicted(case: models.Case, person: models.Person) -> bool:
    """Whether this person has a stake in the case, by relation or by their own word."""
    found = stakes(case, person)
    return found.involved or found.declared
