"""Who people are: verified accounts, proven identities, invitations, officials."""

import hashlib

from muniment.programme.check import roster
from muniment.queries.house import people as standing
from muniment.queries.house import staffing
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.ACCOUNT_VERIFIED)
def account_verified(here: Situation) -> bool:
    return here.person is not None and here.person.email_verified_at is not None


@reads(Fact.INVITATION_VALID)
def invitation_valid(here: Situation) -> bool:
    """The token is this invitation's, still runs, and was sent to the address of who accepts."""
    token, person = str(here.given("token") or ""), here.person
    open_ones = here.case.team.filter(
        token_sha256=token_sha256(token),
        accepted_at__isnull=True,
        ended_at__isnull=True,
        token_until__gt=here.now,
    )
    return bool(token) and person is not None and open_ones.filter(email=person.email).exists()


@reads(Fact.PERSON_VERIFIED)
def person_verified(here: Situation) -> bool:
    person = here.given("person")
    return person is not None and person.identity_verified_at is not None


@reads(Fact.SAME_PERSON)
def same_person(here: Situation) -> bool:
    person = here.given("person")
    return person is not None and here.person is not None and person.pk == here.person.pk


@reads(Fact.BARRED)
def barred(here: Situation) -> bool:
    """Whoever asks, supervises or is on the team, or the institution they ask from."""
    return bool(standing.list_barring(here.case_if_any, here.person, today=here.today))


@reads(Fact.DUTIES_OPEN)
def duties_open(here: Situation) -> bool:
    """An office, a seal to sign with, a request that goes on, or data that are not destroyed."""
    return bool(standing.list_duties(here.given("person"), today=here.today))


@reads(Fact.OFFICIAL_CONTACTED)
def official_contacted(here: Situation) -> bool:
    return bool(str(here.given("contact") or "").strip())


@reads(Fact.ROSTER_WALKS_EVERY_STEP)
def roster_walks_every_step(here: Situation) -> bool:
    """Whether the people who hold an office today could walk every step, conflicts included."""
    held = staffing.list_held(here.programme, today=here.today)
    return not roster.walk(here.about["bundle"], staffing.people_of(held))


def token_sha256(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()
