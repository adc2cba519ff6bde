"""The rows by which a parent takes over what its child asked for and what the gates found."""

from datetime import datetime

from muniment import models
from muniment.actions.application import specifying
from muniment.actions.screening import copying
from muniment.queries import asked

COLUMNS = (
    "title", "track", "institution", "supervisor", "supervisor_confirmed_at",
    "supervisor_confirmed_by",
)  # fmt: skip
Gate = models.GatePass.Gate


def everything(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """Answers, people, specification, and what was found about them."""
    _take_answers_and_people(case, child, actor=actor, now=now)
    _take_specification(case, child, actor=actor, now=now)
    _take_findings(case, child, actor=actor, now=now)
    for gate in Gate:
        passed = child.passes.filter(gate=gate, superseded_at__isnull=True)
        if passed.exists():
            _replace_passes(case, gate, list(passed), actor=actor, now=now)


def people_and_dates(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """Answers and people; what was judged on policy stands for the answers as they are now."""
    _take_answers_and_people(case, child, actor=actor, now=now)
    stood = list(case.passes.filter(gate=Gate.POLICY, superseded_at__isnull=True))
    _replace_passes(
        case, Gate.POLICY, stood, actor=actor, now=now, answers_sha256=asked.answers_sha256(case)
    )


def _take_answers_and_people(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    for name in COLUMNS:
        setattr(case, name, getattr(child, name))
    case.save(update_fields=COLUMNS)
    case.sections.exclude(name__in=child.sections.values("name")).delete()
    for section in child.sections.all():
        marks = ("saved_at", "saved_by", "entered_at", "entered_by", "confirmed_at", "confirmed_by")
        values = {name: getattr(section, name) for name in ("answers", "version", *marks)}
        case.sections.update_or_create(name=section.name, defaults=values)
    known = case.attachments.filter(removed_at__isnull=True).values("file")
    added = child.attachments.filter(removed_at__isnull=True).exclude(file__in=known)
    copying.under(case, added)
    _take_team(case, child, actor=actor, now=now)


def _take_team(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """Whoever joined or left the child's team; who was invited to the parent since then stays.

    Whoever left the parent since does not come back by the place that they had when it was opened.
    """
    live = case.team.filter(ended_at__isnull=True)
    theirs = child.team.filter(accepted_at__isnull=False, ended_at__isnull=True)
    left = live.filter(made_at__lt=child.made_at).exclude(email__in=theirs.values("email"))
    left.update(ended_at=now, ended_by=actor)
    gone = case.team.filter(ended_at__gte=child.made_at)
    joined = theirs.exclude(email__in=gone.values("email"), made_at__lt=child.made_at)
    copying.under(case, joined.exclude(email__in=live.values("email")))


def _take_specification(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """A new confirmed version, unless it is the one that the parent has."""
    theirs, ours = asked.find_specification(child), asked.find_specification(case)
    written = asked.parsed(theirs)
    if theirs is None or written is None or (ours is not None and ours.sha256 == theirs.sha256):
        return
    specifying.follow(case, written, specifying.editions_of(case, written))
    specifying.new_version(
        case, written, actor=actor, now=now,
        confirmed_at=theirs.confirmed_at, confirmed_by=theirs.confirmed_by,
    )  # fmt: skip


def _take_findings(
    case: models.Case, child: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """Availability of each part that was looked at again, and the rules that were judged again."""
    past = {"superseded_at": now, "superseded_by": actor}
    for part in asked.live_parts(child):
        found = part.availabilities.filter(superseded_at__isnull=True)
        own = case.parts.get(part_id=part.part_id)
        if found.exists():
            own.availabilities.filter(superseded_at__isnull=True).update(**past)
            copying.copies(found, part=own)
    judged = list(child.findings.filter(superseded_at__isnull=True, round=child.round))
    if judged:
        case.findings.filter(superseded_at__isnull=True, round=case.round).update(**past)
        copying.under(case, judged, round=case.round)


def _replace_passes(
    case: models.Case,
    gate: models.GatePass.Gate,
    passed: list[models.GatePass],
    *,
    actor: models.Actor,
    now: datetime,
    **changed: str,
) -> None:
    case.passes.filter(gate=gate, superseded_at__isnull=True).update(
        superseded_at=now, superseded_by=actor
    )
    copying.under(case, passed, **changed)
