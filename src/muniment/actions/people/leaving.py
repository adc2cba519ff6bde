"""Those whom the programme turns away for a time, and those who ask to be forgotten."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import ProtectedError, Q, QuerySet

from muniment import models
from muniment.actions import finding, ledger, step, work
from muniment.queries import editions, files
from muniment.rulebook import words

from .proving import PROFILE, Forget

NAME = "Name removed"
TOMBSTONE = "keep_tombstone"
NAMING = ("person", "official", "recipient", "applicant", "member")
"""Ledger values that are a person's public id."""


def debar(
    barred: models.Person | models.Institution,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    until_on: date,
    reason: str,
    second_person: models.Person | None = None,
) -> models.Debarment:
    """Take no new request from a person or an institution until a day, with the reason.

    What was asked for before goes on; access to it is suspended or revoked by steps of their own.
    """
    person = barred if isinstance(barred, models.Person) else None
    about = {
        "person": person, "barred": barred, "until": until_on, "reason": reason,
        "second_person": second_person,
    }  # fmt: skip
    with step.taking("debar", programme, actor=actor, now=now, about=about) as taken:
        if until_on <= editions.today(programme, now):
            message = "Name a day that is still to come."
            raise step.Refused([words.Refusal("day-over", message)])
        row = models.Debarment.objects.create(
            programme=programme, person=person,
            institution=barred if isinstance(barred, models.Institution) else None,
            reason=reason.strip(), until_on=until_on, made_at=now, made_by=actor,
        )  # fmt: skip
        taken.records(debarment=row.pk, until_on=until_on.isoformat(), reason=reason)
        if person is not None:
            taken.records(person=person.public_id)
            taken.tells(person, "debarred", due_on=until_on.isoformat(), link=PROFILE)
    return row


def erase_person(
    person: models.Person,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    reason: str,
    forget: Forget,
    second_person: models.Person | None = None,
) -> models.Person:
    """Erase what no duty asks to keep of a person; the hollow row stays, for what refers to it.

    Gone: name, address, identifiers, proofs, ways in, certificates, mail to and from them, what
    they typed about themselves in requests and questions, drafts that were never sent, documents
    that came with any of these, and the salts of ledger values that name them. Kept: the ledger's
    commitments, decisions, signed agreements and seals, invoices and payments, files of requests
    that were sent, and the uses in the public register, without the name.
    """
    about = {"person": person, "reason": reason, "second_person": second_person}
    with step.taking("erase_person", programme, actor=actor, now=now, about=about) as taken:
        _erase(person, taken, forget)
        taken.records(person=person.public_id, reason=reason)
    return person


def erase_again(
    person: models.Person,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    forget: Forget,
    erased_on: str,
) -> models.Person:
    """Erase whom an older copy of the database brought back: a tombstone outside names the day.

    It was decided then, by two people, and is not asked anew (privacy, B10).
    """
    about = {"person": person}
    with step.taking("erase_again", programme, actor=actor, now=now, about=about) as taken:
        _erase(person, taken, forget)
        taken.records(person=person.public_id, erased_on=erased_on)
    return person


def end_every_session() -> int:
    """Sign everybody out; a job does so where an older copy knows sessions that had ended."""
    from django.contrib.sessions.models import Session

    ended, _by_kind = Session.objects.all().delete()
    return ended


def _erase(person: models.Person, taken: step.Taken, forget: Forget) -> None:
    _scrub_requests(person, person.email)
    _scrub_beside(person)
    _hollow(person, taken)
    forget(person)
    finding.keep_words_of(person)
    _forget_salts(person)
    work.enqueue(TOMBSTONE, actor=taken.actor, now=taken.now)


def _hollow(person: models.Person, taken: step.Taken) -> None:
    person.email, person.name = f"{person.public_id}@erased.invalid", NAME
    person.orcid = person.position = person.member_number = person.identity_how = ""
    person.institution, person.is_active = None, False
    person.erased_at, person.erased_by = taken.now, taken.actor
    person.save()


def _scrub_requests(person: models.Person, address: str) -> None:
    """What the person's own requests, and those they were on the team of, say of them."""
    on_team = Q(team__person=person) | Q(team__email=address)
    cases = models.Case.objects.filter(Q(applicant=person) | Q(supervisor=person) | on_team)
    for case in cases.distinct():
        own_draft = case.applicant_id == person.pk and not case.submissions.exists()
        written: list[Any] = [*case.sections.all(), *case.submissions.all()]
        for row in written:
            row.answers = {} if own_draft else _without(row.answers, address)
            row.save(update_fields=["answers"])
        if own_draft:
            models.Case.objects.filter(pk=case.pk).update(title="")
        about = case.attachments.all() if own_draft else _cvs(case, person)
        attached = list(about.select_related("file"))
        _drop(attached)
        _drop(each.file for each in attached)
        team = case.team.filter(Q(person=person) | Q(email=address))
        team.update(email=f"{person.public_id}@erased.invalid", name=NAME, token_sha256="")


def _cvs(case: models.Case, person: models.Person) -> QuerySet[models.Attachment]:
    """What the person brought along of themselves when they joined the team."""
    return case.attachments.filter(purpose=files.CV, made_by__person=person)


def _without(answer: Any, address: str) -> Any:
    """An answer in which everybody with this address has lost name and address."""
    if isinstance(answer, list):
        return [_without(each, address) for each in answer]
    if not isinstance(answer, dict):
        return NAME if isinstance(answer, str) and answer.strip().lower() == address else answer
    if str(answer.get("email", "")).strip().lower() == address:
        return {"name": NAME, "email": ""}
    return {name: _without(each, address) for name, each in answer.items()}


def _scrub_beside(person: models.Person) -> None:
    """Mail, questions before a request, certificates, keys, views; and the documents of these."""
    messages = models.EnquiryMessage.objects.filter(enquiry__asker=person)
    originals = list(
        models.StoredFile.objects.filter(
            Q(pk__in=person.trainings.values("original"))
            | Q(pk__in=person.enquiries.values("original"))
            | Q(pk__in=messages.values("original"))
        )
    )
    person.messages.all().delete()
    person.views.all().delete()
    person.absences.all().delete()
    person.keys.update(public="", fingerprint="", confirmed_how="")
    person.trainings.update(name=NAME, original=None, confirmed_at=None, confirmed_by=None)
    person.enquiries.update(subject=NAME, text=NAME, original=None)
    messages.update(text=NAME, original=None)
    models.NamedOfficial.objects.filter(person=person).update(position="")
    _drop(originals)


def _drop(rows: Iterable[models.Attachment | models.StoredFile]) -> None:
    """Remove rows unless what has to stay rests on them; bytes without a record are swept."""
    for row in rows:
        try:
            row.delete()
        except ProtectedError:
            continue


def _forget_salts(person: models.Person) -> None:
    """Entries that name the person stay as commitments; nobody can prove any more whom they name.

    A salt is found by trying it: an entry holds hashes, never who was meant.
    """
    tried = models.Salt.objects.filter(name__in=NAMING)
    for salt in _fitting(tried.iterator(), person.public_id):
        models.Salt.objects.filter(
            subject_kind=salt.subject_kind, subject_id=salt.subject_id, number=salt.number
        ).delete()


def _fitting(salts: Iterable[models.Salt], public_id: str) -> list[models.Salt]:
    found = []
    for salt in salts:
        entry = models.Entry.objects.get(
            subject_kind=salt.subject_kind, subject_id=salt.subject_id, number=salt.number
        )
        if entry.values.get(salt.name) == ledger.salted(salt.salt, public_id):
            found.append(salt)
    return found
