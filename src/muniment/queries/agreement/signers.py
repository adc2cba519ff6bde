"""Who still has to sign an agreement: the roles of its track, and a pledge from each who sees data.

A joinder is signed by the official of the institution that joins, and by the programme.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from muniment import models
from muniment.programme import tracks
from muniment.queries import editions, prepared
from muniment.rulebook.words import Role, Track

JOINING = (Role.SIGNING_OFFICIAL, Role.PROGRAMME_SIGNATORY)
PLEDGED_AS = (Role.TEAM_MEMBER.value, Role.CO_APPLICANT.value)

_PLEDGED = models.Signature.objects.filter(
    agreement=OuterRef(OuterRef("pk")), shown_sha256=OuterRef(OuterRef("text_sha256")),
    signer=OuterRef("person"), capacity__in=PLEDGED_AS,
)  # fmt: skip
UNPLEDGED = models.TeamMember.objects.filter(
    ~Exists(_PLEDGED),
    Q(institution__isnull=True) | Q(institution=OuterRef("institution")),
    case=OuterRef("case"), will_access_data=True, accepted_at__isnull=False, ended_at__isnull=True,
).exclude(person=OuterRef("case__applicant"))  # fmt: skip
"""Of a lead institution's agreement: who will work with the data and has not pledged on it."""


def asked(agreement: models.Agreement) -> list[Role]:
    """The roles that sign it, in the order of the programme; a supervisor only where there is one.

    Team members are asked where the track names them and one of them works with the data, and an
    official where the text is with an institution. Of a text that was issued it is the supervisor
    whom it names, not one who came since.
    """
    roles, issued = named(agreement), agreement.issued_at is not None
    if agreement.institution_id is None:
        roles = [each for each in roles if each is not Role.SIGNING_OFFICIAL]
    if not (agreement.document.get("supervisor") if issued else agreement.case.supervisor_id):
        roles = [each for each in roles if each is not Role.SUPERVISOR]
    if not members(agreement).exists():
        roles = [each for each in roles if each is not Role.TEAM_MEMBER]
    return roles


def named(agreement: models.Agreement) -> list[Role]:
    """The roles that the track names for such a text, whether or not somebody has them here.

    It is the track for which the text was written; the request may have come to another one since.
    """
    case = agreement.case
    track = Track(agreement.document.get("track", case.track))
    terms = tracks.terms_of(editions.bundle_of(case.edition), track)
    roles = [Role(each) for each in terms["signers"]]
    if agreement.kind == models.Agreement.Kind.JOINDER:
        return [each for each in roles if each in (*JOINING, Role.TEAM_MEMBER)]
    return roles


def missing(agreement: models.Agreement) -> list[Role]:
    """Those of them who have not signed the present text, in order."""
    signed = capacities(agreement)
    waiting = [role for role in asked(agreement) if role.value not in signed]
    if unpledged(agreement).exists():
        return waiting
    return [role for role in waiting if role is not Role.TEAM_MEMBER]


def earlier(agreement: models.Agreement, role: Role) -> list[Role]:
    """Those who have to sign before this role and have not, in order.

    A role that the track does not name, such as a pledge where none is asked for, has no place in
    the order.
    """
    place = Role.TEAM_MEMBER if role.value in PLEDGED_AS else role
    order = asked(agreement)
    before = order[: order.index(place)] if place in order else []
    return [each for each in missing(agreement) if each in before]


def expected(agreement: models.Agreement) -> dict[Role, models.Person]:
    """Whose own signature each capacity needs; without who is not there, or not verified yet."""
    case = agreement.case
    known = (
        (Role.APPLICANT, case.applicant),
        (Role.SUPERVISOR, supervisor_of(agreement)),
        (Role.SIGNING_OFFICIAL, official_of(agreement)),
    )
    return {role: person for role, person in known if person is not None}


def supervisor_of(agreement: models.Agreement) -> models.Person | None:
    """Who supervises today, where the text names them; a draft is drafted anew before it does."""
    present = agreement.case.supervisor
    named_there = present is not None and agreement.document.get("supervisor") == present.name
    return present if named_there or agreement.issued_at is None else None


def official_of(agreement: models.Agreement) -> models.Person | None:
    """Who was verified to bind the institution of the agreement; None before."""
    party = agreement.institution
    return party.official if party is not None and party.official_verified_at else None


def binder(agreement: models.Agreement) -> tuple[Role, models.Person | None]:
    """In which role its party is bound today, and by whom; None before they are verified."""
    role = binding_role(agreement)
    alone = role is Role.APPLICANT
    return role, agreement.case.applicant if alone else official_of(agreement)


def binding_role(agreement: models.Agreement) -> Role:
    """Who binds the party of a text: its institution's official, where the track has one sign.

    Else the applicant, whose signature is the only one that the text has. What a party has to say
    of its own, such as that its copies are destroyed, is said by whoever binds it.
    """
    official = Role.SIGNING_OFFICIAL
    asked_to = agreement.institution_id is not None and official in named(agreement)
    return official if asked_to else Role.APPLICANT


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
    live = team_of(agreement).filter(accepted_at__isnull=False, will_access_data=True)
    return live.exclude(person=agreement.case.applicant_id)


def team_of(agreement: models.Agreement) -> QuerySet[models.TeamMember]:
    """Those on the team whom it binds: of its institution; the lead's, also who names none."""
    own = Q(institution=agreement.institution_id)
    if binds_lead(agreement):
        own |= Q(institution__isnull=True)
    return agreement.case.team.filter(own, ended_at__isnull=True)


def binds_lead(agreement: models.Agreement) -> bool:
    """Whether it is the lead's own text: of their institution, or of nobody but themselves.

    The text with an institution that the lead left goes on for its people, without the lead.
    """
    place = agreement.institution_id
    same = place is None or place == agreement.case.institution_id
    return agreement.kind == models.Agreement.Kind.LEAD and same


def pledging(person: models.Person) -> Q:
    """The texts, as a condition on agreements, under which a person will work with the data."""
    own = models.TeamMember.objects.filter(
        case=OuterRef("case"), person=person, accepted_at__isnull=False, ended_at__isnull=True,
        will_access_data=True,
    )  # fmt: skip
    alone = Q(Exists(own.filter(institution__isnull=True)), kind=models.Agreement.Kind.LEAD)
    return Q(Exists(own.filter(institution=OuterRef("institution")))) | alone


def unpledged(agreement: models.Agreement) -> QuerySet[models.TeamMember]:
    """Those of them who have not pledged on the present text."""
    pledged = standing(agreement).filter(capacity__in=PLEDGED_AS)
    return members(agreement).exclude(person__in=pledged.values("signer"))


def signs_for_an_institution(person: models.Person) -> bool:
    """Whether somebody is the verified signing official of an institution; one query."""
    return bool(_signing_for(person=person.pk))


@prepared.query
def _signing_for(*, person: int) -> QuerySet[models.Institution, Any]:
    rows = models.Institution.objects.filter(official=person, official_verified_at__isnull=False)
    return rows.order_by("pk").values_list("pk")[:1]
