"""Who takes part. Everyone is invented; addresses end in `.example`, which nobody can own.

Alice applies, Sam signs for her institution, Cora coordinates, Stella answers for the data, Paula
for the policy, Max, Mia and Milo sit on the committee, Chen chairs it, Otto determines, Rita signs
for the programme, Dana builds, Dev checks, Fay takes payments, Ada administers, Audra audits, and
Stan is a stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from muniment import models, programme
from muniment.actions import people
from muniment.actions import programme as programmes
from muniment.rulebook.words import Role

PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "ada": ("Ada Administrator", (Role.ADMINISTRATOR,)),
    "alice": ("Alice Abara", ()),
    "sam": ("Sam Signer", ()),
    "cora": ("Cora Coordinator", (Role.COORDINATOR,)),
    "stella": ("Stella Statistician", (Role.STATISTICIAN,)),
    "paula": ("Paula Policy", (Role.POLICY_OFFICER,)),
    "chen": ("Chen Chair", (Role.CHAIR,)),
    "max": ("Max Member", (Role.MEMBER,)),
    "mia": ("Mia Member", (Role.MEMBER,)),
    "milo": ("Milo Member", (Role.MEMBER,)),
    "otto": ("Otto Officer", (Role.DETERMINING_OFFICER,)),
    "rita": ("Rita Registrar", (Role.PROGRAMME_SIGNATORY,)),
    "dana": ("Dana Data", (Role.DATA_ENGINEER, Role.CHECKER)),
    "dev": ("Dev Checker", (Role.CHECKER,)),
    "fay": ("Fay Finance", (Role.FINANCE,)),
    "audra": ("Audra Auditor", (Role.AUDITOR,)),
    "stan": ("Stan Stranger", ()),
}
INSTITUTION = "Lakeside Cancer Institute"
OF_THE_INSTITUTION = ("alice", "sam")


@dataclass
class Cast:
    """The people by first name, the institution, and the programme they work in."""

    people: dict[str, models.Person]
    institution: models.Institution
    programme_id: int

    def __getattr__(self, name: str) -> models.Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def programme(self) -> models.Programme:
        """The programme as the database holds it now."""
        return models.Programme.objects.get(pk=self.programme_id)

    def acting(self, name: str, role: Role) -> models.Actor:
        """That person in that role."""
        return people.acting(self.people[name], role, via=models.Actor.Via.COMMAND)


def assemble(bundle: programme.Bundle, *, clock: Callable[[], datetime]) -> Cast:
    """Found the programme with this edition, and give everyone their account and their office."""
    institution = people.register_institution(INSTITUTION, country="US")
    known = {
        name: people.register_person(
            address_of(name),
            name=full,
            institution=institution if name in OF_THE_INSTITUTION else None,
        )
        for name, (full, _) in PEOPLE.items()
    }
    for person in known.values():
        people.confirm_email(person, now=clock())
    edition = programmes.load_edition(bundle, administrator=known["ada"], now=clock())
    cast = Cast(known, institution, edition.programme_id)
    today = clock().date()
    for name, (_, roles) in PEOPLE.items():
        for role in roles:
            if role is not Role.ADMINISTRATOR:
                _appoint(cast, name, role, now=clock(), from_on=today)
    return cast


def _appoint(cast: Cast, name: str, role: Role, *, now: datetime, from_on: date) -> None:
    """Office roles need a proven identity: Ada saw each of them in person."""
    ada = cast.acting("ada", Role.ADMINISTRATOR)
    person = cast.people[name]
    people.verify_person(
        person, programme=cast.programme, actor=ada, now=now, how="Seen in person with a passport."
    )
    people.grant_role(person, role, programme=cast.programme, actor=ada, now=now, from_on=from_on)


def address_of(name: str) -> str:
    """The e-mail address of one of them."""
    domain = "lakeside.example" if name in OF_THE_INSTITUTION else "library.example"
    return f"{name}@{domain}"
