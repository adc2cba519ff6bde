"""The tables, one per room, in the order of the line, which is the order of the manual."""

from itertools import chain

from muniment.rulebook.step import Step
from muniment.rulebook.tables import (
    aftercare,
    agreement,
    application,
    case,
    catalogue,
    decision,
    enquiry,
    payment,
    people,
    programme,
    release,
    review,
    screening,
    work,
)

ROOMS = (
    enquiry,
    application,
    screening,
    review,
    decision,
    agreement,
    payment,
    release,
    aftercare,
    case,
    work,
    catalogue,
    people,
    programme,
)
STEPS: dict[str, Step] = {
    step.name: step for step in chain.from_iterable(room.STEPS for room in ROOMS)
}
