"""Reminders to whoever's turn it is, and word to the next in line when an office is late."""

from datetime import date, datetime

from muniment import models
from muniment.actions import step
from muniment.queries import aftercare, roster, schedule
from muniment.queries.payment import billing
from muniment.queries.timeline import turns
from muniment.rulebook import words

LATE = "a step of our office that is overdue"
ANSWER = "a question that waits for an answer"
MEET = "a condition of the approval, which wants evidence"
CONFIRM = "evidence for a condition of the approval, which waits to be confirmed"


def remind(case: models.Case, *, actor: models.Actor, now: datetime) -> list[models.Person]:
    """Remind whoever's turn it is, with the day by which it is due; returns who was told."""
    with step.taking("remind", case, actor=actor, now=now) as taken:
        open_turns = turns.open_turns(case)
        turn = next((each for each in open_turns if each.role is not None), open_turns[0])
        told = [] if turn.role is None else _whose(case, turn.what, turn.role, now=now)
        due = _next_day(case, turn.until, now=now)
        for person in told:
            day = due.isoformat() if due else "as soon as you can"
            taken.tells(person, "reminder", what=_in_words(turn.what), due_on=day)
        taken.records(what=turn.what.value, told=sorted(person.public_id for person in told))
    return told


def _next_day(case: models.Case, until: date | None, *, now: datetime) -> date | None:
    """The day that still counts: until when it is due or, once that has passed, the lapse."""
    days = [day for day in (until, schedule.lapses_on(case)) if day is not None]
    today = schedule.today(case, now)
    return min([day for day in days if day >= today] or days, default=None)


def remind_of_report(report: models.Report, *, actor: models.Actor, now: datetime) -> models.Report:
    """Remind the applicant of a report that comes with the data, with its day."""
    with step.taking("remind", report.case, actor=actor, now=now) as taken:
        due = report.due_on.isoformat()
        taken.tells(report.case.applicant, "annual-report-due", due_on=due)
        taken.records(what="report", due_on=due, told=[report.case.applicant.public_id])
    return report


def remind_of_question(
    question: models.Question, *, actor: models.Actor, now: datetime
) -> list[models.Person]:
    """Remind whoever has to answer: the applicant, or the office that was asked."""
    case = question.case
    with step.taking("remind", case, actor=actor, now=now) as taken:
        told = _answering(question, now=now)
        for person in told:
            taken.tells(person, "reminder", what=ANSWER, due_on=question.due_on.isoformat())
        taken.records(what="question", told=sorted(person.public_id for person in told))
    return told


def remind_of_condition(
    condition: models.Condition, *, actor: models.Actor, now: datetime
) -> list[models.Person]:
    """Remind who meets a condition; where the evidence is in, the office that confirms it."""
    case = condition.determination.case
    with step.taking("remind", case, actor=actor, now=now) as taken:
        told, what = [condition.owner or case.applicant], MEET
        if condition.evidence:
            told = roster.in_hand(case, words.Role.COORDINATOR, today=schedule.today(case, now))
            what = CONFIRM
        assert condition.due_on is not None  # whoever calls has asked for its day
        due = condition.due_on.isoformat()
        for person in told:
            taken.tells(person, "reminder", what=what, due_on=due)
        who = sorted(person.public_id for person in told)
        taken.records(what="condition", due_on=due, told=who)
    return told


def _answering(question: models.Question, *, now: datetime) -> list[models.Person]:
    case = question.case
    if words.Role(question.made_by.role) in words.OFFICE_ROLES:
        return [case.applicant]
    about_money = question.about.startswith(billing.ABOUT)
    office = words.Role.FINANCE if about_money else words.Role.COORDINATOR
    return roster.in_hand(case, office, today=schedule.today(case, now))


def escalate(case: models.Case, *, actor: models.Actor, now: datetime) -> list[models.Person]:
    """Tell the coordinators, or the administrators where a coordinator is late; returns whom."""
    with step.taking("escalate", case, actor=actor, now=now) as taken:
        turn = turns.open_turns(case)[0]
        late = turn.role is words.Role.COORDINATOR
        office = words.Role.ADMINISTRATOR if late else words.Role.COORDINATOR
        told = roster.holding(case, office, today=schedule.today(case, now))
        assert case.due_on is not None  # the rulebook asks for it
        for person in told:
            taken.tells(person, "reminder", what=LATE, due_on=case.due_on.isoformat())
        taken.records(late=turn.what.value, due_on=case.due_on.isoformat())
        taken.records(told=sorted(person.public_id for person in told))
    return told


def _whose(
    case: models.Case, what: turns.What, role: words.Role, *, now: datetime
) -> list[models.Person]:
    """Who acts in that role here: by relation, else who has it in hand, else all in the office.

    A certificate is asked of each party that still owes its own; the applicant names who gives it.
    """
    if what is turns.What.CERTIFY_DESTRUCTION:
        return aftercare.list_certifiers(case) or [case.applicant]
    if role in words.CASE_ROLES:
        official = case.institution.official if case.institution else None
        by_relation = {
            words.Role.SUPERVISOR: case.supervisor,
            words.Role.SIGNING_OFFICIAL: official,
        }
        return [by_relation.get(role) or case.applicant]
    day = schedule.today(case, now)
    if role is words.Role.MEMBER:
        return roster.awaited(case, today=day)
    return roster.in_hand(case, role, today=day)


def _in_words(what: turns.What) -> str:
    return what.value.replace("_", " ")
