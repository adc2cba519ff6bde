"""A word on conflicts of interest, before any paper is shown; and recusal, by oneself or by word
of whoever runs the committee."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import conflicts, schedule
from muniment.rulebook import words

from . import seats

Kind = models.Declaration.Kind


def declare_no_conflict(
    case: models.Case, *, actor: models.Actor, now: datetime, interest: str = ""
) -> models.Declaration:
    """Say, before any paper is shown, that one has no stake in the request.

    `interest` is what the others should know of all the same; whoever names it still takes part.
    """
    with step.taking("declare_no_conflict", case, actor=actor, now=now) as taken:
        assert actor.person is not None  # the rulebook gives these steps to people only
        return _declare(taken, case, actor.person, kind="", reason=interest)


def declare_conflict(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    kind: models.Declaration.Kind = Kind.OTHER,
) -> models.Declaration:
    """Declare a conflict: from now on one is recused and counts towards no quorum.

    What one handed in before stays on record, withdrawn: it counts no more.
    """
    with step.taking("declare_conflict", case, actor=actor, now=now) as taken:
        assert actor.person is not None
        return _recused(taken, case, actor.person, kind=kind, reason=reason)


def recuse(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    member: models.Person,
    reason: str,
    kind: models.Declaration.Kind = Kind.OTHER,
) -> models.Declaration:
    """Recuse somebody whose conflict has become known; they are told that, and nothing else."""
    about = {"reason": reason, "member": member}
    with step.taking("recuse", case, actor=actor, now=now, about=about) as taken:
        seats.unless_in_office(case.programme, member, today=schedule.today(case, now))
        if conflicts.stakes(case, member).declared:
            message = "{name} is recused already."
            raise step.Refused([words.Refusal("recused-already", message, {"name": member.name})])
        taken.tells(member, "recused", link=f"/reviews/{case.reference}/")
        return _recused(taken, case, member, kind=kind, reason=reason)


def _recused(
    taken: step.Taken,
    case: models.Case,
    member: models.Person,
    *,
    kind: models.Declaration.Kind,
    reason: str,
) -> models.Declaration:
    """What a conflict ends: one's review counts no more, and one is asked for none."""
    mark = {"at": taken.now, "by": taken.actor}
    given = case.reviews.filter(member=member, withdrawn_at__isnull=True)
    given.update(**{f"withdrawn_{half}": value for half, value in mark.items()})
    asked = case.assignments.filter(person=member, role="reviewer", ended_at__isnull=True)
    asked.update(**{f"ended_{half}": value for half, value in mark.items()})
    case.review_drafts.filter(member=member).delete()
    return _declare(taken, case, member, kind=Kind(kind).value, reason=reason)


def _declare(
    taken: step.Taken, case: models.Case, member: models.Person, *, kind: str, reason: str
) -> models.Declaration:
    """The member's live word; `kind` is empty where there is no conflict."""
    live = case.declarations.filter(member=member, superseded_at__isnull=True)
    live.update(superseded_at=taken.now, superseded_by=taken.actor)
    taken.records(member=member.public_id, conflicted=bool(kind), kind=kind, reason=reason)
    return models.Declaration.objects.create(
        case=case,
        member=member,
        conflicted=bool(kind),
        kind=kind,
        reason=reason,
        made_at=taken.now,
        made_by=taken.actor,
    )
