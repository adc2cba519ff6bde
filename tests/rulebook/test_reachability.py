"""Every stage can be reached, none is a trap, and an end is left only by reopening."""

from collections.abc import Iterator

import pytest

from muniment.rulebook.step import Step, fact_of
from muniment.rulebook.tables import STEPS
from muniment.rulebook.words import ENDS, OPEN_STAGES, STAFF_TRACKS, Fact, Role, Stage, Track

KINDS = (Fact.IS_REQUEST, Fact.IS_AMENDMENT, Fact.IS_RENEWAL, Fact.IS_APPEAL)
REQUESTED = (Track.INTERNAL, Track.EXPEDITED, Track.FULL)
Place = tuple[Stage, Track]


@pytest.mark.parametrize("track", REQUESTED)
def test_every_stage_is_reached_from_draft_by_a_request(track: Track) -> None:
    reached = {stage for stage, _ in reachable((Stage.DRAFT, track), kind=Fact.IS_REQUEST)}
    assert reached == set(Stage)


@pytest.mark.parametrize("kind", [Fact.IS_AMENDMENT, Fact.IS_RENEWAL, Fact.IS_APPEAL])
@pytest.mark.parametrize("track", REQUESTED)
def test_a_change_is_decided_and_never_released_on_its_own(track: Track, kind: Fact) -> None:
    reached = {stage for stage, _ in reachable((Stage.DRAFT, track), kind=kind)}
    assert {Stage.DETERMINATION, Stage.CLOSED, Stage.DENIED} <= reached
    forward = {stage for stage, _ in reachable((Stage.DRAFT, track), kind=kind, reopening=False)}
    assert not forward & {Stage.AGREEMENT, Stage.BUILDING, Stage.CHECKING, Stage.ACTIVE}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("track", REQUESTED)
def test_no_unfinished_stage_is_a_trap(track: Track, kind: Fact) -> None:
    """From every place a case can be in, it can still come to its proper close."""
    places = reachable((Stage.DRAFT, track), kind=kind)
    unfinished = [place for place in places if place[0] in OPEN_STAGES]
    trapped = [
        place
        for place in unfinished
        if Stage.CLOSED not in {stage for stage, _ in reachable(place, kind=kind)}
    ]
    assert trapped == []


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_every_unfinished_stage_has_an_exit_that_asks_for_little(stage: Stage) -> None:
    """Somebody can always move the case, whatever else holds; nobody waits on a lost record.

    At close-out that is whoever may revoke: what is due there is owed by the recipient.
    """
    little = {Fact.REASON_GIVEN, Fact.NOTICE_WRITTEN, Fact.SECOND_PERSON_PRESENT}
    exits = [
        step
        for step in STEPS.values()
        if stage in step.at and step.to and set(map(fact_of, step.needs)) <= little
    ]
    assert exits


def test_until_release_the_applicant_can_always_withdraw() -> None:
    withdraw = STEPS["withdraw"]
    assert Role.APPLICANT in withdraw.by
    assert withdraw.at == OPEN_STAGES[: OPEN_STAGES.index(Stage.ACTIVE)]
    assert (withdraw.needs, withdraw.tracks) == ((), ())


def test_an_end_is_left_only_by_a_step_that_says_reopen_and_closed_by_none() -> None:
    leaving = [step for step in STEPS.values() if step.to and set(step.at) & ENDS]
    assert [step.name for step in leaving if not step.name.startswith("reopen_")] == []
    assert [step.name for step in leaving if Stage.CLOSED in step.at] == []


def test_a_step_that_says_reopen_starts_at_ends_and_leads_to_an_open_stage() -> None:
    for step in STEPS.values():
        if step.name.startswith("reopen_"):
            assert set(step.at) <= ENDS
            assert step.to in OPEN_STAGES


def test_every_reopening_asks_for_its_window_or_an_appeal() -> None:
    for step in STEPS.values():
        if step.name.startswith("reopen_"):
            needs = set(map(fact_of, step.needs))
            assert needs & {Fact.REOPEN_WINDOW_OPEN, Fact.APPEAL_UPHELD}, step.name


def test_on_the_staff_tracks_only_a_referral_leads_to_the_committee() -> None:
    leading = {
        step.name
        for step in STEPS.values()
        if step.to is Stage.IN_REVIEW and (not step.tracks or set(step.tracks) & set(STAFF_TRACKS))
    }
    assert leading == {"refer_to_committee"}


def reachable(start: Place, *, kind: Fact, reopening: bool = True) -> set[Place]:
    """Every place a case of this kind can come to, when facts other than its kind allow it."""
    seen, ahead = {start}, [start]
    while ahead:
        for place in _next_places(ahead.pop(), kind=kind, reopening=reopening):
            if place not in seen:
                seen.add(place)
                ahead.append(place)
    return seen


def _next_places(place: Place, *, kind: Fact, reopening: bool) -> Iterator[Place]:
    stage, track = place
    for step in STEPS.values():
        skipped = not reopening and step.name.startswith("reopen_")
        if stage not in step.at or skipped or not _fits(step, kind=kind, track=track):
            continue
        if step.name in {"refer_to_committee", "move_to_full_track"}:
            yield step.to or stage, Track.FULL
        elif step.to:
            yield step.to, track


def _fits(step: Step, *, kind: Fact, track: Track) -> bool:
    needs, never = set(map(fact_of, step.needs)), set(map(fact_of, step.never))
    of_another_kind = needs & (set(KINDS) - {kind})
    return not of_another_kind and kind not in never and (not step.tracks or track in step.tracks)
