"""Which of the roles an actor claims really holds: an office by grant, a relation by the case."""

from muniment import models
from muniment.rulebook import words

from .situation import Situation

# Plain SQL, the same on both databases: nearly every step asks it (figure W3).
_GRANTS = """
    SELECT id, ended_at, from_on, until_on FROM muniment_rolegrant
    WHERE person_id = %s AND programme_id = %s AND role = %s
"""


def held(here: Situation) -> frozenset[words.Role]:
    """The actor's role if it holds here today, else nothing. Nobody acts as another person."""
    role = words.Role(here.actor.role)
    if role is words.Role.ANYONE:
        return frozenset({role})
    if role is words.Role.SYSTEM:
        return frozenset({role}) if here.person is None else frozenset()
    if here.person is None or not here.person.is_active:
        return frozenset()
    if role in words.OFFICE_ROLES:
        holds = _by_grant(here, here.person, role)
    else:
        holds = _by_relation(here, here.person, role)
    return frozenset({role}) if holds else frozenset()


def _by_grant(here: Situation, person: models.Person, role: words.Role) -> bool:
    asked = [person.pk, here.programme_id, role.value]
    grants = models.RoleGrant.objects.raw(_GRANTS, asked)
    return any(grant.holds_on(here.today) for grant in grants)


def _by_relation(here: Situation, person: models.Person, role: words.Role) -> bool:
    case = here.case_if_any
    if case is None:  # nobody is the applicant of a programme
        return False
    if role is words.Role.APPLICANT:
        return case.applicant_id == person.pk
    if role is words.Role.SUPERVISOR:
        return case.supervisor_id == person.pk
    if role is words.Role.SIGNING_OFFICIAL:
        agreement = here.given("agreement")
        institution = agreement.institution if agreement else case.institution
        return institution is not None and institution.official_id == person.pk
    team = case.team.filter(person=person, accepted_at__isnull=False, ended_at__isnull=True)
    if role is words.Role.CO_APPLICANT:
        return team.filter(may_edit=True).exists()
    if role is words.Role.CONTRACTS_CONTACT:
        return team.filter(project_role="contracts contact").exists()
    return role is words.Role.TEAM_MEMBER and team.exists()
