"""Requests that did not begin here: earlier ones from a register, running ones from paper.

A running request enters at the first gate and passes each gate that it passed on paper by the word
of a named person, with the document that shows it. So no gate is jumped, only attested.
"""

from muniment.rulebook.step import INVOLVED, PAUSED, Step
from muniment.rulebook.words import STAFF_TRACKS, Fact, Role, Stage, Subject, Track

SHOWN = (Fact.IS_REQUEST, Fact.FROM_PAPER, Fact.ORIGINAL_KEPT)
STOPS = (*INVOLVED, *PAUSED)
GATES_PASSED = (Fact.AVAILABILITY_CURRENT, Fact.POLICY_PASSED)

STEPS = (
    Step(
        name="import_requests",
        says="Bring in earlier requests from a register; they have ended and wait for nobody.",
        by=(Role.COORDINATOR, Role.ADMINISTRATOR),
        subject=Subject.PROGRAMME,
        room="case",
    ),
    Step(
        name="bring_in_from_paper",
        says="Open a request that runs on paper, with its documents.",
        by=(Role.COORDINATOR,),
        needs=(Fact.ORIGINAL_KEPT,),
        to=Stage.SUBMITTED,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_completeness",
        says="Attest that the request was found complete on paper.",
        by=(Role.COORDINATOR,),
        at=(Stage.SUBMITTED,),
        needs=(*SHOWN, Fact.SPECIFICATION_CONFIRMED),
        never=STOPS,
        to=Stage.AVAILABILITY,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_availability",
        says="Attest that the data were found available and enough on paper.",
        by=(Role.COORDINATOR,),
        at=(Stage.AVAILABILITY,),
        needs=(*SHOWN, Fact.SPECIFICATION_CONFIRMED),
        never=STOPS,
        to=Stage.POLICY,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_policy",
        says="Attest that the policy gate was passed on paper, so that the committee is next.",
        by=(Role.COORDINATOR,),
        at=(Stage.POLICY,),
        tracks=(Track.FULL,),
        needs=(*SHOWN, Fact.AVAILABILITY_CURRENT),
        never=(*STOPS, Fact.DETERMINATION_STANDS),
        to=Stage.IN_REVIEW,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_policy_for_office",
        says="Attest that the policy gate was passed on paper, so that the office decides next.",
        by=(Role.COORDINATOR,),
        at=(Stage.POLICY,),
        tracks=STAFF_TRACKS,
        needs=(*SHOWN, Fact.AVAILABILITY_CURRENT),
        never=(*STOPS, Fact.DETERMINATION_STANDS),
        to=Stage.DETERMINATION,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_recommendation",
        says="Attest that the committee recommended the request on paper.",
        by=(Role.COORDINATOR,),
        at=(Stage.IN_REVIEW,),
        tracks=(Track.FULL,),
        needs=(*SHOWN, *GATES_PASSED),
        never=STOPS,
        to=Stage.DETERMINATION,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_approval",
        says="Attest that the request was approved on paper after the committee was heard.",
        by=(Role.COORDINATOR,),
        at=(Stage.DETERMINATION,),
        tracks=(Track.FULL,),
        needs=(
            *SHOWN,
            *GATES_PASSED,
            Fact.RECOMMENDATION_RECORDED,
            Fact.SECOND_PERSON_PRESENT,
        ),
        never=(*STOPS, Fact.DETERMINATION_STANDS),
        to=Stage.AGREEMENT,
        subject=Subject.CASE,
        room="case",
    ),
    Step(
        name="attest_approval_by_office",
        says="Attest that the office approved the request on paper.",
        by=(Role.COORDINATOR,),
        at=(Stage.DETERMINATION,),
        tracks=STAFF_TRACKS,
        needs=(*SHOWN, *GATES_PASSED, Fact.SECOND_PERSON_PRESENT),
        never=(*STOPS, Fact.DETERMINATION_STANDS),
        to=Stage.AGREEMENT,
        subject=Subject.CASE,
        room="case",
    ),
)
