"""People: who they are, that they are who they say, and the offices they hold.

Making an account, and confirming its address, are edits: nobody holds a role yet. Offices come
only by `grant_role`, never by an e-mail address that matches (privacy, B2).
"""

from datetime import date, datetime

from django.db.models import QuerySet

from muniment import models
from muniment.actions import input_refused, outbox, step
from muniment.queries import prepared
from muniment.queries.house import people as house
from muniment.rulebook import words

LONGEST_NAME = 200


def acting(
    person: models.Person | None,
    role: words.Role,
    *,
    via: models.Actor.Via = models.Actor.Via.SESSION,
    on_behalf_of: models.Person | None = None,
) -> models.Actor:
    """The Actor row for this person in this role; without a person it is the system.

    The row claims a role, it does not give one: every step asks whether the role holds.
    """
    named = words.Role(role).value
    found = None
    if person is not None and on_behalf_of is None:
        found = _for_oneself.first(person=person.pk, role=named, via=str(via))
    if found is None:
        found, _ = models.Actor.objects.get_or_create(
            person=person, role=named, via=via, on_behalf_of=on_behalf_of
        )
    found.person = person
    return found


@prepared.fact
def _for_oneself(*, person: int, role: str, via: str) -> QuerySet[models.Actor]:
    return models.Actor.objects.filter(person=person, role=role, via=via, on_behalf_of__isnull=True)


def system(*, via: models.Actor.Via = models.Actor.Via.JOB) -> models.Actor:
    """The programme's own clock and workers."""
    return acting(None, words.Role.SYSTEM, via=via)


def register_person(
    email: str, *, name: str, institution: models.Institution | None = None
) -> models.Person:
    """The person with this address, made when there is none; an address is one person's.

    Raises Refused for an address that cannot be one or a missing name; a long name is cut.
    """
    input_refused.unless_empty(_person_faults(email, name))
    address = email.strip().lower()
    found = models.Person.objects.filter(email=address).first()
    if found is not None:
        return found
    return models.Person.objects.create_user(
        email=address, name=name.strip()[:LONGEST_NAME], institution=institution
    )


def sign_up(person: models.Person, *, email: str, name: str, save: bool = True) -> models.Person:
    """A person who signed up by themselves: no password, an address not proven yet, no office."""
    input_refused.unless_empty(_person_faults(email, name))
    person.email, person.name = email.strip().lower(), name.strip()
    person.set_unusable_password()
    if save:
        person.save()
    return person


def _person_faults(email: str, name: str) -> list[words.Refusal]:
    from muniment.programme import formats

    found = []
    if formats.fault(email.strip(), form="email"):
        message = "Write the e-mail address as name@example.org."
        found.append(words.Refusal("email-invalid", message))
    if not name.strip():
        found.append(words.Refusal("name-missing", "Give the person's name."))
    return found


def confirm_email(person: models.Person, *, now: datetime) -> models.Person:
    """Record that the person proved to read this address; who signs people in calls it."""
    if person.email_verified_at is None:
        person.email_verified_at = now
        person.email_verified_by = acting(person, words.Role.ANYONE)
        person.save(update_fields=["email_verified_at", "email_verified_by"])
    return person


def change_email(person: models.Person, *, email: str, now: datetime) -> models.Person:
    """Record the new address of a person who proved to read it; the old one is given up."""
    person.email, person.email_verified_at = email.strip().lower(), now
    person.email_verified_by = acting(person, words.Role.ANYONE)
    person.save(update_fields=["email", "email_verified_at", "email_verified_by"])
    return person


def register_institution(name: str, *, ror: str = "", country: str = "") -> models.Institution:
    """The institution of that ROR identifier, else of that name; made when there is none."""
    from muniment.programme import formats

    given = [("ROR identifier", ror, "ror"), ("country", country, "country")]
    said = [(what, formats.fault(text, form=form)) for what, text, form in given if text]
    told = [{"what": what, "why": why} for what, why in said if why]
    message = "The {what} of the institution {why}."
    input_refused.unless_empty(
        [words.Refusal("institution-invalid", message, params) for params in told]
    )
    if not name.strip():
        input_refused.unless_empty([words.Refusal("name-missing", "Give the institution's name.")])
    return house.find_institution(name.strip(), ror=ror) or models.Institution.objects.create(
        name=name.strip(), ror=ror, country=country
    )


def verify_person(
    person: models.Person,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    how: str,
) -> models.Person:
    """Record how a person's identity was proven (issuer and subject, or seen in person)."""
    about = {"person": person, "reason": how}
    with step.taking("verify_person", programme, actor=actor, now=now, about=about) as taken:
        person.identity_verified_at, person.identity_verified_by = now, actor
        person.identity_how = how.strip()
        person.save(update_fields=["identity_verified_at", "identity_verified_by", "identity_how"])
        taken.records(person=person.public_id, how=person.identity_how)
    return person


def grant_role(
    person: models.Person,
    role: words.Role,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    from_on: date,
    until_on: date | None = None,
    second_person: models.Person | None = None,
) -> models.RoleGrant:
    """Give a person an office from a day until a day; never to oneself."""
    asked = {"role": role.value, "from": from_on, "until": until_on}
    about = {"person": person, "second_person": second_person, "asked_for": asked}
    with step.taking("grant_role", programme, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_grant_faults(person, role, programme, from_on, until_on))
        granted = models.RoleGrant.objects.create(
            person=person,
            programme=programme,
            role=role.value,
            from_on=from_on,
            until_on=until_on,
            identity_confirmed_at=person.identity_verified_at,
            identity_confirmed_by=person.identity_verified_by,
            made_at=now,
            made_by=actor,
        )
        taken.records(
            person=person.public_id,
            role=role.value,
            from_on=from_on.isoformat(),
            until_on=until_on.isoformat() if until_on else "",
        )
    return granted


def _grant_faults(
    person: models.Person,
    role: words.Role,
    programme: models.Programme,
    from_on: date,
    until_on: date | None,
) -> list[words.Refusal]:
    found = []
    if role not in words.OFFICE_ROLES:
        message = "{role} comes with a case, not with a grant. Choose an office."
        found.append(words.Refusal("not-an-office", message, {"role": role.label}))
    if until_on is not None and until_on < from_on:
        message = "The grant would end before it begins; swap the days."
        found.append(words.Refusal("dates-swapped", message))
    live = models.RoleGrant.objects.filter(
        person=person, programme=programme, role=role.value, ended_at__isnull=True
    )
    if live.exists():
        message = "{person} holds this office already; end that grant first."
        found.append(words.Refusal("office-held", message, {"person": person.name}))
    return found


def end_role(
    grant: models.RoleGrant,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.RoleGrant:
    """End a person's office at once."""
    about = {"person": grant.person, "reason": reason}
    with step.taking("end_role", programme, actor=actor, now=now, about=about) as taken:
        live = models.RoleGrant.objects.filter(pk=grant.pk, ended_at__isnull=True)
        if not live.update(ended_at=now, ended_by=actor):
            message = "This office has ended already."
            raise step.Refused([words.Refusal("office-ended", message)])
        grant.ended_at, grant.ended_by = now, actor
        taken.records(person=grant.person.public_id, role=grant.role, reason=reason)
    return grant


def declare_absence(
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    from_on: date,
    until_on: date,
    substitute: models.Person,
) -> models.Absence:
    """Say from when until when one is away, and who stands in."""
    with step.taking("declare_absence", programme, actor=actor, now=now) as taken:
        assert actor.person is not None  # only offices declare an absence, and people hold them
        found = []
        if until_on < from_on:
            message = "The absence would end before it begins; swap the days."
            found.append(words.Refusal("dates-swapped", message))
        if substitute.pk == actor.person.pk:
            message = "Name somebody else as your substitute."
            found.append(words.Refusal("substitute-is-you", message))
        input_refused.unless_empty(found)
        absence = models.Absence.objects.create(
            person=actor.person,
            from_on=from_on,
            until_on=until_on,
            substitute=substitute,
            made_at=now,
            made_by=actor,
        )
        taken.records(from_on=from_on.isoformat(), until_on=until_on.isoformat())
    return absence


def verify_signing_official(
    institution: models.Institution,
    official: models.Person,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    contact: str,
    second_person: models.Person | None = None,
) -> models.Institution:
    """Verify who signs for an institution, through a contact that staff found themselves (B2)."""
    about = {
        "contact": contact, "second_person": second_person, "person": official,
        "institution": institution,
    }  # fmt: skip
    with step.taking(
        "verify_signing_official", programme, actor=actor, now=now, about=about
    ) as taken:
        institution.official, institution.official_verified_how = official, contact.strip()
        institution.official_verified_at, institution.official_verified_by = now, actor
        institution.save()
        taken.records(institution=institution.pk, official=official.public_id, contact=contact)
        _tell_official(institution, official, actor=actor, now=now)
    return institution


def _tell_official(
    institution: models.Institution,
    official: models.Person,
    *,
    actor: models.Actor,
    now: datetime,
) -> None:
    """Send the link of every agreement that waits for the institution already."""
    waiting = models.Agreement.objects.filter(
        institution=institution, issued_at__isnull=False, superseded_at__isnull=True
    )
    signed = models.Signature.objects.filter(capacity=words.Role.SIGNING_OFFICIAL.value)
    for each in waiting.exclude(pk__in=signed.values("agreement")).select_related("case"):
        link = {"link": f"/sign/{each.case.reference}/"}
        outbox.write(
            official, "signature-needed", subject=each.case, placeholders=link, actor=actor, now=now
        )
