"""The interpreter: reads the tables and answers. It holds no rule of its own.

STEPS["vote"]                      one row
refusals("vote", roles=..., ...)   why not; an empty list means go
next_stage("certify_complete")     where the case stands afterwards
open_steps(roles=..., ...)         what could be done now
"""

from collections.abc import Iterable, Mapping

from muniment.rulebook.step import Need, Step, fact_of
from muniment.rulebook.tables import STEPS
from muniment.rulebook.words import IMPLIED, MISSING, PRESENT, Fact, Refusal, Role, Stage, Track

__all__ = ["STEPS", "judge", "next_stage", "open_steps", "refusals"]


def refusals(
    step_name: str,
    *,
    roles: frozenset[Role],
    stage: Stage | None,
    track: Track | None,
    facts: frozenset[Fact],
) -> list[Refusal]:
    """Every reason why this step cannot be taken now: role, stage, track, needs, then nevers.

    `roles` are the offices the actor was granted and the relations that hold for this case, and
    ANYONE for whoever acts as no more; empty, the actor claims a role that does not hold.
    `stage` and `track` are the case's, None where there is no case. Raises KeyError for a step
    that no table has.
    """
    return judge(STEPS[step_name], roles=roles, stage=stage, track=track, facts=facts)


def judge(
    step: Step,
    *,
    roles: frozenset[Role],
    stage: Stage | None,
    track: Track | None,
    facts: frozenset[Fact],
) -> list[Refusal]:
    """As `refusals`, for a row in hand."""
    holding = facts | {total for total, parts in IMPLIED.items() if parts & facts}
    reasons = []
    if Role.ANYONE in step.by:
        if not roles:
            reasons.append(Refusal("not-your-step", "You do not hold the role you act in here."))
    elif roles.isdisjoint(step.by):
        who = _listed(f"the {role.label.lower()}" for role in step.by)
        reasons.append(Refusal("not-your-step", "This step is taken only by {who}.", {"who": who}))
    if step.at and stage not in step.at:
        when = _listed(f'"{at.label}"' for at in step.at)
        reasons.append(Refusal("wrong-stage", "This step is open only at {when}.", {"when": when}))
    if step.tracks and track not in step.tracks:
        which = _listed(allowed.value for allowed in step.tracks)
        message = "This step is taken only on the {which} track."
        reasons.append(Refusal("wrong-track", message, {"which": which}))
    reasons += [_words(cell, MISSING) for cell in step.needs if fact_of(cell) not in holding]
    reasons += [_words(cell, PRESENT) for cell in step.never if fact_of(cell) in holding]
    return reasons


def next_stage(step_name: str) -> Stage | None:
    """The stage the case has after this step; None where it stays as it is."""
    return STEPS[step_name].to


def open_steps(
    *,
    roles: frozenset[Role],
    stage: Stage | None,
    track: Track | None,
    facts: frozenset[Fact],
) -> list[str]:
    """The names of all steps that nothing stands against, in the order of the tables."""
    return [
        step.name
        for step in STEPS.values()
        if not judge(step, roles=roles, stage=stage, track=track, facts=facts)
    ]


def _words(cell: Fact | Need, sentences: Mapping[Fact, Refusal]) -> Refusal:
    return Refusal(cell.code, cell.message) if isinstance(cell, Need) else sentences[cell]


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
