"""Whose turn it is, since when, until when: one reading of a case's stage and its marks."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from muniment import models
from muniment.programme import clocks, tracks
from muniment.queries import access, editions, schedule
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role, Stage, Track

from . import beside, ending
from . import marks as open_marks
from .turn import Turn as Turn
from .turn import What as What

BY_STAGE = {
    Stage.DRAFT: (What.WRITE, Role.APPLICANT),
    Stage.SUBMITTED: (What.CHECK_COMPLETENESS, Role.COORDINATOR),
    Stage.RETURNED: (What.COMPLETE, Role.APPLICANT),
    Stage.AVAILABILITY: (What.CHECK_AVAILABILITY, Role.STATISTICIAN),
    Stage.POLICY: (What.JUDGE_POLICY, Role.POLICY_OFFICER),
    Stage.IN_REVIEW: (What.REVIEW, Role.MEMBER),
    Stage.REVISING: (What.REVISE, Role.APPLICANT),
    Stage.BUILDING: (What.BUILD, Role.DATA_ENGINEER),
    Stage.CHECKING: (What.CHECK_BUILD, Role.CHECKER),
}


WRITTEN_AT = frozenset({Stage.DRAFT, Stage.RETURNED, Stage.REVISING})
OWN_HAND = frozenset({What.SIGN, What.ANSWER_SCOPE, What.CERTIFY_DESTRUCTION})
"""What nobody does in the applicant's name, though they may write with them."""


def turn_of(sight: access.Sight, *, now: datetime, marks: open_marks.Marks | None = None) -> Turn:
    """The turn as this reader sees it: their own wherever one of several turns is theirs."""
    case = sight.case
    if sight.cover_only:
        return Turn(What.REVIEW, Role.MEMBER, case.stage_since, yours=True)
    marks = marks or open_marks.fetch([case])[case.pk]
    calendar = editions.own_calendar(case.edition)
    turns = list(_turns(case, marks, calendar))
    today = calendar.local_day(now)
    shown = [turn for turn in turns if _is_theirs(turn, sight)] or _of_others(turns, sight)
    chosen = _most_urgent(shown, today)
    apart = chosen.what in beside.OF_THE_OFFICE
    paused = marks.stop_the_clock and not apart
    day, limit = (None, None) if paused or apart else _clock(case, marks, now)
    return replace(
        chosen,
        paused=paused,
        day=day,
        of=limit,
        yours=_is_theirs(chosen, sight),
        late=_is_late(chosen, today),
    )


def _of_others(turns: list[Turn], sight: access.Sight) -> list[Turn]:
    """What the case waits for; who reads questions also sees what the office owes beside it."""
    owed = [turn for turn in turns if turn.what in beside.OF_THE_OFFICE]
    return [turns[0], *owed] if sight.roles & access.FROM_SUBMISSION else [turns[0]]


def _most_urgent(turns: list[Turn], today: date) -> Turn:
    """What is late before all else; then the first, unless the office owes something sooner."""
    apart = (turn for turn in turns[1:] if turn.what in beside.OF_THE_OFFICE)
    few = [turn for turn in turns if _is_late(turn, today)] or [turns[0], *apart]
    return min(few, key=lambda turn: turn.until or date.max)


def _is_late(turn: Turn, today: date) -> bool:
    return turn.until is not None and today > turn.until


def open_turns(case: models.Case) -> list[Turn]:
    """Every turn that is open, whoever reads; the first is what the case waits for."""
    return list(
        _turns(case, open_marks.fetch([case])[case.pk], editions.own_calendar(case.edition))
    )


def _is_theirs(turn: Turn, sight: access.Sight) -> bool:
    """Whether the reader can act; a co-applicant writes and answers like the applicant.

    Nobody signs, certifies or takes another scope like somebody else: whoever handles the contract,
    or edits, has no word to give in the applicant's name.
    """
    roles = set(sight.roles)
    if Role.CO_APPLICANT in roles and turn.what not in OWN_HAND:
        roles.add(Role.APPLICANT)
    if roles & access.COMMITTEE:
        roles.add(Role.MEMBER)
    if sight.has_reviewed and not roles & access.LEADERS:
        roles.discard(Role.MEMBER)
    if Role.ACTING_CHAIR in roles:
        roles.add(Role.CHAIR)
    if turn.what is What.SIGN and Role.TEAM_MEMBER in roles and _has_pledged(sight):
        roles.discard(Role.TEAM_MEMBER)
    if turn.what is What.CERTIFY_DESTRUCTION and not ending.owes_certificate(
        sight.case, sight.person_id
    ):
        roles.discard(Role.SIGNING_OFFICIAL)
    return turn.role in roles


def _has_pledged(sight: access.Sight) -> bool:
    """Whether this reader's own pledge is on a present text: what is missing is another's."""
    return any(
        signature.signer_id == sight.person_id
        and signature.capacity in signers.PLEDGED_AS
        and signature.shown_sha256 == agreement.text_sha256
        for agreement in sight.case.agreements.all()
        if not agreement.superseded_at
        for signature in agreement.signatures.all()
    )


def _turns(case: models.Case, marks: open_marks.Marks, calendar: clocks.Calendar) -> Iterator[Turn]:
    """Every turn that is open; while the clock stands, the stage waits."""
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
    for proposed_at in marks.proposed:
        due_on = schedule.answer_due_on(case, now=proposed_at)
        yield Turn(What.ANSWER_SCOPE, Role.APPLICANT, calendar.local_day(proposed_at), due_on)
    if not marks.stop_the_clock:
        yield from _of_stage(case, marks, calendar)
        yield from beside.turns_of_applicant(case, marks.conditions)
    yield from beside.turns_of_office(case, marks.to_office, marks.conditions, calendar)


def _of_stage(
    case: models.Case, marks: open_marks.Marks, calendar: clocks.Calendar
) -> Iterator[Turn]:
    stage = Stage(case.stage)
    if stage is Stage.AGREEMENT:
        yield from _before_release(case, marks, calendar)
    elif stage is Stage.ACTIVE:
        yield _use(case)
    elif stage is Stage.CLOSE_OUT:
        yield from ending.turns_of(case, calendar)
    elif stage is Stage.DETERMINATION:
        office = tracks.determines(editions.bundle_of(case.edition), _track(case))
        yield Turn(What.DETERMINE, office, case.stage_since, case.due_on)
    elif stage in BY_STAGE:
        what, role = BY_STAGE[stage]
        yield Turn(what, role, case.stage_since, case.due_on)
        if stage in WRITTEN_AT and case.supervisor_id and case.supervisor_confirmed_at is None:
            yield Turn(What.CONFIRM_SUPERVISION, Role.SUPERVISOR, case.stage_since)
    else:
        yield Turn(What.NOTHING, None, case.stage_since)


def _before_release(
    case: models.Case, marks: open_marks.Marks, calendar: clocks.Calendar
) -> Iterator[Turn]:
    """The gate before release, mark by mark: conditions, agreement, signatures, fee."""
    first = _conditions(marks, "before_agreement", case.stage_since)
    issued = [each for each in case.agreements.all() if each.issued_at and not each.superseded_at]
    if not issued:
        yield from first
        yield Turn(What.ISSUE_AGREEMENT, Role.COORDINATOR, case.stage_since, case.due_on)
        return
    since = calendar.local_day(min(each.issued_at for each in issued if each.issued_at))
    until = _offer_ends(case)
    signing = list(_open_changes(issued, calendar)) or [
        Turn(What.SIGN, role, since, until) for role in _missing_signers(case, issued)
    ]
    last = _conditions(marks, "before_release", since)
    opening = Turn(What.OPEN_RELEASE, Role.DATA_ENGINEER, since, case.due_on)
    yield from [*first, *signing, *_fee(case, since), *last] or [opening]


def _conditions(marks: open_marks.Marks, when: str, since: date) -> list[Turn]:
    """The turns of what the standing decision asks for before that."""
    asked = [condition for condition in marks.conditions if condition.when == when]
    return [turn for condition in asked for turn in beside.turns_on(condition, since)]


def _open_changes(issued: list[Any], calendar: clocks.Calendar) -> Iterator[Turn]:
    """The answer to a change of a clause, which either of two offices gives; till then none sign.

    When it was asked for was looked up with the agreements: see `marks`.
    """
    asked = [each.change_asked_at for each in issued if each.change_asked_at is not None]
    if asked:
        since = calendar.local_day(min(asked))
        yield Turn(What.ANSWER_CHANGE, Role.PROGRAMME_SIGNATORY, since)
        yield Turn(What.ANSWER_CHANGE, Role.POLICY_OFFICER, since)


def _missing_signers(case: models.Case, issued: list[Any]) -> list[Role]:
    """Who is the next to sign the lead institution's agreement, in the order of the track."""
    lead = [each for each in issued if each.kind == models.Agreement.Kind.LEAD] or issued
    signed = {signature.capacity for each in lead for signature in each.signatures.all()}
    terms = tracks.terms_of(editions.bundle_of(case.edition), _track(case))
    nobody = {
        Role.SUPERVISOR: case.supervisor_id is None,
        Role.SIGNING_OFFICIAL: case.institution_id is None,
        Role.TEAM_MEMBER: not any(each.awaits_pledge for each in lead),
    }
    wanted = [role for role in map(Role, terms["signers"]) if not nobody.get(role, False)]
    pledge = Role.TEAM_MEMBER
    return [role for role in wanted if role is pledge or role.value not in signed][:1]


def _track(case: models.Case) -> Track:
    return Track(case.track) if case.track else Track.FULL


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
