"""Release lines: one part, or linked parts, for one recipient agreement; and standing requests."""

from muniment.rulebook.step import INVOLVED, Step
from muniment.rulebook.tables.release.gate import GATE, SHUT
from muniment.rulebook.words import Fact, Role, Stage, Subject

STEPS = (
    Step(
        name="open_line",
        says="Open the first release line: signed, settled and every condition met.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        at=(Stage.AGREEMENT,),
        needs=GATE,
        never=(*SHUT, *INVOLVED),
        to=Stage.BUILDING,
        subject=Subject.LINE,
        room="release",
    ),
    Step(
        name="open_further_line",
        says="Open a further release line while the case goes on.",
        by=(Role.COORDINATOR, Role.SYSTEM),
        at=(Stage.BUILDING, Stage.CHECKING, Stage.ACTIVE),
        needs=GATE,
        never=(*SHUT, *INVOLVED),
        subject=Subject.LINE,
        room="release",
    ),
    Step(
        name="prepare_standing_delivery",
        says="Prepare the next delivery of a standing request, because its edition has opened.",
        by=(Role.SYSTEM, Role.COORDINATOR),
        at=(Stage.ACTIVE,),
        needs=(Fact.STANDING_IN_FORCE, Fact.EDITION_OPEN),
        never=SHUT,
        subject=Subject.LINE,
        room="release",
    ),
    Step(
        name="confirm_standing_delivery",
        says="Confirm availability and risk of a standing delivery, without a new vote.",
        by=(Role.STATISTICIAN,),
        at=(Stage.ACTIVE,),
        needs=(Fact.STANDING_IN_FORCE, Fact.FIGURES_CURRENT, Fact.RISK_WITHIN_LIMIT),
        never=(*SHUT, *INVOLVED),
        subject=Subject.LINE,
        room="release",
    ),
    Step(
        name="price_standing_delivery",
        says="Compute the fee of a standing delivery.",
        by=(Role.FINANCE, Role.COORDINATOR),
        at=(Stage.ACTIVE,),
        needs=(Fact.STANDING_IN_FORCE,),
        subject=Subject.LINE,
        room="release",
    ),
    Step(
        name="end_standing_request",
        says="End a standing request before its date.",
        by=(Role.APPLICANT, Role.COORDINATOR, Role.SYSTEM),
        at=(Stage.ACTIVE, Stage.CLOSE_OUT),
        needs=(Fact.REASON_GIVEN,),
        subject=Subject.LINE,
        room="release",
    ),
)
