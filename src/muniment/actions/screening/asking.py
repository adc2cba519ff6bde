"""Where a part's figures come from: the data plane by a job, or a statistician who describes them.

Figures that were counted are kept when only the word on availability changes.
"""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.queries import asked
from muniment.rulebook import words

from .availability import Figures

MEMBERS = ("matching", "smallest", "events")
"""What a statistician may say of a described holding, each a whole number."""


def ask_for_figures(part: models.Part, *, actor: models.Actor, now: datetime) -> models.Job:
    """Queue the count of one part. Only a statistician asks; exact figures are for staff."""
    step.only_for({words.Role.STATISTICIAN}, part.case, actor=actor, now=now)
    if part.holding is None or part.holding.kind != models.Holding.Kind.LOADED:
        message = "This holding is described, so a person answers for its figures."
        raise step.Refused([words.Refusal("no-live-figures", message)])
    return work.enqueue("figures", actor=actor, now=now, case=part.case, payload={"part": part.pk})


def figures_on_record(part: models.Part) -> Figures:
    """What stands of a part, for another word on it; raises `step.Refused` where nothing does."""
    found = asked.live_answer(part)
    if found is None:
        message = "Have the part counted first."
        raise step.Refused([words.Refusal("nothing-counted", message)])
    return Figures(
        basis=asked.Basis(found.part_sha256, found.holding_sha256),
        protected=found.protected,
        exact=found.exact,
        embargoed_until=found.embargoed_until,
    )


def described_figures(part: models.Part, given: dict[str, int | None]) -> Figures:
    """What a statistician found out about a described holding, for the part as it is asked now.

    Nothing of it is shown to the applicant: no noise was added, so no number of it is protected.
    """
    if part.holding is not None and part.holding.kind == models.Holding.Kind.LOADED:
        message = "This holding is loaded, so its figures are counted and not typed."
        input_refused.unless_empty([words.Refusal("figures-are-counted", message)])
    exact = {name: given[name] for name in MEMBERS if given.get(name) is not None}
    return Figures(basis=asked.basis_of(part), protected={}, exact=exact)
