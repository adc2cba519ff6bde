"""A turn: what a case waits for, in whose hands, since when and until when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muniment.rulebook.words import Role


class What(StrEnum):
    """What the case waits for; pages put it into words."""

    HOLD_ENDS = "hold_ends"
    ANSWER = "answer"
    ANSWER_SCOPE = "answer_to_a_smaller_scope"
    ANSWER_APPLICANT = "answer_applicant"
    WRITE = "write"
    CHECK_COMPLETENESS = "check_completeness"
    COMPLETE = "complete"
    CONFIRM_SUPERVISION = "confirm_that_you_supervise"
    CHECK_AVAILABILITY = "check_availability"
    JUDGE_POLICY = "judge_policy"
    REVIEW = "review"
    DETERMINE = "determine"
    REVISE = "revise"
    ISSUE_AGREEMENT = "issue_agreement"
    ANSWER_CHANGE = "answer_change"
    SIGN = "sign"
    INVOICE = "invoice"
    PAY = "pay"
    MEET_CONDITION = "meet_condition"
    CONFIRM_CONDITION = "confirm_condition"
    OPEN_RELEASE = "open_release"
    BUILD = "build"
    CHECK_BUILD = "check_build"
    USE = "use"
    CLOSE_OUT = "close_out"
    CERTIFY_DESTRUCTION = "certify_destruction"
    DECIDE_RETENTION = "decide_on_a_longer_retention"
    ACCEPT_CLOSE_OUT = "accept_the_close_out"
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
