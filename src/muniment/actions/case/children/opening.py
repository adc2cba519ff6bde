"""How a child case begins: a draft that holds what the parent said, for the applicant to change."""

from datetime import datetime

from muniment import models
from muniment.actions import clocks, input_refused, ledger, step
from muniment.actions.application import specifying
from muniment.actions.screening import copying
from muniment.queries import asked, schedule
from muniment.rulebook import words

Kind = models.Case.ChildKind
OPENED = {
    Kind.AMENDMENT: "an amendment",
    Kind.RENEWAL: "a renewal",
    Kind.APPEAL: "an appeal",
    Kind.RESUBMISSION: "a new request",
}
"""In the words of the letter."""
ANEW = {
    "stage": words.Stage.DRAFT.value,
    "round": 1,
    "submitted_on": None,
    "due_on": None,
    "kept_against": None,
    "kept_at": None,
    "kept_by": None,
}
"""The columns in which a child begins anew; all others are the parent's."""


def open_amendment(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Open an amendment of an approved request; `reason` says what is to change."""
    return _open("open_amendment", case, Kind.AMENDMENT, actor, now, reason)


def open_renewal(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Open a renewal before the term is over; `reason` says why more time is needed."""
    return _open("open_renewal", case, Kind.RENEWAL, actor, now, reason)


def open_appeal(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Appeal against an outcome, within the programme's time and once for each outcome."""
    return _open("open_appeal", case, Kind.APPEAL, actor, now, reason)


def open_resubmission(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Start a new request from one that came to nothing; it is judged like any other."""
    return _open("open_resubmission", case, Kind.RESUBMISSION, actor, now, reason)


def _open(
    name: str,
    case: models.Case,
    kind: models.Case.ChildKind,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Case:
    with step.taking(name, case, actor=actor, now=now, about={"reason": reason}) as taken:
        input_refused.unless_reason(reason)
        child = _child_of(case, kind, actor=actor, now=now, reason=reason)
        _copy_what_is_asked(case, child, actor=actor, now=now)
        copying.what_was_written(case, child)
        copying.who_has_a_conflict(case, child)
        models.Case.objects.filter(pk=child.pk).update(**clocks.turn(child, actor=actor, now=now))
        taken.records(child=child.reference, reason=reason)
        ledger.append(
            child, tag=f"case.{name}", actor=actor, now=now, stage_to=child.stage,
            values={"parent": case.reference, "reason": reason},
        )  # fmt: skip
        link = f"/requests/{child.reference}/"
        taken.tells(case.applicant, "change-opened", what=OPENED[kind], link=link)
    return child


def _child_of(
    case: models.Case,
    kind: models.Case.ChildKind,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Case:
    """The row; a new request finds its own track, a change never falls below its parent's."""
    owner = models.Programme.objects.get(pk=case.programme_id)
    columns = {name: getattr(case, name) for name in copying.CASE} | ANEW
    return models.Case.objects.create(
        **{
            **columns,
            "reference": copying.next_reference(owner, now),
            "edition": owner.active_edition,
            "stage_since": schedule.today(case, now),
            "parent": case,
            "child_kind": kind,
            "child_reason": reason.strip(),
            "track": "" if kind is Kind.RESUBMISSION else case.track,
            "made_at": now,
            "made_by": actor,
        }
    )


def _copy_what_is_asked(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """The parts and the specification; what the applicant confirmed need not be confirmed again."""
    copying.under(child, asked.live_parts(case), status=models.Part.Status.ASKED)
    present = asked.find_specification(case)
    written = asked.parsed(present)
    if present is not None and written is not None:
        marks = {"confirmed_at": present.confirmed_at, "confirmed_by": present.confirmed_by}
        specifying.new_version(child, written, actor=actor, now=now, **marks)
