"""Who may be named as a member at all."""

from collections.abc import Iterable
from datetime import date

from muniment import models
from muniment.actions import input_refused
from muniment.queries import roster
from muniment.rulebook import words


def unless_seated(
    programme: models.Programme, people: Iterable[models.Person], *, today: date
) -> None:
    """Refuse, by name, everybody who has no seat on the committee that day, alternates included."""
    seats = (roster.members(programme, today=today), roster.alternates(programme, today=today))
    seated = {person.pk for listed in seats for person in listed}
    input_refused.unless_empty(
        [
            words.Refusal("no-seat", "{name} has no seat on the committee.", {"name": person.name})
            for person in people
            if person.pk not in seated
        ]
    )


def unless_in_office(programme: models.Programme, person: models.Person, *, today: date) -> None:
    """Refuse somebody who holds no office that day: there is nothing to recuse them from."""
    grants = programme.grants.filter(person=person)
    if not any(grant.holds_on(today) for grant in grants):
        message = "{name} holds no office here."
        input_refused.unless_empty([words.Refusal("no-office", message, {"name": person.name})])
