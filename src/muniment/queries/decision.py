"""The decision on one request as whoever decides, tracks or receives it reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from muniment import models
from muniment.programme import criteria, letters, tracks
from muniment.queries import asked, conflicts, editions, roster, schedule
from muniment.queries.facts import committee
from muniment.rulebook import words

REVISE_DAYS = 30
"""How long a revision may take where the programme sets no time after which it lapses."""
NOTICES = {
    models.Outcome.APPROVED: "notice-approved",
    models.Outcome.CONDITIONS: "notice-approved",
    models.Outcome.DENIED: "notice-denied",
    models.Outcome.REVISE: "notice-revise",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A determination with its day in the programme's zone, and what it asks for."""

    row: models.Determination
    on: date
    conditions: tuple[models.Condition, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything about the decision on a request; `standing` is that of the present round."""

    recommended: models.Recommendation | None
    standing: Said | None  # none while nobody has decided this round
    earlier: tuple[Said, ...]
    denied_parts: tuple[models.Part, ...]


def paper_of(case: models.Case) -> Paper:
    """What was recommended and determined, the newest first; a fixed number of queries."""
    rows = case.determinations.select_related("made_by__person", "superseded_by__person")
    rows = rows.prefetch_related("conditions__owner", "conditions__made_by__person")
    said = [_said(case, row) for row in rows.order_by("-pk")]
    standing = [
        each for each in said if each.row.superseded_at is None and each.row.round == case.round
    ]
    recommended = committee.find_recommendation(case)
    denied = case.parts.filter(denied_at__isnull=False).select_related("dataset_edition__dataset")
    return Paper(
        recommended,
        standing[0] if standing else None,
        tuple(each for each in said if each not in standing[:1]),
        tuple(denied.order_by("part_id")),
    )


def _said(case: models.Case, row: models.Determination) -> Said:
    conditions = tuple(sorted(row.conditions.all(), key=lambda each: each.pk))
    return Said(row, schedule.today(case, row.made_at), conditions)


def decider_of(case: models.Case) -> words.Role:
    """The office that the programme names to determine on the request's track."""
    return tracks.determines(editions.bundle_of(case.edition), words.Track(case.track))


def names_of(case: models.Case, role: words.Role, *, now: datetime) -> list[str]:
    """Who holds that office today."""
    today = schedule.today(case, now)
    return [each.name for each in roster.list_holders(case.programme, [role], today=today)]


def criteria_of(case: models.Case) -> dict[str, str]:
    """Criterion to its title, by which a letter may give its reasons."""
    return criteria.list_criteria(editions.bundle_of(case.edition))


def parts_of(case: models.Case) -> list[models.Part]:
    """The parts that a decision can still take out of the request."""
    return list(asked.live_parts(case))


def owners_of(case: models.Case) -> list[models.Person]:
    """Who can be asked to see to a condition: the applicant's side, and its signing official."""
    team = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True)
    people = [case.applicant, case.supervisor, *(each.person for each in team.order_by("pk"))]
    if case.institution is not None:
        people.append(case.institution.official)
    return list(dict.fromkeys(person for person in people if person is not None))


def second_people(
    case: models.Case, person: models.Person, *, now: datetime
) -> list[models.Person]:
    """Who may confirm a step of a request: of those who can be named, all without a conflict."""
    others = roster.list_seconds(case.programme, person, today=schedule.today(case, now))
    return [each for each in others if not conflicts.conflicted(case, each)]


def find_draft(case: models.Case) -> models.DraftDecision | None:
    """What was prepared for this round."""
    drafts = models.DraftDecision.objects.filter(case=case, round=case.round)
    return drafts.select_related("made_by__person").first()


def find_condition(case: models.Case, pk: int) -> models.Condition | None:
    """A condition of the decision that stands."""
    rows = models.Condition.objects.filter(
        pk=pk, determination__case=case, determination__superseded_at__isnull=True
    )
    return rows.select_related("determination__case").first()


def find_part(case: models.Case, pk: int) -> models.Part | None:
    """A part that is still in the request."""
    return asked.live_parts(case).filter(pk=pk).select_related("case").first()


def find_letter(case: models.Case, pk: int) -> models.Determination | None:
    """A determination of this case whose letter can be read, superseded or not."""
    return case.determinations.filter(pk=pk).exclude(letter="").first()


def notice(
    case: models.Case,
    outcome: str,
    *,
    reason: str,
    by_criterion: Mapping[str, str],
    conditions: Sequence[str],
    now: datetime,
) -> letters.Letter:
    """The programme's letter for an outcome, filled, as Markdown; whoever decides may edit it."""
    bundle = editions.bundle_of(case.edition)
    titles, today = criteria_of(case), schedule.today(case, now)
    appeal = today + timedelta(days=bundle["committee"]["appeal"]["days"])
    said = [f"{titles[name]}: {text}" for name, text in by_criterion.items() if text.strip()]
    values: dict[str, letters.Value] = {
        "person_name": case.applicant.name,
        "programme_name": bundle["programme"]["short_name"],
        "reference": case.reference,
        "title": case.title,
        "reason": reason,
        "criteria": said,
        "conditions": list(conditions) or "None.",
        "due_on": _written(revision_due_on(case, now=now)),
        "appeal_until": _written(appeal),
        "decided_on": _written(today),
    }
    return letters.fill(bundle, NOTICES[models.Outcome(outcome)], values)


def revision_due_on(case: models.Case, *, now: datetime) -> date:
    """The day by which a revision that is asked for now has to come."""
    lapse = editions.bundle_of(case.edition)["calendar"]["lapse"]
    days = {each["stage"]: each["after_days"] for each in lapse}
    span = timedelta(days=days.get(words.Stage.REVISING.value, REVISE_DAYS))
    return schedule.today(case, now) + span


def _written(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
