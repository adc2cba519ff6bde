"""Who has a stake in a case, and so takes no part in judging it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared
from muniment.queries.prepared import planned

# Plain SQL, the same on both databases: nearly every step asks both, and two queries through the
# ORM cost four times as much (figure W3).
_STAKES = """
    SELECT EXISTS (
        SELECT 1 FROM muniment_teammember
        WHERE case_id = %(case)s AND person_id = %(person)s AND ended_at IS NULL
    ), EXISTS (
        SELECT 1 FROM muniment_declaration
        WHERE case_id IN (%(case)s, %(parent)s) AND member_id = %(person)s AND conflicted
            AND superseded_at IS NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Stakes:
    """What ties a person to a case."""

    involved: bool
    """The request is their own: applicant, supervisor, or on the team."""
    declared: bool
    """They declared a conflict on the case or on that which it hangs on, and are recused."""


NO_STAKES = Stakes(involved=False, declared=False)


def stakes(case: models.Case, person: models.Person) -> Stakes:
    """What ties this person to the case; one query."""
    parent = case.parent_id or case.pk
    with planned.cursor() as cursor:
        cursor.execute(_STAKES, {"case": case.pk, "parent": parent, "person": person.pk})
        on_team, declared = cursor.fetchone()
    own = person.pk in {case.applicant_id, case.supervisor_id}
    return Stakes(involved=own or bool(on_team), declared=bool(declared))


def list_conflicted(case: models.Case, people: Collection[int]) -> frozenset[int]:
    """Those of these people, by key, who have a stake in the case; two queries for any number."""
    hangs_on = (case.pk, case.parent_id or case.pk)
    asked = tuple(sorted(people))
    words = (_on_team(case=case.pk, people=asked), _declared(cases=hangs_on, people=asked))
    found = {each for rows in words for (each,) in rows}
    return frozenset(people) & {case.applicant_id, case.supervisor_id, *found}


@prepared.query
def _on_team(*, case: int, people: tuple[int, ...]) -> QuerySet[models.TeamMember, Any]:
    team = models.TeamMember.objects.filter(case=case, person__in=people, ended_at__isnull=True)
    return team.values_list("person")


@prepared.query
def _declared(
    *, cases: tuple[int, ...], people: tuple[int, ...]
) -> QuerySet[models.Declaration, Any]:
    declared = models.Declaration.objects.filter(
        case__in=cases, member__in=people, conflicted=True, superseded_at__isnull=True
    )
    return declared.values_list("member")


def conflicted(case: models.Case, person: models.Person) -> bool:
    """Whether this person has a stake in the case, by relation or by their own word."""
    found = stakes(case, person)
    return found.involved or found.declared
