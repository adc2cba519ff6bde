"""Rows of every kind that a prepared query reads: each on two requests, and never the same."""

from datetime import timedelta
from typing import Any

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

OTHER = "pat"
"""Somebody to whom nothing here belongs."""


def made() -> rows.Office:
    """An office with requests of which any two differ in all that hangs on them."""
    office = rows.office()
    office.people[OTHER] = models.Person.objects.create_user(f"{OTHER}@example.org", "Pat Example")
    for number, stage in enumerate((Stage.AGREEMENT, Stage.ACTIVE, Stage.POLICY, Stage.IN_REVIEW)):
        case = office.case(stage, due_on=rows.TODAY + timedelta(days=number - 2))
        if number < 2:
            _hang(office, case, number)
    office.case(Stage.DRAFT)
    _keep(office)
    return office


def _hang(office: rows.Office, case: models.Case, number: int) -> None:
    by: dict[str, Any] = {"made_by": office.system, "made_at": rows.NOW - timedelta(days=number)}
    on = {"case": case, **by}
    at = rows.TODAY + timedelta(days=number)
    office.happened(case, "submit", *["certify_complete"][:number])
    office.asks(case, "Which stages?")
    office.proposes(case)
    office.declares(case, ("mia", "max")[number], conflicted=True)
    office.joins(case, ("tess", "edie")[number])
    models.Hold.objects.create(reason="Recalled.", until_on=at, **on)
    models.Note.objects.create(text="Called.", happened_on=at, **on)
    models.ReturnPoint.objects.create(number=number + 1, section="aims", text="Say why.", **on)
    models.Section.objects.create(case=case, name="project", answers={"aims": f"{number}"})
    if number:
        said = {"delivery_rhythm": "series", "series_until": f"2030-01-{number:02}"}
        models.Section.objects.create(case=case, name="data", answers=said)
    for role, name in ((Role.COORDINATOR, "cora"), (Role.STATISTICIAN, "stella"))[number:]:
        models.Assignment.objects.create(person=office.people[name], role=role.value, **on)
    for word in ("sarcoma", f"{number}_50%"):
        models.SearchWord.objects.create(case=case, word=word, in_answers=False)
    ended = {"ended_at": rows.NOW, "ended_by": office.system}
    for stage, end in (("submitted", ended), (case.stage, ended), (case.stage, {})):
        models.ClockSegment.objects.create(stage=stage, paused=not end, **on, **end)
    decided = models.Determination.objects.create(
        round=1, outcome="approved", reason="Sound.", **on
    )
    models.Condition.objects.create(
        determination=decided, when="before_release", text="Ethics approval.", **by
    )
    models.Condition.objects.create(
        determination=decided, when="after", text="Send the paper.", evidence="Letter 7.",
        due_on=at - timedelta(days=8), **by,
    )  # fmt: skip
    for due_on in (at, at - timedelta(days=9)):
        models.Question.objects.create(
            text="When?", blocking=False, due_on=due_on, case=case, made_at=rows.NOW,
            made_by=office.acting("alice", Role.APPLICANT),
        )  # fmt: skip
    models.Origin.objects.create(
        programme=office.programme, source="old", source_id=f"{number}", earlier=True, sound=True,
        received_on=at - timedelta(days=30), decided_on=at, **on,
    )  # fmt: skip
    meeting = models.Meeting.objects.create(
        programme=office.programme, held_on=at, chair=office.people["chen"], **by
    )
    models.AgendaItem.objects.create(meeting=meeting, order=1, **on)
    models.Confirmation.objects.create(
        programme=office.programme, second=office.people[("cora", "olga")[number]],
        step="place_hold", digest=f"{number}" * 64, path="/", **on,
    )  # fmt: skip


def _keep(office: rows.Office) -> None:
    """What hangs on people, not on requests."""
    by: dict[str, Any] = {"made_by": office.system, "made_at": rows.NOW}
    for number, name in enumerate(("cora", "stella")):
        models.SavedView.objects.create(
            person=office.people[name], name=f"Late {number}", asked={}, **by
        )
        models.Absence.objects.create(
            person=office.people[name], substitute=office.people[("paula", "audra")[number]],
            from_on=rows.TODAY + timedelta(days=number), until_on=rows.TODAY + timedelta(days=9),
            **by,
        )  # fmt: skip
