"""A meeting as its record tells it: the sentences from which its minutes are drafted."""

from django.db.models import QuerySet

from muniment import models
from muniment.programme import quorum
from muniment.queries import conflicts, editions, roster

OUTCOMES = {
    models.Outcome.APPROVED: "to approve",
    models.Outcome.CONDITIONS: "to approve with conditions",
    models.Outcome.REVISE: "to ask for a revision",
    models.Outcome.DEFERRED: "to defer",
    models.Outcome.DENIED: "to deny",
}
CHOICES = {choice: OUTCOMES[models.Outcome(outcome)] for choice, outcome in quorum.OUTCOMES.items()}
"""How a vote is told, by the choice that was cast."""


def items_of(meeting: models.Meeting) -> QuerySet[models.AgendaItem]:
    """The agenda in its order, with what each item is about."""
    related = ("case__applicant", "case__institution", "case__programme", "case__edition")
    return meeting.items.select_related("meeting", *related).order_by("order")


def opening(meeting: models.Meeting) -> str:
    """Day, place, who led, who came and who left."""
    came = meeting.attendances.select_related("member").order_by("pk")
    here = [each.member.name for each in came if each.left_at is None]
    left = [each.member.name for each in came if each.left_at is not None]
    day = meeting.held_on
    where = f", {meeting.place}" if meeting.place else ""
    lines = [
        f"Meeting of {day:%B} {day.day}, {day.year}{where}. Chair: {meeting.chair.name}.",
        f"Present: {', '.join(here) or 'nobody'}.",
    ]
    if left:
        lines.append(f"Left before the end: {', '.join(left)}.")
    return "\n\n".join(lines)


def of_item(item: models.AgendaItem) -> str:
    """What happened to one request: who was recused, the quorum, the vote, the outcome."""
    case, meeting = item.case, item.meeting
    bundle = editions.bundle_of(case.edition)
    stand = roster.standing(case, meeting, bundle=bundle, today=meeting.held_on)
    lead = roster.lead_of(case, meeting)
    lines = [_recused(case, meeting), quorum_sentence(stand)]
    if lead.pk != meeting.chair_id:
        lines.append(f"{lead.name} led as acting chair.")
    lines += _outcome(item)
    return " ".join(line for line in lines if line)


def quorum_sentence(stand: quorum.Standing) -> str:
    """The quorum in words."""
    here, eligible = len(stand.present), len(stand.eligible)
    said = f"{here} of {eligible} members without a conflict took part; {stand.needed} are needed: "
    return said + ("quorate." if stand.met else "not quorate.")


def _recused(case: models.Case, meeting: models.Meeting) -> str:
    panel = roster.panel(case, today=meeting.held_on)
    names = [person.name for person in panel if conflicts.conflicted(case, person)]
    return f"Recused: {', '.join(names)}." if names else "Nobody was recused."


def _outcome(item: models.AgendaItem) -> list[str]:
    said = item.case.recommendations.filter(meeting=item.meeting).order_by("-pk").first()
    if said is None:
        return ["Deferred to a later meeting." if item.left_at else "No outcome was reached."]
    votes = ", ".join(f"{count} {CHOICES[choice]}" for choice, count in said.tally.items())
    lines = [f"Votes: {votes}."]
    if item.tie_broken_by is not None and item.tie_broken_by.person is not None:
        who = item.tie_broken_by.person.name
        lines.append(f"{who} broke the tie {CHOICES[item.casting]}.")
    lines.append(f"The committee resolved {OUTCOMES[models.Outcome(said.outcome)]}: {said.reason}")
    return lines
