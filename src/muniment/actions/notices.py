"""What a decision says: the notice, which only links, and the letter, dated, signed and proven."""

from muniment import models
from muniment.queries import decision, schedule
from muniment.rulebook import words

from . import proofs, step

SAID = {
    models.Outcome.APPROVED: "Approved",
    models.Outcome.CONDITIONS: "Approved with conditions",
    models.Outcome.REVISE: "Revision asked for",
    models.Outcome.DENIED: "Denied",
}
PROVEN = {
    models.Outcome.APPROVED: "approved",
    models.Outcome.CONDITIONS: "approved",
    models.Outcome.DENIED: "denied",
}
"""A letter that approves or denies can be checked by anyone; asking to revise is neither."""


def tell_decision(taken: step.Taken, case: models.Case, letter: str) -> None:
    """Tell the applicant that there is a decision to read; the mail says nothing of it but where.

    A revision has a day by which it is due, which the mail may name.
    """
    due_on = decision.revision_due_on(case, now=taken.now)
    taken.tells(case.applicant, letter, due_on=due_on.isoformat())


def sealed(taken: step.Taken, case: models.Case, outcome: models.Outcome, notice: str) -> str:
    """The letter as it is kept: what was written, then outcome, day and signer, then its proof."""
    day = schedule.today(case, taken.now)
    by, role = taken.actor.person, words.Role(taken.actor.role)
    signer = f"{by.name}, {role.label.lower()}" if by else "the program"
    said = f"{SAID[outcome]}. Decided on {day:%B} {day.day}, {day.year} by {signer}."
    lines = [notice.strip(), said]
    if outcome in PROVEN:
        address = proofs.issue(
            proofs.DECISION,
            PROVEN[outcome],
            dated_on=day,
            actor=taken.actor,
            now=taken.now,
            case=case,
        )
        lines.append(f"Anyone can check this letter here: {address}")
    return "\n\n".join(lines)
