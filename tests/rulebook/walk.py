"""Walks a case by the rulebook, wisely or wildly, and looks whether a hard rule was broken.

Everyone here holds every office and every relation, so no step is stopped for want of a role: only
facts can stop one. The facts the books know are honest; all others are as an attacker would wish:
there where a step needs them, away where it must not meet them. What is a breach is judged from
what happened, never from the facts that the rulebook was told.
"""

from collections.abc import Iterable, Mapping

from muniment.rulebook import reading
from muniment.rulebook.step import Step, fact_of
from muniment.rulebook.words import ENDS, Fact, Role, Stage, Track
from tests.rulebook import books as kept
from tests.rulebook import watched
from tests.rulebook.books import Books

EVERY_ROLE = frozenset(Role)
# The way to a release, so that walks get there; the wild half of each walk tries everything else.
WAY = {
    None: ("start_draft",),
    Stage.DRAFT: ("confirm_specification", "submit"),
    Stage.RETURNED: ("confirm_specification", "submit_again"),
    Stage.SUBMITTED: (
        "certify_complete",
        "certify_for_policy",
        "certify_for_review",
        "certify_for_determination",
        "certify_renewal",
        "send_appeal_to_hearing",
    ),
    Stage.AVAILABILITY: ("pass_availability",),
    Stage.POLICY: ("pass_policy", "pass_policy_for_office"),
    Stage.IN_REVIEW: ("record_recommendation",),
    Stage.DETERMINATION: (
        "approve_with_conditions",
        "approve",
        "approve_by_office",
        *sorted(kept.GRANTING | kept.HEARING),
    ),
    Stage.REVISING: (
        "confirm_specification",
        "resubmit_for_availability",
        "resubmit_for_policy",
        "resubmit_for_review",
        "resubmit_for_determination",
    ),
    Stage.AGREEMENT: (
        "draft_agreement",
        "draft_estimate",
        "issue_agreement_and_estimate",
        "sign_as_applicant",
        "sign_for_institution",
        "countersign",
        "issue_invoice",
        "record_payment",
        "accept_condition",
        "open_line",
    ),
    Stage.BUILDING: ("plan_build", "authorize_build", "start_build", "finish_build"),
    Stage.CHECKING: ("check", "release"),
    Stage.ACTIVE: (
        "plan_build",
        "authorize_build",
        "start_build",
        "finish_further_build",
        "check",
        "release_later_build",
    ),
    Stage.LAPSED: ("reopen_approved", "reopen_lapsed"),
    Stage.WITHDRAWN: ("reopen_approved", "reopen_withdrawn"),
    Stage.DENIED: ("reopen_denied", "reopen_denied_on_policy"),
}
NOTICED = frozenset().union(*watched.WATCHED.values())


def walk(moves: Iterable[int], *, track: Track, kind: Fact, steps: Mapping[str, Step]) -> Books:
    """One case's life. Each number is one move: along the way, anything at all, or fate."""
    books = Books(track=track, kind=kind)
    wild = wild_choices(steps)
    for turn, move in enumerate(moves):
        rest, kind = divmod(move, 64)
        which, who = divmod(rest, len(kept.PEOPLE))
        if kind == 0:
            vars(books).update(kept.NATURE[which % len(kept.NATURE)](books))
            continue
        way = (*WAY.get(books.stage, ()), "answer_question", "lift_hold")
        if kind < 56:
            step = steps[way[turn % len(way)]]
        else:
            options = wild[books.stage]
            step = options[which % len(options)]
        attempt(books, step=step, person=kept.PEOPLE[who])
    return books


def wild_choices(steps: Mapping[str, Step]) -> dict[Stage | None, list[Step]]:
    """For each stage, every step that could be open there and that the books would notice.

    A step that moves a case but asks for no stage makes a new one, so it is for the beginning.
    """
    seen = [step for step in steps.values() if step.to or step.name in kept.WRITES.keys() | NOTICED]
    return {
        stage: [
            step
            for step in seen
            if stage in step.at or (not step.at and (stage is None or not step.to))
        ]
        for stage in (None, *Stage)
    }


def attempt(books: Books, *, step: Step, person: str) -> bool:
    """Take the step if the rulebook lets this person; then keep the books. Says if it was taken."""
    wished = {fact_of(cell): True for cell in step.needs}
    wished |= {fact_of(cell): False for cell in step.never}
    facts = frozenset(
        fact
        for fact, wish in wished.items()
        if (kept.KNOWN[fact](books, person) if fact in kept.KNOWN else wish)
    )
    if reading.judge(step, roles=EVERY_ROLE, stage=books.stage, track=books.track, facts=facts):
        return False
    books.breaches += broken_rules(books, step=step, person=person)
    write = kept.WRITES.get(step.name)
    vars(books).update(write(books, step.name, person) if write else {})
    books.stage = step.to or books.stage
    books.taken.append(step.name)
    return True


def broken_rules(books: Books, *, step: Step, person: str) -> list[str]:
    """Which hard rules this person breaks by taking this step now, as far as books can tell."""
    name = step.name
    available = books.available_for == books.specification
    passed = available and books.policy_for == books.specification
    seen = {
        "nobody-in-own-cause": person in kept.INVOLVED,
        "applicant-confirms": books.confirmed != books.specification,
        "availability-before-policy": not available,
        "policy-before-merit": not passed,
        "agreement-with-estimate": not books.drafted == books.estimated == books.terms,
        "superseded-never-overwritten": bool(books.determination),
        "appeal-heard-by-others": person == kept.TOOK_PART_BEFORE,
        "refusal-has-reason": books.wordless,
        "waiver-by-another": person == books.waiver_by,
        "builder-never-checks": person in books.builders,
        "risk-within-limit": books.risky,
    }
    verdicts = {rule: wrong and name in watched.WATCHED[rule] for rule, wrong in seen.items()}
    verdicts["ends-reopen-only"] = (
        bool(step.to) and books.stage in ENDS and not name.startswith("reopen_")
    )
    if name in kept.RELEASES:
        verdicts |= at_release(books)
    return [rule for rule, broken in verdicts.items() if broken]


def at_release(books: Books) -> dict[str, bool]:
    """Which hard rules a release breaks that happens now."""
    return {
        "no-release-without-request": books.determination not in kept.APPROVING,
        "gate-before-release": not books.signatures.keys() >= kept.SIGNATURES
        or not books.settled_by
        or books.condition_open,
        "only-what-was-approved": books.tampered or books.plan_for != books.terms,
        "released-after-check": not books.checked_by or books.checked_by in books.builders,
        "census-as-aggregates": books.census_records,
        "embargo-holds": books.embargoed,
        "tightened-binds-at-once": books.tightened,
        "change-stops-build": books.amendment_open,
    }
