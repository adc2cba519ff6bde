"""What a mail becomes: a word in the thread it replies to, else an enquiry.

A reply counts as a person's only if it names a letter of ours that only they were sent, and comes
from their address. Everything else is a question to the office, like the public form's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from muniment import models
from muniment.rulebook import words

from . import enquiry, files, people, questions

MOST_A_DAY = 20
"""Questions and messages of one address in a day; after that it is a loop, or somebody's joke."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail whose bytes are kept already; `sha256` and `size` are of those."""

    from_name: str
    from_address: str
    subject: str
    text: str
    replies_to: tuple[str, ...]
    sha256: str
    size: int


def take_in(programme: models.Programme, mail: Mail, *, now: datetime) -> str:
    """Make of a mail what it is, once; say what it became: answer, question, enquiry, or why not.

    Raises Refused where the sender's address is none.
    """
    with transaction.atomic():
        if models.StoredFile.objects.filter(sha256=mail.sha256).exists():
            return "known"
        actor = people.system()
        original = files.record_file(
            mail.sha256, size=mail.size, media_type="message/rfc822", actor=actor, now=now
        )
        replied = _thread(mail, now=now) or _enquiry(mail, original, now=now)
        if replied:
            return replied
        name = mail.from_name or mail.from_address.partition("@")[0]
        asker = people.register_person(mail.from_address, name=name)
        if _is_loop(asker, now=now):
            return "too-many"
        subject, text = mail.subject or "No subject", mail.text or "(The mail has no text.)"
        enquiry.record_enquiry(
            programme, asker, subject, text, original=original, actor=actor, now=now
        )
    return "enquiry"


def _thread(mail: Mail, *, now: datetime) -> str:
    """Put a reply where it belongs; empty where it is none."""
    letter = _letter(mail)
    if letter is None or letter.case is None or not mail.text:
        return ""
    role = _role(letter.case, letter.to)
    if role is None:
        return ""
    actor = people.acting(letter.to, role, via=models.Actor.Via.TOKEN)
    question = _open_question(letter)
    if question is not None:
        questions.answer_question(question, mail.text, actor=actor, now=now)
        return "answer"
    questions.ask_office(letter.case, mail.text, actor=actor, now=now)
    return "question"


def _enquiry(mail: Mail, original: models.StoredFile, *, now: datetime) -> str:
    """Put a reply into the enquiry that was answered; empty where it is none, or is closed."""
    letter = _letter(mail)
    open_still = letter is not None and letter.enquiry and letter.enquiry.closed_at is None
    if letter is None or letter.enquiry is None or not open_still or not mail.text:
        return ""
    if _is_loop(letter.to, now=now):
        return "too-many"
    actor = people.acting(letter.to, words.Role.ANYONE, via=models.Actor.Via.TOKEN)
    enquiry.write_again(letter.enquiry, mail.text, original=original, actor=actor, now=now)
    return "message"


def _letter(mail: Mail) -> models.Message | None:
    """The letter that is replied to, if it went to who replies."""
    rows = models.Message.objects.filter(message_id__in=mail.replies_to)
    rows = rows.filter(to__email=mail.from_address, to__is_active=True)
    known = rows.select_related("to", "case__programme", "case__edition", "enquiry__programme")
    return known.order_by("-pk").first()


def _is_loop(person: models.Person, *, now: datetime) -> bool:
    """Whether this person asked and wrote more in a day than people do."""
    since = now - timedelta(days=1)
    asked = person.enquiries.filter(made_at__gt=since).count()
    written = models.EnquiryMessage.objects.filter(made_by__person=person, made_at__gt=since)
    return asked + written.count() >= MOST_A_DAY


def _role(case: models.Case, person: models.Person) -> words.Role | None:
    if case.applicant_id == person.pk:
        return words.Role.APPLICANT
    team = case.team.filter(person=person, accepted_at__isnull=False, ended_at__isnull=True)
    return words.Role.CO_APPLICANT if team.filter(may_edit=True).exists() else None


def _open_question(letter: models.Message) -> models.Question | None:
    """The one question that the letter brought; where several wait, a person has to say which."""
    if letter.kind != "question" or letter.case is None:
        return None
    rows = letter.case.questions.filter(answered_at__isnull=True, withdrawn_at__isnull=True)
    offices = [role.value for role in words.OFFICE_ROLES]
    waiting = list(rows.filter(made_by__role__in=offices)[:2])
    return waiting[0] if len(waiting) == 1 else None
