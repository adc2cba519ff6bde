"""Enquiries: a question before a request, with an owner, a clock, a thread and one outcome.

They are steps of the programme, whose chain they enter. The programme is read anew each time,
because an enquiry changes nothing of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.programme import clocks as calendars
from muniment.queries import editions
from muniment.rulebook import words

from . import application, input_refused, people, proofs, step

Outcome = models.Enquiry.Outcome
SYNTHETIC = "The data behind these counts are synthetic: they describe no real person."
NO_GUARANTEE = "This letter states what is available so far. It is no guarantee of fulfillment."


def ask_enquiry(
    programme: models.Programme, subject: str, text: str, *, actor: models.Actor, now: datetime
) -> models.Enquiry:
    """Ask the office a question before applying; it is due like any question."""
    with step.taking("ask_enquiry", programme, actor=actor, now=now) as taken:
        if actor.person is None:
            message = "Give your name and e-mail address, so that we can answer."
            raise step.Refused([words.Refusal("asker-missing", message)])
        return _keep(taken, programme, actor.person, subject, text, None)


def describe_data(
    case: models.Case, text: str, *, actor: models.Actor, now: datetime
) -> models.Enquiry:
    """Ask the office to draft a specification from one's own words; an edit until it answers.

    For those who write the request. The office finds an enquiry with its clock, and drafts.
    """
    step.only_for({words.Role.APPLICANT, words.Role.CO_APPLICANT}, case, actor=actor, now=now)
    if not text.strip():
        message = "Describe the data in a few sentences."
        raise step.Refused([words.Refusal("words-empty", message)])
    waiting = case.enquiries.filter(outcome=Outcome.OPEN).first()
    if waiting is None:
        home = models.Programme.objects.select_related("active_edition").get(pk=case.programme_id)
        asker = people.acting(actor.person, words.Role.ANYONE)
        waiting = ask_enquiry(home, f"Data for {case.reference}", text, actor=asker, now=now)
    waiting.case, waiting.text = case, text.strip()
    waiting.save(update_fields=["case", "text"])
    return waiting


def record_enquiry(
    programme: models.Programme,
    asker: models.Person,
    subject: str,
    text: str,
    *,
    original: models.StoredFile,
    actor: models.Actor,
    now: datetime,
) -> models.Enquiry:
    """Record a question that came by mail or telephone, with what was received."""
    about = {"original": original}
    with step.taking("record_enquiry", programme, actor=actor, now=now, about=about) as taken:
        return _keep(taken, programme, asker, subject, text, original)


def take_enquiry(enquiry: models.Enquiry, *, actor: models.Actor, now: datetime) -> models.Enquiry:
    """Own an enquiry, so that it is answered."""
    about = {"enquiry": enquiry}
    with step.taking("take_enquiry", _home(enquiry), actor=actor, now=now, about=about) as taken:
        enquiry.owner = actor.person
        enquiry.save(update_fields=["owner"])
        taken.records(enquiry=enquiry.pk)
    return enquiry


def answer_enquiry(
    enquiry: models.Enquiry,
    answer: str,
    *,
    actor: models.Actor,
    now: datetime,
    figures: Sequence[Mapping[str, Any]] = (),
) -> models.Enquiry:
    """Answer an enquiry; `figures` are the protected counts that the answer quotes."""
    about = {"enquiry": enquiry, "figures": figures}
    with step.taking("answer_enquiry", _home(enquiry), actor=actor, now=now, about=about) as taken:
        if not answer.strip():
            input_refused.unless_empty([words.Refusal("answer-empty", "Write the answer.")])
        _settle(taken, enquiry, Outcome.ANSWERED, answer.strip())
        _tell(taken, enquiry)
    return enquiry


def write_again(
    enquiry: models.Enquiry,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    original: models.StoredFile | None = None,
) -> models.EnquiryMessage:
    """Write again in one's own enquiry, on the page or by replying to a letter.

    The office has the days of a new question to answer it.
    """
    home, about = _home(enquiry), {"enquiry": enquiry}
    with step.taking("write_again", home, actor=actor, now=now, about=about) as taken:
        if not text.strip():
            input_refused.unless_empty([words.Refusal("message-empty", "Write your message.")])
        row = enquiry.messages.create(
            text=text.strip(), original=original, made_at=now, made_by=actor
        )
        enquiry.due_on = _due_on(home, now)
        enquiry.save(update_fields=["due_on"])
        taken.records(enquiry=enquiry.pk, text=row.text)
    return row


def turn_enquiry_into_draft(
    enquiry: models.Enquiry,
    *,
    actor: models.Actor,
    now: datetime,
    kind: models.Case.Kind = models.Case.Kind.DATA,
) -> models.Case:
    """Make a draft request of the person who asked, with the enquiry kept beside it."""
    home, about = _home(enquiry), {"enquiry": enquiry}
    with step.taking("turn_enquiry_into_draft", home, actor=actor, now=now, about=about) as taken:
        _unless_drafted(enquiry)
        case = application.make_draft(taken, home, enquiry.asker, kind=kind, institution=None)
        enquiry.case = case
        enquiry.save(update_fields=["case"])
        _settle(taken, enquiry, Outcome.DRAFTED, "")
    return case


def enter_mailed_form(
    enquiry: models.Enquiry,
    applicant: models.Person,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    original: models.StoredFile,
    actor: models.Actor,
    now: datetime,
) -> models.Case:
    """Make of a filled-in form that came by mail its applicant's draft, for them to confirm.

    `original` is the form as it was sent. Nobody has to have an account yet: whoever confirms the
    answers makes one first.
    """
    with transaction.atomic():
        about = {"enquiry": enquiry}
        with step.taking("answer_enquiry", _home(enquiry), actor=actor, now=now, about=about) as on:
            _unless_drafted(enquiry)
            _settle(on, enquiry, Outcome.DRAFTED, "")
        case = application.start_draft_for_applicant(
            _home(enquiry), applicant, original=original, actor=actor, now=now
        )
        enquiry.case = case
        enquiry.save(update_fields=["case"])
        application.enter_for_applicant(case, answers, original=original, actor=actor, now=now)
    return case


def redirect_enquiry(
    enquiry: models.Enquiry, *, pointer: str, actor: models.Actor, now: datetime
) -> models.Enquiry:
    """Say where the data can be had instead."""
    home, about = _home(enquiry), {"enquiry": enquiry, "pointer": pointer}
    with step.taking("redirect_enquiry", home, actor=actor, now=now, about=about) as taken:
        _settle(taken, enquiry, Outcome.REDIRECTED, pointer.strip())
        _tell(taken, enquiry)
    return enquiry


def issue_support_letter(
    enquiry: models.Enquiry,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    figures: Sequence[Mapping[str, Any]] = (),
    second_person: models.Person | None = None,
) -> models.Enquiry:
    """Write for a funder what is available so far; every such letter says what it does not."""
    home = _home(enquiry)
    about = {
        "enquiry": enquiry, "figures": figures, "text": text, "second_person": second_person,
    }  # fmt: skip
    with step.taking("issue_support_letter", home, actor=actor, now=now, about=about) as taken:
        if not text.strip():
            input_refused.unless_empty([words.Refusal("letter-empty", "Write the letter.")])
        day = editions.today(home, now)
        address = proofs.issue(
            "support", "availability", dated_on=day, actor=actor, now=now, enquiry=enquiry
        )
        check = f"Anyone can check this letter here: {address}"
        letter = "\n\n".join([text.strip(), *_said(figures), check, NO_GUARANTEE])
        _settle(taken, enquiry, Outcome.SUPPORTED, letter)
        _tell(taken, enquiry)
    return enquiry


def close_enquiry(enquiry: models.Enquiry, *, actor: models.Actor, now: datetime) -> models.Enquiry:
    """Close an enquiry that needs nothing more."""
    about = {"enquiry": enquiry}
    with step.taking("close_enquiry", _home(enquiry), actor=actor, now=now, about=about) as taken:
        enquiry.closed_at, enquiry.closed_by = now, actor
        enquiry.save(update_fields=["closed_at", "closed_by"])
        taken.records(enquiry=enquiry.pk, outcome=enquiry.outcome)
    return enquiry


def _keep(
    taken: step.Taken,
    programme: models.Programme,
    asker: models.Person,
    subject: str,
    text: str,
    original: models.StoredFile | None,
) -> models.Enquiry:
    if not subject.strip() or not text.strip():
        message = "Write a subject and your question."
        raise step.Refused([words.Refusal("question-empty", message)])
    enquiry = models.Enquiry.objects.create(
        programme=programme,
        asker=asker,
        subject=subject.strip()[:200],
        text=text.strip(),
        due_on=_due_on(programme, taken.now),
        original=original,
        made_at=taken.now,
        made_by=taken.actor,
    )
    taken.records(enquiry=enquiry.pk, text=enquiry.text)
    return enquiry


def _unless_drafted(enquiry: models.Enquiry) -> None:
    if enquiry.case is not None:
        message = "There is a request for this inquiry already."
        raise step.Refused([words.Refusal("draft-exists", message)])


def _settle(
    taken: step.Taken, enquiry: models.Enquiry, outcome: models.Enquiry.Outcome, answer: str
) -> None:
    """The office's newest word; what it said before goes into the thread, so nothing is lost."""
    if enquiry.answer:
        enquiry.messages.create(
            text=enquiry.answer, made_at=enquiry.answered_at, made_by=enquiry.answered_by
        )
    enquiry.outcome, enquiry.answer = outcome, answer
    enquiry.answered_at, enquiry.answered_by = taken.now, taken.actor
    enquiry.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    taken.records(enquiry=enquiry.pk, outcome=str(outcome), answer=answer)


def _tell(taken: step.Taken, enquiry: models.Enquiry) -> None:
    """Say that there is something to read; a reply by mail lands in this enquiry."""
    taken.enquiry = enquiry
    taken.tells(enquiry.asker, "enquiry-answered", link=f"/enquiries/{enquiry.pk}/")


def _due_on(programme: models.Programme, now: datetime) -> date:
    """An enquiry is due like any question."""
    bundle = editions.active_bundle(programme)
    calendar = calendars.calendar_of(bundle)
    days = bundle["calendar"]["questions"]["due_days"]
    return calendars.add_days(calendar, calendar.local_day(now), days)


def _home(enquiry: models.Enquiry) -> models.Programme:
    return models.Programme.objects.select_related("active_edition").get(pk=enquiry.programme_id)


def _said(figures: Sequence[Mapping[str, Any]]) -> list[str]:
    """The protected figures as sentences, and nothing that is not in them."""
    lines = []
    for figure in figures:
        for cell in figure.get("cells", ()):
            lines.append(f"{', '.join(cell['labels'])}: {cell['count']['says']}")
        if "says" in figure:
            lines.append(str(figure["says"]))
    if any(figure.get("synthetic") for figure in figures):
        lines.append(SYNTHETIC)
    return lines
