"""Who still has to sign an agreement: the roles of its track, and a pledge from each who sees data.

A joinder is signed by the official of the institution that joins, and by the programme.
"""

from django.db.models import Q, QuerySet

from muniment import models
from muniment.programme import tracks
from muniment.queries import editions
from muniment.rulebook.words import Role, Track

JOINING = (Role.SIGNING_OFFICIAL, Role.PROGRAMME_SIGNATORY)
PLEDGED_AS = (Role.TEAM_MEMBER.value, Role.CO_APPLICANT.value)


def asked(agreement: models.Agreement) -> list[Role]:
    """The roles that sign it, in the order of the programme; a supervisor only where there is one.

    Team members are asked where the track names them and one of them works with the data.
    """
    case = agreement.case
    bundle = editions.bundle_of(case.edition)
    named = [Role(each) for each in tracks.terms_of(bundle, Track(case.track))["signers"]]
    joins = agreement.kind == models.Agreement.Kind.JOINDER
    if joins:
        named = [each for each in named if each in (*JOINING, Role.TEAM_MEMBER)]
    if case.supervisor_id is None:
        named = [each for each in named if each is not Role.SUPERVISOR]
    if not members(agreement).exists():
        named = [each for each in named if each is not Role.TEAM_MEMBER]
    return named


def missing(agreement: models.Agreement) -> list[Role]:
    """Those of them who have not signed the present text, in order."""
    signed = capacities(agreement)
    waiting = [role for role in asked(agreement) if role.value not in signed]
    if unpledged(agreement).exists():
        return waiting
    return [role for role in waiting if role is not Role.TEAM_MEMBER]


def capacities(agreement: models.Agreement) -> set[str]:
    """In which roles the present text was signed; a signature on another text does not count.

    A pledge is one person's and says nothing of the others', so it stands for no role here.
    """
    signed = standing(agreement).values_list("capacity", flat=True)
    return set(signed) - {Role.TEAM_MEMBER.value}


def standing(agreement: models.Agreement) -> QuerySet[models.Signature]:
    """The signatures on the present text; ink counts once somebody in the office confirmed it."""
    signed = agreement.signatures.filter(shown_sha256=agreement.text_sha256)
    return signed.exclude(method=models.Signature.Method.WET_INK, confirmed_at__isnull=True)


def members(agreement: models.Agreement) -> QuerySet[models.TeamMember]:
    """Those of this institution on the team who will work with the data."""
    case = agreement.case
    own = Q(institution=agreement.institution_id)
    if agreement.kind == models.Agreement.Kind.LEAD:
        own |= Q(institution__isnull=True)
    live = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True, will_access_data=True)
    return live.filter(own).exclude(person=case.applicant_id)


def unpledged(agreement: models.Agreement) -> QuerySet[models.TeamMember]:
    """Those of them who have not pledged on the present text."""
    pledged = standing(agreement).filter(capacity__in=PLEDGED_AS)
    return members(agreement).exclude(person__in=pledged.values("signer"))
