"""Seats on the committee: given for a term, and ended with a reason."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.queries import editions
from muniment.rulebook import words
from muniment.rulebook.words import Role

SEATS = (Role.CHAIR, Role.ACTING_CHAIR, Role.MEMBER)


def seat_member(
    person: models.Person,
    role: Role,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    from_on: date,
    until_on: date | None = None,
    alternate: bool = False,
    seat: str = "",
    second_person: models.Person | None = None,
) -> models.RoleGrant:
    """Seat somebody for a term; without an end it is the term that the programme sets.

    An alternate sits on a case only where called. `seat` is the id of one that the edition names.
    """
    asked = {"role": role.value, "from": from_on, "until": until_on}
    asked |= {"alternate": alternate, "seat": seat}
    about = {"person": person, "second_person": second_person, "asked_for": asked}
    with step.taking("seat_member", programme, actor=actor, now=now, about=about) as taken:
        ends = until_on or _term_ends(programme, from_on)
        found = _faults(person, role, programme, from_on, ends, alternate=alternate)
        input_refused.unless_empty(found + _not_free(seat, role, programme, alternate=alternate))
        grant = models.RoleGrant.objects.create(
            person=person,
            programme=programme,
            role=role.value,
            alternate=alternate,
            seat=seat,
            from_on=from_on,
            until_on=ends,
            identity_confirmed_at=person.identity_verified_at,
            identity_confirmed_by=person.identity_verified_by,
            made_at=now,
            made_by=actor,
        )
        taken.records(person=person.public_id, role=role.value, alternate=alternate, seat=seat)
        taken.records(from_on=from_on.isoformat(), until_on=ends.isoformat())
    return grant


def end_seat(
    seat: models.RoleGrant, *, actor: models.Actor, now: datetime, reason: str
) -> models.RoleGrant:
    """End a seat at once; what the person scored and voted stays."""
    about = {"person": seat.person, "reason": reason}
    with step.taking("end_seat", seat.programme, actor=actor, now=now, about=about) as taken:
        live = models.RoleGrant.objects.filter(
            pk=seat.pk, ended_at__isnull=True, role__in=[role.value for role in SEATS]
        )
        if not live.update(ended_at=now, ended_by=actor):
            raise step.Refused([words.Refusal("seat-ended", "This seat has ended already.")])
        seat.refresh_from_db()
        taken.records(person=seat.person.public_id, role=seat.role, reason=reason)
    return seat


def _term_ends(programme: models.Programme, from_on: date) -> date:
    """The last day of a term that begins then; a 29 February ends on a 28th."""
    years = editions.active_bundle(programme)["committee"]["term_years"]
    try:
        return from_on.replace(year=from_on.year + years)
    except ValueError:
        return from_on.replace(year=from_on.year + years, day=28)


def _not_free(
    seat: str, role: Role, programme: models.Programme, *, alternate: bool
) -> list[words.Refusal]:
    """An acting chair may fill a member's seat beside; whoever is seated fills one that is left."""
    if not seat:
        return []
    known = {each["id"]: each for each in editions.active_bundle(programme)["committee"]["seats"]}
    if seat not in known or (known[seat]["role"] == "chair") != (role is Role.CHAIR):
        message = "This edition has no such seat for that role; choose one of its seats."
        return [words.Refusal("seat-unknown", message)]
    held = programme.grants.filter(seat=seat, alternate=False, ended_at__isnull=True).count()
    if not alternate and held >= known[seat].get("count", 1):
        message = "Somebody holds this seat already: {seat}. End theirs first."
        return [words.Refusal("seat-filled", message, {"seat": known[seat]["label"]})]
    return []


def _faults(
    person: models.Person,
    role: Role,
    programme: models.Programme,
    from_on: date,
    until_on: date,
    *,
    alternate: bool,
) -> list[words.Refusal]:
    found = []
    if role not in SEATS or (alternate and role is not Role.MEMBER):
        message = "Seat a chair, an acting chair, a member or an alternate member."
        found.append(words.Refusal("not-a-seat", message))
    if until_on < from_on:
        message = "The term would end before it begins; swap the days."
        found.append(words.Refusal("dates-swapped", message))
    live = programme.grants.filter(person=person, role=role.value, ended_at__isnull=True)
    if live.exists():
        message = "{person} holds this seat already; end it first."
        found.append(words.Refusal("seat-held", message, {"person": person.name}))
    return found
