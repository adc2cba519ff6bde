"""Enquiries as the office works on them, and as the person who asked reads them."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Case, F, Max, Q, QuerySet, When

from muniment import models
from muniment.queries import access, editions, proofs, roster
from muniment.rulebook.words import Role

ANSWERING = (Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER)
ATTACHED = "[Attached: "
"""Begins the line that names, below the text of a mail, the files that came with it."""
IN_REPLY = "[In reply to our mail about: "
"""Begins the line that names what a mail answers which belongs to no single thread."""
MAIL = "message/rfc822"
CODE = re.compile(r"/verify/([0-9a-f]{32})/")
READING = frozenset({*ANSWERING, Role.ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Row:
    """One enquiry in the office's list. `late` counts days after the day it was due."""

    enquiry: models.Enquiry
    waiting: bool
    late: int


@dataclass(frozen=True, slots=True)
class Own:
    """One enquiry as the person who asked it sees it."""

    enquiry: models.Enquiry
    waiting: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One word of the thread, of whoever asked or of the office; `name` is the person's.

    `letter` is the proof of a letter of support, which can also be had as a file.
    """

    text: str
    name: str
    at: datetime
    by_office: bool
    letter: models.Proof | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """One enquiry as one of the office sees it; `role` is the one they answer in, if any."""

    enquiry: models.Enquiry
    role: Role | None
    waiting: bool
    late: int


def list_rows(person: models.Person, *, now: datetime, settled: bool = False) -> list[Row] | None:
    """Enquiries of the programmes this person works for; None for whoever works for none.

    Those that wait by the day they are due; else, newest first, those in which the office had the
    last word: an answer, a draft, a pointer or a letter, closed or not. The list is of what waits,
    so an enquiry comes back to it as soon as its asker writes again.
    """
    held = _held(person, now)
    if not held:
        return None
    rows = _rows(held).annotate(waits=_WAITS).filter(waits=not settled)
    rows = rows.order_by("-pk")[:200] if settled else rows.order_by("due_on", "pk")[:200]
    return [Row(row, is_waiting(row), _late(row, held[row.programme_id][1])) for row in rows]


def find_opened(person: models.Person, pk: int, *, now: datetime) -> Opened | None:
    """One enquiry for one of the office; None for everybody else."""
    held = _held(person, now)
    row = _rows(held).filter(pk=pk).first()
    if row is None:
        return None
    roles, today = held[row.programme_id]
    role = next((role for role in ANSWERING if role in roles), None)
    return Opened(row, role, is_waiting(row), _late(row, today))


def find_own(person: models.Person, pk: int) -> Own | None:
    """An enquiry for the person who asked it."""
    rows = _with_last_word(models.Enquiry.objects.filter(pk=pk, asker=person))
    related = ("asker", "programme__active_edition", "case", "answered_by__person")
    row = rows.select_related(*related).first()
    return Own(row, is_waiting(row)) if row else None


def list_own(person: models.Person) -> list[Own]:
    """What this person asked, newest first."""
    rows = _with_last_word(models.Enquiry.objects.filter(asker=person)).order_by("-pk")
    return [Own(row, is_waiting(row)) for row in rows]


def list_thread(enquiry: models.Enquiry) -> list[Said]:
    """What both sides wrote, oldest first. A person of the office may be the one who asked."""
    asked = Said(enquiry.text, enquiry.asker.name, enquiry.made_at, by_office=False)
    rows = enquiry.messages.select_related("made_by__person").order_by("made_at", "pk")
    said = [_said(row.text, row.made_at, row.made_by) for row in rows]
    if enquiry.answer and enquiry.answered_at and enquiry.answered_by:
        said.append(_said(enquiry.answer, enquiry.answered_at, enquiry.answered_by))
    return _with_letters(enquiry, [asked, *sorted(said, key=lambda each: each.at)])


def find_letter(enquiry: models.Enquiry, pk: int) -> Said | None:
    """The letter of support with this proof, word for word as it was sent."""
    said = (each for each in list_thread(enquiry) if each.letter)
    return next((each for each in said if each.letter and each.letter.pk == pk), None)


def _with_letters(enquiry: models.Enquiry, thread: list[Said]) -> list[Said]:
    """Which words of the office are letters: those with a code of ours. Without any, no query."""
    codes = {each: CODE.search(each.text) for each in thread if each.by_office}
    if not any(codes.values()):
        return thread
    known = {row.code_sha256: row for row in enquiry.proofs.filter(kind=proofs.Kind.SUPPORT.value)}
    letters = {each: known.get(proofs.code_sha256(code[1])) for each, code in codes.items() if code}
    return [replace(each, letter=letters.get(each)) for each in thread]


def list_mails(enquiry: models.Enquiry) -> list[models.StoredFile]:
    """The mails of an enquiry as they came, the newest first."""
    replies = enquiry.messages.filter(original__media_type=MAIL).select_related("original")
    newest = [row.original for row in replies.order_by("-pk") if row.original]
    first = enquiry.original
    return [*newest, first] if first and first.media_type == MAIL else newest


_WAITS = Case(
    When(closed_at__isnull=False, then=False),
    When(answered_at__isnull=True, then=True),
    When(wrote_last__gt=F("answered_at"), then=True),
    default=False,
)
"""The same as `is_waiting`, asked of the database; of rows with their last word."""


def is_waiting(enquiry: models.Enquiry) -> bool:
    """Whether the last word is the asker's; of a row that one of these queries gave."""
    if enquiry.closed_at or enquiry.answered_at is None:
        return enquiry.closed_at is None
    written: datetime | None = enquiry.wrote_last  # type: ignore[attr-defined]  # annotated
    return written is not None and written > enquiry.answered_at


def list_second_people(
    enquiry: models.Enquiry, person: models.Person, *, now: datetime
) -> list[models.Person]:
    """Who can be named to confirm a letter beside this person."""
    today = editions.today(enquiry.programme, now)
    return roster.list_seconds(enquiry.programme, person, today=today)


def _rows(held: dict[int, tuple[frozenset[Role], date]]) -> QuerySet[models.Enquiry]:
    rows = _with_last_word(models.Enquiry.objects.filter(programme__in=list(held)))
    return rows.select_related(
        "asker__institution",
        "owner",
        "case",
        "original",
        "programme__active_edition",
        "answered_by__person",
    )


def _held(person: models.Person, now: datetime) -> dict[int, tuple[frozenset[Role], date]]:
    """Programme id to the offices held there that read enquiries, and the programme's own day."""
    offices = access.offices_by_programme(person, now=now)
    reading = {pk: roles & READING for pk, roles in offices.items() if roles & READING}
    homes = models.Programme.objects.select_related("active_edition").in_bulk(reading)
    return {pk: (roles, editions.today(homes[pk], now)) for pk, roles in reading.items()}


def _with_last_word(rows: QuerySet[models.Enquiry]) -> QuerySet[models.Enquiry]:
    """With the time of the asker's newest message."""
    theirs = Q(messages__made_by__role=Role.ANYONE.value)
    return rows.annotate(wrote_last=Max("messages__made_at", filter=theirs))


def _said(text: str, at: datetime, by: models.Actor) -> Said:
    name = by.person.name if by.person else ""
    return Said(text, name, at, by_office=by.role != Role.ANYONE.value)


def _late(row: models.Enquiry, today: date) -> int:
    return max((today - row.due_on).days, 0) if row.due_on and is_waiting(row) else 0
