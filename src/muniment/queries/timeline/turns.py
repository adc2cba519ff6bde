"""Whose turn it is, since when, until when: one reading of a case's stage and its marks."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from muniment import models
from muniment.programme import clocks, tracks
from muniment.queries import access, editions
from muniment.rulebook.words import Role, Stage, Track

from . import marks as open_marks


class What(StrEnum):
    """What the case waits for; pages put it into words."""

    HOLD_ENDS = "hold_ends"
    ANSWER = "answer"
    WRITE = "write"
    CHECK_COMPLETENESS = "check_completeness"
    COMPLETE = "complete"
    CHECK_AVAILABILITY = "check_availability"
    JUDGE_POLICY = "judge_policy"
    REVIEW = "review"
    DETERMINE = "determine"
    REVISE = "revise"
    ISSUE_AGREEMENT = "issue_agreement"
    SIGN = "sign"
    INVOICE = "invoice"
    PAY = "pay"
    MEET_CONDITION = "meet_condition"
    OPEN_RELEASE = "open_release"
    BUILD = "build"
    CHECK_BUILD = "check_build"
    USE = "use"
    CLOSE_OUT = "close_out"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Turn:
    """`role` is None where nobody need act; `until` where no day is set or the clock stands.

    `day` and `of` are business days gone by and allowed, where the stage has a limit.
    """

    what: What
    role: Role | None
    since: date
    until: date | None = None
    paused: bool = False
    number: int = 1
    asked_by: str = ""
    day: int | None = None
    of: int | None = None
    yours: bool = False
    late: bool = False


BY_STAGE = {
    Stage.DRAFT: (What.WRITE, Role.APPLICANT),
    Stage.SUBMITTED: (What.CHECK_COMPLETENESS, Role.COORDINATOR),
    Stage.RETURNED: (What.COMPLETE, Role.APPLICANT),
    Stage.AVAILABILITY: (What.CHECK_AVAILABILITY, Role.STATISTICIAN),
    Stage.POLICY: (What.JUDGE_POLICY, Role.POLICY_OFFICER),
    Stage.IN_REVIEW: (What.REVIEW, Role.MEMBER),
    Stage.DETERMINATION: (What.DETERMINE, Role.DETERMINING_OFFICER),
    Stage.REVISING: (What.REVISE, Role.APPLICANT),
    Stage.BUILDING: (What.BUILD, Role.DATA_ENGINEER),
    Stage.CHECKING: (What.CHECK_BUILD, Role.CHECKER),
    Stage.CLOSE_OUT: (What.CLOSE_OUT, Role.APPLICANT),
}


def turn_of(sight: access.Sight, *, now: datetime, marks: open_marks.Marks | None = None) -> Turn:
    """The turn as this reader sees it: their own wherever one of several turns is theirs."""
    case = sight.case
    if sight.cover_only:
        return Turn(What.REVIEW, Role.MEMBER, case.stage_since, yours=True)
    marks = marks or open_marks.fetch([case])[case.pk]
    calendar = editions.own_calendar(case.edition)
    turns, acts_as = list(_turns(case, marks, calendar)), _acts_as(sight)
    chosen = next((turn for turn in turns if turn.role in acts_as), turns[0])
    paused = bool(marks.holds or marks.blocking)
    day, limit = (None, None) if paused else _clock(case, marks, now)
    return replace(
        chosen,
        paused=paused,
        day=day,
        of=limit,
        yours=chosen.role in acts_as,
        late=chosen.until is not None and calendar.local_day(now) > chosen.until,
    )


def open_turns(case: models.Case) -> list[Turn]:
    """Every turn that is open, whoever reads; the first is what the case waits for."""
    return list(
        _turns(case, open_marks.fetch([case])[case.pk], editions.own_calendar(case.edition))
    )


def _acts_as(sight: access.Sight) -> frozenset[Role]:
    """The roles in which the reader acts; a co-applicant writes and answers like the applicant."""
    roles = set(sight.roles)
    if Role.CO_APPLICANT in roles:
        roles.add(Role.APPLICANT)
    if roles & access.COMMITTEE:
        roles.add(Role.MEMBER)
    return frozenset(roles)


def _turns(case: models.Case, marks: open_marks.Marks, calendar: clocks.Calendar) -> Iterator[Turn]:
    """Every turn that is open; while a hold or a blocking question is, nothing else is."""
    for placed_at, until_on in marks.holds:
        since = calendar.local_day(placed_at)
        yield Turn(What.HOLD_ENDS, Role.COORDINATOR, since, until_on)
    if marks.blocking:
        asked_at, due_on, asked_by = min(marks.blocking, key=lambda question: question[1])
        yield Turn(
            What.ANSWER,
            Role.APPLICANT,
            calendar.local_day(asked_at),
            due_on,
            number=len(marks.blocking),
            asked_by=asked_by,
        )
    if not marks.holds and not marks.blocking:
        yield from _of_stage(case, calendar)


def _of_stage(case: models.Case, calendar: clocks.Calendar) -> Iterator[Turn]:
    stage = Stage(case.stage)
    if stage is Stage.AGREEMENT:
        yield from _before_release(case, calendar)
    elif stage is Stage.ACTIVE:
        yield _use(case)
    elif stage in BY_STAGE:
        what, role = BY_STAGE[stage]
        yield Turn(what, role, case.stage_since, case.due_on)
    else:
        yield Turn(What.NOTHING, None, case.stage_since)


def _before_release(case: models.Case, calendar: clocks.Calendar) -> Iterator[Turn]:
    """The gate before release, mark by mark: conditions, agreement, signatures, fee."""
    conditions = _open_conditions(case)
    first = [
        Turn(What.MEET_CONDITION, Role.APPLICANT, case.stage_since, condition.due_on)
        for condition in conditions
        if condition.when == "before_agreement"
    ]
    issued = [each for each in case.agreements.all() if each.issued_at and not each.superseded_at]
    if not issued:
        yield from first
        yield Turn(What.ISSUE_AGREEMENT, Role.COORDINATOR, case.stage_since, case.due_on)
        return
    since = calendar.local_day(min(each.issued_at for each in issued if each.issued_at))
    until = _offer_ends(case)
    signing = [Turn(What.SIGN, role, since, until) for role in _missing_signers(case, issued)]
    last = [
        Turn(What.MEET_CONDITION, Role.APPLICANT, since, condition.due_on)
        for condition in conditions
        if condition.when == "before_release"
    ]
    opening = Turn(What.OPEN_RELEASE, Role.DATA_ENGINEER, since, case.due_on)
    yield from [*first, *signing, *_fee(case, since), *last] or [opening]


def _open_conditions(case: models.Case) -> list[models.Condition]:
    """What the standing decision asks for and nobody has met or waived."""
    return [
        condition
        for determination in case.determinations.all()
        if determination.superseded_at is None
        for condition in determination.conditions.all()
        if not (condition.met_at or condition.waived_at)
    ]


def _missing_signers(case: models.Case, issued: list[models.Agreement]) -> list[Role]:
    """Who has yet to sign the lead institution's agreement, the programme itself last."""
    lead = [each for each in issued if each.kind == models.Agreement.Kind.LEAD] or issued
    signed = {signature.capacity for each in lead for signature in each.signatures.all()}
    track = Track(case.track) if case.track else Track.FULL
    terms = tracks.terms_of(editions.bundle_of(case.edition), track)
    wanted = [Role(role) for role in terms["signers"]]
    if case.supervisor_id is None:
        wanted = [role for role in wanted if role is not Role.SUPERVISOR]
    if case.institution_id is None:
        wanted = [role for role in wanted if role is not Role.SIGNING_OFFICIAL]
    missing = [role for role in wanted if role.value not in signed]
    others: list[Role] = [role for role in missing if role is not Role.PROGRAMME_SIGNATORY]
    return others or missing


def _fee(case: models.Case, since: date) -> Iterator[Turn]:
    """What is left to pay; nothing once it is paid, waived, or on record that nothing is due."""
    if any(waiver.approved_at for waiver in case.waivers.all()):
        return
    invoices = [invoice for invoice in case.invoices.all() if invoice.voided_at is None]
    if not invoices:
        yield Turn(What.INVOICE, Role.FINANCE, since)
    for invoice in invoices:
        paid = sum(payment.amount_minor for payment in invoice.payments.all())
        if paid < invoice.total_minor:
            yield Turn(What.PAY, Role.APPLICANT, since, invoice.due_on)


def _offer_ends(case: models.Case) -> date | None:
    live = [each for each in case.estimates.all() if each.issued_at and not each.superseded_at]
    return min((each.valid_until_on for each in live), default=None)


def _use(case: models.Case) -> Turn:
    """Data are out; the next duty is the next report."""
    due = [report.due_on for report in case.reports.all() if report.filed_at is None]
    return Turn(What.USE, None, case.stage_since, min(due, default=case.ends_on))


def _clock(
    case: models.Case, marks: open_marks.Marks, now: datetime
) -> tuple[int | None, int | None]:
    """Business days that counted in this stage, and the stage's limit; None without a limit."""
    bundle = editions.bundle_of(case.edition)
    limit = clocks.limit_for(bundle, case.stage, track=case.track or None)
    if limit is None or marks.began is None:
        return None, None
    calendar = editions.calendar_of(case)
    return _gone(calendar, marks.began, calendar.local_day(now), marks.here), limit.days


@functools.lru_cache(maxsize=20_000)
def _gone(
    calendar: clocks.Calendar, began: datetime, today: date, pauses: tuple[clocks.Pause, ...]
) -> int:
    """The business day that today is since the clock began; the same all day, so kept."""
    midnight = clocks.ends_at(calendar, today - timedelta(days=1))
    read = clocks.read(calendar, began, now=midnight, days=0, pauses=pauses)
    return read.net_days + (today > calendar.local_day(began))
