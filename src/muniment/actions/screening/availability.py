"""The second gate: do the data exist, part by part, and are they enough for the question?

Figures come from the data plane by a job, or from a statistician for a described holding. Exact
ones stay on the row for staff; ledger, letters and refusals carry protected ones only (A2, A3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import application, input_refused, pausing, questions, step
from muniment.actions.application import specifying
from muniment.queries import asked, schedule
from muniment.queries.facts import enquiry as protection
from muniment.rulebook import words

Outcome = models.Availability.Outcome
Verdict = models.Availability.Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted for a part, and for which part and content it was counted.

    `protected` are documents of protected counts by name; `exact` is what the data plane weighed,
    or a statistician found, in whole numbers for staff. `embargoed_until` is when the last row
    that is asked for may leave, None when none is under embargo.
    """

    basis: asked.Basis
    protected: Mapping[str, Mapping[str, Any]]
    exact: Mapping[str, Any] = field(default_factory=dict)
    embargoed_until: datetime | None = None


def record_available(
    part: models.Part,
    figures: Figures,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str = "",
) -> models.Availability:
    """Record that a part is available, with its figures."""
    unless_protected(figures)
    about = {"part": part, "basis": figures.basis, "reason": reason}
    with step.taking("record_available", part.case, actor=actor, now=now, about=about) as taken:
        return _answer(taken, part, Outcome.AVAILABLE, figures, reason)


def record_partly_available(
    part: models.Part, figures: Figures, *, actor: models.Actor, now: datetime, reason: str
) -> models.Availability:
    """Record that a part is partly available; the reason says what is missing."""
    unless_protected(figures)
    about = {"part": part, "basis": figures.basis, "reason": reason}
    with step.taking(
        "record_partly_available", part.case, actor=actor, now=now, about=about
    ) as taken:
        return _answer(taken, part, Outcome.PARTLY, figures, reason)


def record_not_available(
    part: models.Part,
    outcome: models.Availability.Outcome,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Availability:
    """Record that a part is planned, elsewhere, restricted or absent, and why."""
    if outcome in (Outcome.AVAILABLE, Outcome.PARTLY):
        message = "Say in which way the part is not available."
        raise step.Refused([words.Refusal("outcome-invalid", message)])
    about = {"part": part, "reason": reason}
    with step.taking("record_not_available", part.case, actor=actor, now=now, about=about) as taken:
        figures = Figures(basis=asked.basis_of(part), protected={})
        return _answer(taken, part, outcome, figures, reason)


def judge_sufficiency(
    part: models.Part,
    verdict: models.Availability.Verdict,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    needed: int | None = None,
) -> models.Availability:
    """Judge whether what is available is enough; `needed` is what the applicant's plan asks for."""
    about = {"part": part, "reason": reason}
    with step.taking("judge_sufficiency", part.case, actor=actor, now=now, about=about) as taken:
        answer = asked.live_answer(part)
        assert answer is not None  # the rulebook needs current figures
        answer.verdict, answer.verdict_reason = verdict, reason
        answer.judged_at, answer.judged_by, answer.needed = now, actor, needed
        answer.save(update_fields=["verdict", "verdict_reason", "judged_at", "judged_by", "needed"])
        taken.records(part=part.part_id, verdict=str(verdict), reason=reason)
    return answer


def view_exact_counts(
    part: models.Part, *, actor: models.Actor, now: datetime, reason: str
) -> dict[str, Any]:
    """The exact figures of a part, for a purpose that is put on record."""
    about = {"part": part, "reason": reason}
    with step.taking("view_exact_counts", part.case, actor=actor, now=now, about=about) as taken:
        taken.records(part=part.part_id, purpose=reason)
        models.ReadUnderLog.objects.create(part=part, purpose=reason, made_at=now, made_by=actor)
        answer = asked.live_answer(part)
        return dict(answer.exact) if answer else {}


def pass_availability(case: models.Case, *, actor: models.Actor, now: datetime) -> models.GatePass:
    """Pass the request on to policy; the pass holds for exactly these parts and contents."""
    with step.taking("pass_availability", case, actor=actor, now=now) as taken:
        return pass_gate(taken, case, models.GatePass.Gate.AVAILABILITY)


WHY_NOT = "Why can this request not be met?"
WHERE_ELSE = "Where can this information be had?"


def close_not_available(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Close the request: nothing of it is available and enough."""
    about = {"reason": reason}
    with step.taking("close_not_available", case, actor=actor, now=now, about=about) as taken:
        taken.records(reason=reason)
        questions.tell(taken, case, WHY_NOT, reason)
        taken.tells(case.applicant, "not-available")
    return case


def close_after_refused_scope(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Close the request: the applicant refused what the data can answer."""
    about = {"reason": reason}
    with step.taking("close_after_refused_scope", case, actor=actor, now=now, about=about) as taken:
        taken.records(reason=reason)
        questions.tell(taken, case, WHY_NOT, reason)
        taken.tells(case.applicant, "not-available")
    return case


def redirect(case: models.Case, *, actor: models.Actor, now: datetime, pointer: str) -> models.Case:
    """End the request here and say where the data can be had."""
    about = {"pointer": pointer}
    with step.taking("redirect", case, actor=actor, now=now, about=about) as taken:
        taken.records(pointer=pointer)
        questions.tell(taken, case, WHERE_ELSE, pointer)
        taken.tells(case.applicant, "redirected")
    return case


def propose_reduced_scope(
    case: models.Case,
    document: specifying.Document,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Specification:
    """Propose a smaller specification; the present one stands, and the clock, until the answer."""
    written = application.read_specification(document)
    about = {"specification": written, "reason": reason}
    with pausing.taking("propose_reduced_scope", case, actor=actor, now=now, about=about) as taken:
        marks = {"proposed_at": now, "proposed_by": actor, "reason": reason}
        version = specifying.new_version(case, written, actor=actor, now=now, **marks)
        taken.records(specification=version.sha256, version=version.version, reason=reason)
        due = schedule.answer_due_on(case, now=now).isoformat()
        taken.tells(case.applicant, "scope-proposed", due_on=due)
    return version


def accept_reduced_scope(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Specification:
    """Take the smaller specification as one's own; the parts follow it."""
    with pausing.taking("accept_reduced_scope", case, actor=actor, now=now) as taken:
        version = _proposed(case)
        version.confirmed_at, version.confirmed_by = now, actor
        version.save(update_fields=["confirmed_at", "confirmed_by"])
        written = asked.parsed(version)
        assert written is not None  # the row exists
        specifying.follow(case, written, specifying.editions_of(case, written))
        taken.records(specification=version.sha256, version=version.version)
    return version


def refuse_reduced_scope(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Specification:
    """Refuse the smaller specification; what was asked for stands."""
    with pausing.taking("refuse_reduced_scope", case, actor=actor, now=now) as taken:
        version = _proposed(case)
        version.refused_at, version.refused_by = now, actor
        version.save(update_fields=["refused_at", "refused_by"])
        taken.records(specification=version.sha256, version=version.version)
    return version


def pass_gate(taken: step.Taken, case: models.Case, gate: models.GatePass.Gate) -> models.GatePass:
    """The row that says for what a gate was passed; an earlier pass is superseded."""
    case.passes.filter(gate=gate, superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
    passed = models.GatePass.objects.create(
        case=case,
        gate=gate,
        parts=asked.parts_by_hash(case),
        answers_sha256=asked.answers_sha256(case),
        made_at=taken.now,
        made_by=taken.actor,
    )
    taken.records(parts=passed.parts, answers=passed.answers_sha256)
    return passed


def _answer(
    taken: step.Taken,
    part: models.Part,
    outcome: models.Availability.Outcome,
    figures: Figures,
    reason: str,
) -> models.Availability:
    part.availabilities.filter(superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
    protected = {name: dict(document) for name, document in figures.protected.items()}
    taken.records(part=part.part_id, outcome=str(outcome), protected=protected, reason=reason)
    return models.Availability.objects.create(
        part=part,
        outcome=outcome,
        protected=protected,
        exact=dict(figures.exact),
        part_sha256=figures.basis.part_sha256,
        holding_sha256=figures.basis.source_sha256,
        embargoed_until=figures.embargoed_until,
        reason=reason,
        made_at=taken.now,
        made_by=taken.actor,
    )


def unless_protected(figures: Figures) -> None:
    """A figure that anyone on the case may see must have passed the protection rules."""
    message = "The figure {name} has not passed the protection rules; it is for staff only."
    input_refused.unless_empty(
        [
            words.Refusal("figures-unprotected", message, {"name": name})
            for name, document in figures.protected.items()
            if not protection.is_protected(document)
        ]
    )


def _proposed(case: models.Case) -> models.Specification:
    return case.specifications.get(schedule.OPEN_PROPOSAL)
