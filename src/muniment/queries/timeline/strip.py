"""Where a case stands: the programme's steps, each with the stages that people care about."""

from dataclasses import dataclass
from enum import StrEnum

from muniment import models, programme
from muniment.programme import clocks, tracks
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage, Track

SEGMENTS: dict[str, tuple[Stage, ...]] = {
    "application": (Stage.DRAFT, Stage.RETURNED),
    "completeness": (Stage.SUBMITTED,),
    "availability": (Stage.AVAILABILITY,),
    "policy": (Stage.POLICY,),
    "committee": (Stage.IN_REVIEW,),
    "decision": (Stage.DETERMINATION, Stage.REVISING),
    "agreement": (Stage.AGREEMENT,),
    "release": (Stage.BUILDING, Stage.CHECKING),
    "after_care": (Stage.ACTIVE, Stage.CLOSE_OUT, Stage.CLOSED),
}
"""Stages that look like one to whoever waits; the first of each places it under a step."""


class State(StrEnum):
    """What a step or a segment is to the case."""

    DONE = "done"
    NOW = "now"
    TODO = "todo"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the strip; `stage` is the first stage it stands for."""

    name: str
    stage: Stage
    state: State


@dataclass(frozen=True, slots=True)
class Step:
    """One of the programme's steps with its segments."""

    label: str
    state: State
    segments: tuple[Segment, ...]


def steps_of(
    bundle: programme.Bundle, case: models.Case, *, stopped: Stage | None = None
) -> tuple[Step, ...]:
    """The strip of a case; `stopped` is the stage from which an ended case ended."""
    stage = Stage(case.stage)
    track = Track(case.track) if case.track else Track.FULL
    names = _names(bundle, track)
    at = _position(names, stage if stage not in words.ENDS or stage is Stage.CLOSED else stopped)
    states = dict(zip(names, _states(len(names), at, stage), strict=True))
    steps = []
    for step in bundle["programme"]["steps"]:
        inside = [name for name in names if SEGMENTS[name][0].value in step["stages"]]
        segments = tuple(Segment(name, SEGMENTS[name][0], states[name]) for name in inside)
        if segments:
            steps.append(Step(step["label"], _whole(segments), segments))
    return tuple(steps)


def office_days(bundle: programme.Bundle, segment: str, *, track: str) -> int:
    """The most business days the office gives itself for a segment; 0 where it sets no limit.

    What waits for the applicant's side has a limit too, but that is no promise of ours.
    """
    limits = [
        clocks.limit_for(bundle, stage.value, track=track or None) for stage in SEGMENTS[segment]
    ]
    ours = [each for each in limits if each and Role(each.owner) not in words.CASE_ROLES]
    return sum(limit.days for limit in ours)


def _names(bundle: programme.Bundle, track: Track) -> list[str]:
    """The segments this track has, in the order of the line."""
    removed = set(tracks.terms_of(bundle, track)["stages_removed"])
    return [
        name
        for name, stages in SEGMENTS.items()
        if not all(stage.value in removed for stage in stages)
    ]


def _position(names: list[str], stage: Stage | None) -> int:
    """Which segment the stage belongs to; the first where nothing tells."""
    for place, name in enumerate(names):
        if stage in SEGMENTS[name]:
            return place
    return 0


def _states(length: int, at: int, stage: Stage) -> list[State]:
    if stage is Stage.CLOSED:
        return [State.DONE] * length
    here = State.ENDED if stage in words.ENDS else State.NOW
    return [State.DONE if n < at else here if n == at else State.TODO for n in range(length)]


def _whole(segments: tuple[Segment, ...]) -> State:
    states = {segment.state for segment in segments}
    for state in (State.NOW, State.ENDED):
        if state in states:
            return state
    return State.DONE if states == {State.DONE} else State.TODO
