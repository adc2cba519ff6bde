"""An agreement as one reader meets it: which text is theirs, who signed, whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from muniment import models
from muniment.programme import forms, tracks
from muniment.queries import access, asked, editions
from muniment.queries.agreement import in_force, sealing, signers
from muniment.rulebook.words import Role, Track

Kind = models.Agreement.Kind
STANDARD = {"click_through", "internal"}
PARTIES = (
    Role.SIGNING_OFFICIAL, Role.APPLICANT, Role.SUPERVISOR, Role.CO_APPLICANT, Role.TEAM_MEMBER,
    Role.CONTRACTS_CONTACT, Role.PROGRAMME_SIGNATORY, Role.COORDINATOR, Role.POLICY_OFFICER,
    Role.DETERMINING_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR,
)  # fmt: skip
"""In which capacity a reader meets the agreement: the first that they have here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One signature of the order: by whom, and on which day; None while it is to come."""

    role: Role
    names: tuple[str, ...]
    on: date | None
    method: str


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to sign for an institution. `person` is a key.

    `address` is what was typed in the form; empty for who was named elsewhere or has another by
    now, because what an account is called is not the applicant's to learn (privacy B2).
    """

    person: int
    address: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A text that was issued, as one reader in one capacity meets it."""

    agreement: models.Agreement
    role: Role
    turns: tuple[Turn, ...]
    own: models.Signature | None
    seal: models.Seal | None
    changes: tuple[models.ClauseChange, ...]
    pledges: bool = True
    """Whether the reader works with the data; who is only on the team pledges nothing."""

    @property
    def step(self) -> str:
        """The step by which the reader signs; empty for who does not sign."""
        if self.role.value in signers.PLEDGED_AS and not self.pledges:
            return ""
        joins = self.agreement.kind == Kind.JOINDER
        case = self.agreement.case
        terms = tracks.terms_of(editions.bundle_of(case.edition), Track(case.track))["terms"]
        return {
            Role.APPLICANT: "accept_standard_terms" if terms in STANDARD else "sign_as_applicant",
            Role.SUPERVISOR: "sign_as_supervisor",
            Role.CO_APPLICANT: "sign_team_pledge",
            Role.TEAM_MEMBER: "sign_team_pledge",
            Role.SIGNING_OFFICIAL: "sign_joinder" if joins else "sign_for_institution",
            Role.PROGRAMME_SIGNATORY: "countersign",
        }.get(self.role, "")

    @property
    def complete(self) -> bool:
        """Everybody has signed."""
        return all(turn.on is not None for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement in the list of a reader; `signed_on` is the day of their own signature."""

    agreement: models.Agreement
    signed_on: date | None


def find_offered(sight: access.Sight, person: models.Person) -> Offered | None:
    """The text that is this reader's: of their own institution where they sign for one."""
    role = next((each for each in PARTIES if each in sight.roles), None)
    if role is None:
        return None
    rows = in_force.readable(sight.case).select_related("case", "institution__official")
    found = _theirs(rows, role, person).order_by("-pk").first()
    return None if found is None else offered_as(found, role, person)


def _theirs(
    rows: "QuerySet[models.Agreement]", role: Role, person: models.Person
) -> "QuerySet[models.Agreement]":
    """For whom each text is: a joinder is only for the people of its institution, who signs for
    it, and the programme, which turns to it once it has signed the lead's. Who works with the data
    under a text has that one, also where the lead moved and has another.
    """
    lead = Q(kind=Kind.LEAD)
    if role is Role.SIGNING_OFFICIAL:
        return rows.filter(institution__official=person)
    if role.value in signers.PLEDGED_AS:
        own = rows.filter(signers.pledging(person))
        return own if own.exists() else rows.filter(lead)
    if role is Role.PROGRAMME_SIGNATORY:
        left = rows.exclude(signatures__signer=person)
        if left.exists() and not left.filter(lead).exists():
            return left
    return rows.filter(lead)


def offered_as(agreement: models.Agreement, role: Role, person: models.Person) -> Offered:
    """The same for a text that is known."""
    signatures = list(agreement.signatures.select_related("signer").order_by("pk"))
    own = next((each for each in signatures if each.signer_id == person.pk), None)
    turns = tuple(_turn(agreement, each, signatures) for each in signers.asked(agreement))
    changes = tuple(agreement.clause_changes.order_by("pk"))
    pledges = (
        role.value in signers.PLEDGED_AS
        and signers.members(agreement).filter(person=person).exists()
    )
    return Offered(agreement, role, turns, own, sealing.newest(agreement), changes, pledges)


def find_named(agreement: models.Agreement) -> Named | None:
    """Whom the applicant's side named last for the institution of this text."""
    rows = models.NamedOfficial.objects.filter(
        case=agreement.case_id, institution=agreement.institution_id
    )
    found = rows.select_related("person").order_by("-pk").first()
    if found is None:
        return None
    answered = forms.flat(asked.answers_of(agreement.case)).get(asked.OFFICIAL)
    typed = str(answered.get("email", "")).strip() if isinstance(answered, dict) else ""
    return Named(found.person_id, typed if typed.lower() == found.person.email else "")


def list_own(person: models.Person, *, now: datetime) -> list[Row]:
    """What a person is asked to sign or has signed, newest first; a fixed number of queries."""
    live = _live(models.Agreement.objects.select_related("case__edition", "institution"))
    asked = {
        row.pk
        for role, theirs in _capacities(person, now=now).items()
        for row in live.filter(theirs)
        if role in signers.named(row)
    }
    mine = {
        each.agreement_id: each.signed_on
        for each in models.Signature.objects.filter(signer=person, agreement__in=live)
    }
    found = live.filter(pk__in={*asked, *mine}).order_by("-issued_at", "-pk")
    return [Row(each, mine.get(each.pk)) for each in found]


def _capacities(person: models.Person, *, now: datetime) -> dict[Role, Q]:
    """Which texts a person would sign in which capacity; nothing to the recused."""
    offices = access.offices_by_programme(person, now=now)
    signing = [at for at, held in offices.items() if Role.PROGRAMME_SIGNATORY in held]
    return {
        Role.APPLICANT: Q(kind=Kind.LEAD, case__applicant=person),
        Role.SUPERVISOR: Q(kind=Kind.LEAD, case__supervisor=person),
        Role.TEAM_MEMBER: signers.pledging(person),
        Role.SIGNING_OFFICIAL: Q(
            institution__official=person, institution__official_verified_at__isnull=False
        ),
        Role.PROGRAMME_SIGNATORY: Q(case__programme__in=signing)
        & ~Q(case__in=access.recused_from(person)),
    }


def _live(rows: "QuerySet[models.Agreement]") -> "QuerySet[models.Agreement]":
    return rows.filter(issued_at__isnull=False, superseded_at__isnull=True)


def _turn(agreement: models.Agreement, role: Role, signatures: list[models.Signature]) -> Turn:
    """A pledge of the team is complete when nobody is left."""
    if role is Role.TEAM_MEMBER:
        pledged = [each for each in signatures if each.capacity in signers.PLEDGED_AS]
        left = signers.unpledged(agreement)
        names = tuple(left.values_list("name", flat=True))
        return Turn(role, names, pledged[-1].signed_on if pledged and not names else None, "")
    for each in signatures:
        if each.capacity == role.value:
            return Turn(role, (each.signer.name,), each.signed_on, each.method)
    person = signers.expected(agreement).get(role)
    return Turn(role, (person.name,) if person is not None else (), None, "")
