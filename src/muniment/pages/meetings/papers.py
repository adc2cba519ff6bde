"""The papers of a meeting as one file, made for one reader and marked with their name."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.documents import agenda
from muniment.pages.application import answers
from muniment.pages.people import signed_in
from muniment.pages.review import drawing
from muniment.queries import access, application, meetings, timeline
from muniment.queries.payment import billing
from muniment.queries.review import papers as queries
from muniment.queries.screening import completeness


@require_safe
@signed_in.only
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Every request of the agenda that the reader may read; the others are not in it."""
    person, now = signed_in.person(request), timezone.now()
    found = meetings.find_meeting(person, pk, now=now)
    if found is None:
        raise Http404
    response = HttpResponse(agenda.pdf(_pack(found, person, now)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="meeting-{pk}-papers.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _pack(found: meetings.Sitting, person: Any, now: datetime) -> agenda.Pack:
    """The papers with the reader's name on every page; what is off the agenda is not in them."""
    day = date_format(found.meeting.held_on, "j M Y")
    return agenda.Pack(
        gettext("Papers for the meeting of %(day)s") % {"day": day},
        f"{found.meeting.programme.name}. {found.meeting.place}".strip(),
        gettext("Confidential: %(name)s, %(day)s")
        % {"name": person.name, "day": date_format(now, "j M Y")},
        tuple(_item(each, now) for each in found.items if each.row.left_at is None),
    )


def _item(each: meetings.Item, now: datetime) -> agenda.Item:
    """One request; before the reader has declared, title and institutions only."""
    case = each.sight.case
    institution = case.institution.name if case.institution else ""
    facts = ((gettext("Reference"), case.reference), (gettext("Applicant"), case.applicant.name),
             (gettext("Institution"), institution))  # fmt: skip
    if each.sight.cover_only:
        note = gettext("You have not declared yet whether you have a conflict of interest here.")
        return agenda.Item(case.title, facts, note, ())
    sections = [
        agenda.Section(
            part.title, tuple((line.label, "\n".join(line.lines)) for line in part.lines)
        )
        for part in answers.read(application.form_of(case))
    ]
    asked = [
        (f"{paper.title}, {paper.edition}", _said(paper)) for paper in queries.list_papers(case)
    ]
    data = agenda.Section(gettext("The data asked for"), tuple(asked))
    more = (_found(case, now), _asked(each.sight))
    return agenda.Item(case.title, facts, "", (*sections, data, *(each for each in more if each)))


def _found(case: Any, now: datetime) -> agenda.Section | None:
    """What the system found in the answers, and what each rule of the policy came to."""
    titles = completeness.sections_of(case)
    lines = [(titles[each.section], each.text) for each in completeness.list_found(case, now=now)]
    for rule in queries.list_rules(case):
        said = [str(drawing.RESULTS[rule.result].label), rule.reason, rule.by]
        lines.append((rule.title, "\n".join(each for each in said if each)))
    note = queries.find_note(case)
    if note is not None:
        lines.append((gettext("Note of the office"), f"{note.text}\n{note.by}"))
    return agenda.Section(gettext("What was found"), tuple(lines)) if lines else None


def _asked(sight: access.Sight) -> agenda.Section | None:
    """Questions and answers; of a fee none, whoever prints them, for the committee judges none."""
    lines = [
        (each.text, each.answer or gettext("Not answered yet."))
        for each in timeline.list_questions(sight)
        if not each.about.startswith(billing.ABOUT)
    ]
    return agenda.Section(gettext("Questions and answers"), tuple(lines)) if lines else None


def _said(paper: Any) -> str:
    """The sentence of a part, its protected figures and what the office found."""
    return "\n".join(line for line in (paper.sentence, *paper.figures, paper.reason) if line)
