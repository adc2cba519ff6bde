"""Reading what linked parts tell of a part's units, since its dates are withheld by that too."""

import datetime
from dataclasses import dataclass

from muniment.dataplane.extract.elsewhere import Elsewhere
from muniment.dataplane.extract.lookups import Lookups, Secrets
from muniment.dataplane.extract.session import Session
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.policy import across, ages
from muniment.dataplane.release import gather
from muniment.dataplane.spec import specification


@dataclass(frozen=True, slots=True)
class Found:
    """What they tell, and the statements that it was read with."""

    told: Elsewhere
    statements: list[dict[str, str]]


def told(
    drawn: gather.Drawn,
    part: specification.Part,
    *,
    secret: Secrets,
    now: datetime.datetime,
    stage: Staging,
    watch: Watch,
) -> Found:
    """Of each linked part in its own engine, one after another. Raises `faults.Faulty`.

    That an age leaves with a part whose rows are not read is told too.
    """
    found = Elsewhere(told=ages.Told(ages=drawn.shows_ages_elsewhere(part)))
    statements: list[dict[str, str]] = []
    for other in drawn.linked(part):
        watch.step(f"read what {other.id} tells of who is in {part.id}")
        key = other.holding, other.edition
        place, chosen = drawn.read[key], drawn.methods.holdings[key].rules
        # Nothing of it is kept but a row for each unit.
        with Session(place, staging=stage, watch=watch, label=other.id, asked={}) as engine:
            scope = drawn.scope(other, now=now)
            rules = across.rules_of(other, place[1], chosen)
            found |= Lookups(engine, scope, secret=secret, rules=rules).told()
            statements += engine.statements
    return Found(found, statements)
