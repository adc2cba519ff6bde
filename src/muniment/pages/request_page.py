"""What a request's page draws: bar, strip, timeline, specification, from one `timeline.Page`."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from muniment.pages import request_tabs
from muniment.pages.application import desk
from muniment.pages.wording import events, stages, turns
from muniment.pages.wording.datasets import Tag
from muniment.queries import aftercare, release, timeline
from muniment.queries.timeline import What
from muniment.rulebook.words import Role, Stage, Track

PART_TAGS = {
    "asked": None,
    "approved": Tag(_("Approved"), "good"),
    "denied": Tag(_("Denied"), "stop"),
    "split": Tag(_("Its own request now"), "line"),
    "dropped": Tag(_("Dropped"), "line"),
    "following": Tag(_("Later edition"), "line"),
}
WRITE = {
    Stage.DRAFT: _("Continue the application"),
    Stage.RETURNED: _("Complete the application"),
    Stage.REVISING: _("Revise the application"),
}
TO_DO: dict[What, tuple[Any, str]] = {
    What.WRITE: (WRITE[Stage.DRAFT], "application"),
    What.COMPLETE: (WRITE[Stage.RETURNED], "application"),
    What.REVISE: (WRITE[Stage.REVISING], "application"),
    What.CONFIRM_SUPERVISION: (_("Confirm that you supervise"), "supervision"),
    What.ANSWER_SCOPE: (_("Read the smaller scope that is proposed"), "specification_proposal"),
    What.SIGN: (_("Read and sign the agreement"), "sign"),
    What.PAY: (_("Go to the invoice"), "fees"),
    What.CLOSE_OUT: (_("Go on with the close-out"), "request_after"),
    What.CERTIFY_DESTRUCTION: (_("Go on with the close-out"), "request_after"),
}
"""What the turn asks of a party, and the page on which it is done."""
OUTCOMES = {
    "approved": _("The request is approved."),
    "approved_with_conditions": _("The request is approved with conditions."),
    "revise_and_resubmit": _("The request is to be revised and sent again."),
    "deferred": _("The request goes to the committee’s next meeting."),
    "denied": _("The request is denied."),
}


def row(found: timeline.Row) -> dict[str, Any]:
    """One row of the list of requests."""
    case = found.sight.case
    return {
        "case": case,
        "cover_only": found.sight.cover_only,
        "stage": stage_of(case),
        "whose": turns.whose(found.turn),
        "yours": found.turn.yours,
        "paused": found.turn.paused,
        "late": found.turn.late,
        "until": found.turn.until,
        "as": _as(found.sight.roles),
    }


def stage_of(case: Any) -> Any:
    """The stage of a request in a list: how it ended, or the segment of the strip."""
    return stages.ENDED.get(case.stage) or stages.SEGMENTS[_SEGMENT_OF[case.stage]][0]


def next_action(page: timeline.Page) -> dict[str, Any] | None:
    """What the turn asks of this reader, where it has a page of its own; `main` fills its button.

    Who writes may go on while it is nobody's turn of theirs, as on hold, but cannot send.
    """
    case, turn = page.sight.case, page.turn
    if turn.yours and turn.what in TO_DO:
        label, route = TO_DO[turn.what]
        return {"label": label, "url": reverse(route, args=[case.reference]), "main": True}
    if turn.yours and turn.what is What.MEET_CONDITION:
        url = request_tabs.address(case.reference, "decision")
        return {"label": _("Read the conditions"), "url": url, "main": True}
    stage = Stage(case.stage)
    if stage in WRITE and not page.sight.roles.isdisjoint(desk.WRITERS):
        url = reverse("application", args=[case.reference])
        return {"label": WRITE[stage], "url": url, "main": False}
    return None


def context(page: timeline.Page) -> dict[str, Any]:
    """Everything the template of a request draws."""
    case = page.sight.case
    return {
        "case": case,
        "turn": turns.bar(page.turn, case.stage),
        "strip": strip(page.steps),
        "events": happened(page) + ahead(page),
        "questions": page.questions,
        "asked_now": any(question.answered_on is None for question in page.questions),
        "main_question": main_question(page),
        "points": page.points,
        "conditions": page.conditions,
        "decision": decision(page),
        "parts": [{"part": each, "tag": PART_TAGS[each.status]} for each in page.parts],
        "confirmed": page.confirmed,
        "glance": glance(page),
        "in_use": page.sight.is_party and Stage(case.stage) in aftercare.STAGES,
        "has_series": page.sight.is_party and release.asked_until(case) is not None,
    }


def main_question(page: timeline.Page) -> int | None:
    """The open question of the office that the page asks to be answered first."""
    waiting = [q.pk for q in page.questions if q.answered_on is None and not q.from_applicant]
    return waiting[0] if waiting else None


def strip(steps: tuple[timeline.Step, ...]) -> dict[str, Any]:
    """The strip, and the one line that stands for it on a narrow screen."""
    drawn: list[dict[str, Any]] = [
        {
            "name": step.label,
            "state": step.state.value,
            "stages": [
                {"name": stages.SEGMENTS[each.name][0], "state": each.state.value}
                for each in step.segments
            ],
        }
        for step in steps
    ]
    for number, step in enumerate(drawn, start=1):
        for each in step["stages"]:
            if each["state"] in ("now", "ended"):
                here = {"number": number, "step": step["name"], "now": each["name"]}
                return {"steps": drawn, **here}
    return {"steps": drawn, "now": ""}


# A template looks three times for a name that is not there, so every one is.
_EVENT = {"title": "", "at": None, "when": "", "state": "", "note": ""}


def happened(page: timeline.Page) -> list[dict[str, Any]]:
    """Milestones with their day; the same sentence twice on one day is said once."""
    drawn: list[dict[str, Any]] = []
    for event in page.events:
        said = _EVENT | {"title": events.SAID[event.tag], "at": event.on, "state": "done"}
        if not drawn or drawn[-1] != said:
            drawn.append(said)
    return drawn


def ahead(page: timeline.Page) -> list[dict[str, Any]]:
    """Where it is now, and what is still to come, with the day or the usual time."""
    segments = [each for step in page.steps for each in step.segments]
    drawn = []
    for segment in segments:
        name = str(stages.SEGMENTS[segment.name][0])
        if segment.state == "now":
            when = gettext("Now")
            if page.turn.until and page.turn.role not in (Role.APPLICANT, None):
                when = gettext("Now, until %(day)s") % {"day": turns.day(page.turn.until)}
            state = "now yours" if page.turn.yours else "now"
            drawn.append(_EVENT | {"title": name, "when": when, "state": state})
        elif segment.state == "todo" and any(each.state == "now" for each in segments):
            drawn.append(_EVENT | {"title": name, "when": _usual(page, segment.name)})
    return drawn


def decision(page: timeline.Page) -> dict[str, Any] | None:
    """The outcome in one sentence, with the letter to read."""
    found = page.decision
    if found is None:
        return None
    return {"outcome": OUTCOMES[found.outcome], "on": found.on, "letter": found.letter}


def glance(page: timeline.Page) -> list[turns.Fact]:
    """Who asks, from where, on which track."""
    case = page.sight.case
    pairs = [
        (gettext("Applicant"), case.applicant.name),
        (gettext("Institution"), case.institution.name if case.institution else ""),
        (gettext("Team"), ", ".join(page.team)),
        (gettext("Track"), Track(case.track).label if case.track else ""),
        (gettext("Submitted"), turns.day(case.submitted_on) if case.submitted_on else ""),
        (gettext("Program"), case.programme.name),
        (gettext("You see this as"), _as(page.sight.roles)),
    ]
    return [turns.Fact(label, value) for label, value in pairs if value]


def _usual(page: timeline.Page, segment: str) -> str:
    if segment == "committee" and page.meeting_on:
        return turns.day(page.meeting_on)
    days = page.limits.get(segment)
    if not days:
        return ""
    said = ngettext("Usually within %(n)s business day", "Usually within %(n)s business days", days)
    return said % {"n": days}


def _as(roles: frozenset[Role]) -> str:
    return ", ".join(role.label for role in Role if role in roles)


_SEGMENT_OF = {
    stage.value: name for name, covered in timeline.SEGMENTS.items() for stage in covered
}
