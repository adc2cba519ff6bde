"""Which of the roles an actor claims really holds: an office by grant, a relation by the case."""

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared, roster
from muniment.rulebook import words

from .situation import Situation


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
        if role is words.Role.ACTING_CHAIR:
            holds = holds or _leads(here, here.person)
    else:
        holds = _by_relation(here, here.person, role)
    return frozenset({role}) if holds else frozenset()


def _by_grant(here: Situation, person: models.Person, role: words.Role) -> bool:
    programme, named = here.programme_id, role.value
    grants = here.once(
        ("grants", person.pk, programme, named),
        lambda: _held_by(person=person.pk, programme=programme, role=named),
    )
    live = [grant for grant in grants if grant.holds_on(here.today)]
    if not any(grant.alternate for grant in live):
        return bool(live)
    return here.case_if_any is not None and _assigned(here.case, person, roster.ALTERNATE)


@prepared.query
def _held_by(*, person: int, programme: int, role: str) -> QuerySet[models.RoleGrant]:
    return models.RoleGrant.objects.filter(person=person, programme=programme, role=role)


def _leads(here: Situation, person: models.Person) -> bool:
    """Appointed for this case, or named to chair this meeting; with a seat, either way."""
    if here.case_if_any is not None:
        leads = _assigned(here.case, person, roster.ACTING)
    else:
        meeting = here.given("meeting")
        leads = meeting is not None and meeting.chair_id == person.pk
    return leads and _by_grant(here, person, words.Role.MEMBER)


def _assigned(case: models.Case, person: models.Person, role: str) -> bool:
    live = case.assignments.filter(role=role, person=person, ended_at__isnull=True)
    return live.exists()


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
