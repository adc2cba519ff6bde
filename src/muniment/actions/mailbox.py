"""What a mail becomes: a word in the thread it replies to, else an enquiry.

A reply counts as a person's only if it names a letter of ours that only they were sent, and comes
from their address. Everything else is a question to the office, like the public form's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from muniment import models
from muniment.queries import enquiries, schedule
from muniment.rulebook import words

from . import enquiry, files, outbox, people, questions

MOST_A_DAY = 20
"""Questions and messages of one address in a day; after that it is a loop, or somebody's joke.

What comes beyond is held back: it is kept as it came, in the mailbox and by its bytes, and becomes
nothing. On a request the office finds a note of it, and the writer a letter, once a day.
"""
HELD_BACK = "mail-held-back"


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
            mail.sha256, size=mail.size, media_type=enquiries.MAIL, actor=actor, now=now
        )
        letters = _letters(mail)
        letter = _one_of(letters, mail) if mail.text else None
        replied = _replied(letter, mail, original, now=now) if letter else ""
        if replied:
            return replied
        name = mail.from_name or mail.from_address.partition("@")[0]
        asker = people.register_person(mail.from_address, name=name)
        if _is_loop(asker, now=now):
            return "too-many"
        subject, text = mail.subject or "No subject", mail.text or "(The mail has no text.)"
        programme = _asked(letters) or programme
        text += _threads_of([each for each in letters if _programme_of(each) == programme])
        enquiry.record_enquiry(
            programme, asker, subject, text, original=original, actor=actor, now=now
        )
    return "enquiry"


def _letters(mail: Mail) -> list[models.Message]:
    """What of ours with a thread is replied to, if it went to who replies; the newest first."""
    rows = models.Message.objects.filter(message_id__in=mail.replies_to)
    rows = rows.filter(Q(case__isnull=False) | Q(enquiry__isnull=False))
    rows = rows.filter(to__email=mail.from_address, to__is_active=True)
    known = rows.select_related("to", "case__programme", "case__edition", "enquiry__programme")
    return list(known.order_by("-pk"))


def _one_of(letters: list[models.Message], mail: Mail) -> models.Message | None:
    """The letter whose thread the reply belongs to.

    A reply to a digest names all that the digest brought: it belongs to their thread where all have
    one and the same. Else a person has to say which.
    """
    direct = [letter for letter in letters if letter.message_id == mail.replies_to[0]]
    threads = {(letter.case_id, letter.enquiry_id) for letter in letters}
    return (direct or letters)[0] if direct or len(threads) == 1 else None


def _asked(letters: list[models.Message]) -> models.Programme | None:
    """The programme that wrote all of them; what several wrote goes where every mail goes.

    Threads of one programme are no business of another one's office.
    """
    programmes = {_programme_of(letter) for letter in letters}
    return programmes.pop() if len(programmes) == 1 else None


def _programme_of(letter: models.Message) -> models.Programme:
    subject = letter.case or letter.enquiry
    assert subject is not None  # a letter without a thread is not looked at
    return subject.programme


def _threads_of(letters: list[models.Message]) -> str:
    """A line for the office: what the mail replies to where it opens an enquiry all the same."""
    named = ", ".join(dict.fromkeys(map(_thread_of, reversed(letters))))
    return f"\n\n{enquiries.IN_REPLY}{named}]" if named else ""


def _thread_of(letter: models.Message) -> str:
    if letter.case is not None:
        return letter.case.reference
    assert letter.enquiry is not None
    return f"“{letter.enquiry.subject}”"


def _replied(
    letter: models.Message, mail: Mail, original: models.StoredFile, *, now: datetime
) -> str:
    """Put a reply where it belongs; empty where that is closed, or no longer theirs."""
    if letter.case is not None:
        return _in_request(letter, letter.case, mail, now=now)
    if letter.enquiry is None or letter.enquiry.closed_at is not None:
        return ""
    if _is_loop(letter.to, now=now):
        return "too-many"
    actor = people.acting(letter.to, words.Role.ANYONE, via=models.Actor.Via.TOKEN)
    enquiry.write_again(letter.enquiry, mail.text, original=original, actor=actor, now=now)
    return "message"


def _in_request(letter: models.Message, case: models.Case, mail: Mail, *, now: datetime) -> str:
    """The answer to the office's question, or a question to the office; empty for no writer."""
    role = _role(case, letter.to)
    if role is None:
        return ""
    actor = people.acting(letter.to, role, via=models.Actor.Via.TOKEN)
    question = _open_question(letter, case)
    if question is not None:
        questions.answer_question(question, mail.text, actor=actor, now=now)
        return "answer"
    if _is_loop(letter.to, now=now):
        _hold_back(case, letter.to, role, now=now)
        return "too-many"
    questions.ask_office(case, mail.text, actor=actor, now=now)
    return "question"


def _hold_back(
    case: models.Case, person: models.Person, role: words.Role, *, now: datetime
) -> None:
    """Tell both sides, once a day: what answers each of a flood is itself one.

    The note names no one, so that nobody who is erased stays in it.
    """
    since = now - timedelta(days=1)
    if case.messages.filter(to=person, kind=HELD_BACK, made_at__gt=since).exists():
        return
    actor = people.system()
    outbox.write(person, HELD_BACK, subject=case, placeholders={}, actor=actor, now=now)
    case.notes.create(
        text=NOTE.format(most=MOST_A_DAY, role=role.label.lower()),
        happened_on=schedule.today(case, now), made_at=now, made_by=actor,
    )  # fmt: skip


NOTE = (
    "More than {most} mails of the {role} came within a day. What came after them is held back: it "
    "is kept in the mailbox, and nobody was asked. Read it there, and write to them."
)


def _is_loop(person: models.Person, *, now: datetime) -> bool:
    """Whether this person asked and wrote more in a day than people do."""
    since = now - timedelta(days=1)
    asked = person.enquiries.filter(made_at__gt=since).count()
    written = models.EnquiryMessage.objects.filter(made_by__person=person, made_at__gt=since)
    mailed = models.Question.objects.filter(
        made_by__person=person, made_by__via=models.Actor.Via.TOKEN, made_at__gt=since
    )
    return asked + written.count() + mailed.count() >= MOST_A_DAY


def _role(case: models.Case, person: models.Person) -> words.Role | None:
    if case.applicant_id == person.pk:
        return words.Role.APPLICANT
    team = case.team.filter(person=person, accepted_at__isnull=False, ended_at__isnull=True)
    return words.Role.CO_APPLICANT if team.filter(may_edit=True).exists() else None


def _open_question(letter: models.Message, case: models.Case) -> models.Question | None:
    """The one question that the letter brought; where several wait, a person has to say which."""
    if letter.kind != "question":
        return None
    rows = case.questions.filter(answered_at__isnull=True, withdrawn_at__isnull=True)
    offices = [role.value for role in words.OFFICE_ROLES]
    waiting = list(rows.filter(made_by__role__in=offices)[:2])
    return waiting[0] if len(waiting) == 1 else None
