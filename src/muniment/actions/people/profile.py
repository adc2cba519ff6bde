"""What people say about themselves. These are edits: one's own, and of oneself only.

The ORCID iD is never typed: it comes from signing in at ORCID, or not at all.
"""

from datetime import date, datetime

from muniment import models
from muniment.actions import files, finding, input_refused, outbox
from muniment.programme import formats
from muniment.rulebook import words

from . import acting, register_institution


def change_profile(
    person: models.Person,
    *,
    name: str,
    position: str = "",
    member_number: str = "",
    institution: str = "",
    ror: str = "",
    country: str = "",
    mail_pace: str = "",
) -> models.Person:
    """Record how a person describes themselves; the institution by ROR, else by name.

    Raises Refused with every fault, and then nothing is changed.
    """
    if not name.strip():
        input_refused.unless_empty([words.Refusal("name-missing", "Give your name.")])
    if (ror or country) and not institution.strip():
        message = "Give the institution's name as well."
        input_refused.unless_empty([words.Refusal("name-missing", message)])
    named = institution.strip()
    found = register_institution(named, ror=ror, country=country) if named else None
    person.name, person.position = name.strip(), position.strip()
    person.member_number, person.institution = member_number.strip(), found
    person.save(update_fields=["name", "position", "member_number", "institution"])
    finding.keep_words_of(person)
    return outbox.choose_pace(person, mail_pace)


def record_orcid(person: models.Person, orcid: str) -> models.Person:
    """Keep the iD with which a person signed in at ORCID; an empty one when they part from it."""
    why = formats.fault(orcid, form="orcid") if orcid else None
    if why:
        input_refused.unless_empty([words.Refusal("orcid-invalid", f"The ORCID iD {why}.")])
    person.orcid = orcid
    person.save(update_fields=["orcid"])
    return person


def add_training(
    person: models.Person,
    name: str,
    *,
    issued_on: date,
    expires_on: date | None,
    now: datetime,
    original: models.StoredFile | None = None,
    programme: models.Programme | None = None,
) -> models.Training:
    """Note a certificate of a training, with the day it ends if it does.

    `original` is its document, which is scanned for `programme` like every file from outside; the
    office confirms the certificate from it.
    """
    if expires_on is not None and expires_on <= issued_on:
        message = "The certificate would end before it begins; swap the days."
        input_refused.unless_empty([words.Refusal("dates-swapped", message)])
    actor = acting(person, words.Role.ANYONE)
    if original is not None:
        files.unless_infected(original, name=name.strip())
    training = models.Training.objects.create(
        person=person,
        name=name.strip(),
        issued_on=issued_on,
        expires_on=expires_on,
        original=original,
        made_at=now,
        made_by=actor,
    )
    if original is not None and programme is not None:
        files.ask_for_scan_of(original, programme, actor=actor, now=now)
    return training


def end_training(training: models.Training, *, now: datetime) -> models.Training:
    """Take a certificate off one's profile; the row stays."""
    training.ended_at = now
    training.ended_by = acting(training.person, words.Role.ANYONE)
    training.save(update_fields=["ended_at", "ended_by"])
    return training
