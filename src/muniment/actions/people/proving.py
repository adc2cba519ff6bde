"""What the office looks at before it believes: a certificate, and who asks for a new way in."""

from collections.abc import Callable
from datetime import date, datetime

from muniment import models
from muniment.actions import files, input_refused, step
from muniment.rulebook import words

PROFILE = "/accounts/profile/"
Forget = Callable[[models.Person], None]
"""Takes a person's ways in away; whoever keeps credentials brings it."""


def confirm_training(
    training: models.Training,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    original: models.StoredFile | None,
    expires_on: date | None,
    name: str = "certificate",
) -> models.Training:
    """Confirm from its document that a certificate is this person's, and the day on which it ends.

    The document, which came under this `name`, is kept with it, and is scanned like every file from
    outside; the day is the one that it shows, whatever its holder typed.
    """
    if original is not None:
        files.unless_infected(original, name=name)
    about = {"person": training.person, "original": original}
    with step.taking("confirm_training", programme, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_faults(training, expires_on))
        training.expires_on, training.original = expires_on, original
        training.confirmed_at, training.confirmed_by = now, actor
        training.save()
        assert original is not None  # the rulebook asks for it
        files.ask_for_scan_of(original, programme, actor=actor, now=now)
        day = expires_on.isoformat() if expires_on else ""
        taken.records(person=training.person.public_id, training=training.pk, expires_on=day)
        taken.tells(training.person, "training-confirmed", link=PROFILE)
    return training


def _faults(training: models.Training, expires_on: date | None) -> list[words.Refusal]:
    found = []
    if training.confirmed_at is not None or training.ended_at is not None:
        message = "This certificate is confirmed or taken off already."
        found.append(words.Refusal("training-settled", message))
    if expires_on is not None and expires_on <= training.issued_on:
        message = "The certificate would end before it begins; read the day again."
        found.append(words.Refusal("dates-swapped", message))
    return found


def reset_credential(
    person: models.Person,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    forget: Forget,
    second_person: models.Person | None = None,
) -> models.Person:
    """Take away the second factors and sessions of somebody who lost them; the address stays.

    They sign in with a code by mail and set up a new second factor before anything else opens.
    """
    about = {"person": person, "second_person": second_person}
    with step.taking("reset_credential", programme, actor=actor, now=now, about=about) as taken:
        person.credentials_reset_at, person.credentials_reset_by = now, actor
        person.save(update_fields=["credentials_reset_at", "credentials_reset_by"])
        forget(person)
        taken.records(person=person.public_id)
        taken.tells(person, "credential-reset", link="/accounts/2fa/")
    return person
