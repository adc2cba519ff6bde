"""Honest books of one case, for walks: what happened, what facts follow, what each step writes.

The books know nothing of the rulebook's cells. Versions count up, so that an old mark goes stale by
itself when the specification or the terms change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from muniment.rulebook.words import Fact, Stage, Track

INVOLVED = ("applicant", "conflicted")
TOOK_PART_BEFORE = "official"
PEOPLE = (TOOK_PART_BEFORE, "builder", "checker", *INVOLVED)
APPROVING = frozenset(
    {
        "approve",
        "approve_with_conditions",
        "approve_by_office",
        "approve_by_office_with_conditions",
        "attest_approval",
        "attest_approval_by_office",
    }
)
GRANTING = frozenset({"grant_amendment", "grant_amendment_by_office", "grant_renewal"})
HEARING = frozenset({"uphold_appeal", "dismiss_appeal"})
KINDS = (Fact.IS_REQUEST, Fact.IS_AMENDMENT, Fact.IS_RENEWAL, Fact.IS_APPEAL)
DETERMINING = (APPROVING | GRANTING | HEARING) | {
    "refuse_amendment",
    "refuse_amendment_by_office",
    "refuse_renewal",
    "deny_on_policy",
    "deny",
    "deny_by_office",
    "ask_to_revise",
    "ask_to_revise_by_office",
}
# They decide while the determination of the whole is still to come.
DECIDING_IN_PART = frozenset({"defer", "deny_part"})
SIGNATURES = frozenset({"sign_as_applicant", "sign_for_institution", "countersign"})
PAYING = frozenset({"record_payment", "match_bank_line", "record_card_payment"})
RELEASES = frozenset({"release", "release_later_build"})


@dataclass
class Books:
    """Everything that has happened to one case, and which hard rules it broke."""

    track: Track = Track.FULL
    kind: Fact = Fact.IS_REQUEST
    stage: Stage | None = None
    paper: bool = False
    specification: int = 1
    confirmed: int = 0
    available_for: int = 0
    policy_for: int = 0
    recommended: bool = False
    determination: str = ""
    condition_open: bool = False
    terms: int = 1
    drafted: int = 0
    estimated: int = 0
    issued: int = 0
    signed: dict[tuple[int, str], str] = field(default_factory=dict)
    waiver_by: str = ""
    invoice_open: bool = False
    settled_by: str = ""
    line_open: bool = False
    plan_for: int = 0
    authorized_for: int = 0
    tampered: bool = False
    build: str = ""
    builders: frozenset[str] = frozenset()
    checked_by: str = ""
    released: bool = False
    question: bool = False
    hold: bool = False
    tightened: bool = False
    embargoed: bool = False
    census_records: bool = False
    amendment_open: bool = False
    wordless: bool = False
    risky: bool = False
    taken: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    @property
    def signatures(self) -> dict[str, str]:
        """Which signatures stand on the present terms, and whose they are."""
        return {name: who for (terms, name), who in self.signed.items() if terms == self.terms}


# What the world does without asking anybody.
NATURE: tuple[Callable[[Books], dict[str, Any]], ...] = (
    lambda b: {"tampered": True},
    lambda b: {"tightened": True},
    lambda b: {"embargoed": True},
    lambda b: {"census_records": True},
    lambda b: {"amendment_open": True},
    lambda b: {"wordless": True},
    lambda b: {"risky": True},
    lambda b: {"specification": b.specification + 1} if b.stage in WRITING else {},
    *(
        lambda b: {
            "tampered": False,
            "tightened": False,
            "embargoed": False,
            "census_records": False,
            "amendment_open": False,
            "wordless": False,
            "risky": False,
        },
    )
    * 8,
)
WRITING = (Stage.DRAFT, Stage.RETURNED, Stage.REVISING)

# The facts that the books can tell; every other fact is the attacker's to choose.
KNOWN: dict[Fact, Callable[[Books, str], bool]] = {
    Fact.IS_CONFLICTED: lambda b, who: who in INVOLVED,
    Fact.RECUSED: lambda b, who: who == "conflicted",
    Fact.ON_HOLD: lambda b, who: b.hold,
    Fact.QUESTION_OPEN_BLOCKING: lambda b, who: b.question,
    Fact.QUESTION_OPEN: lambda b, who: b.question,
    Fact.FROM_PAPER: lambda b, who: b.paper,
    Fact.SPECIFICATION_CONFIRMED: lambda b, who: b.confirmed == b.specification,
    Fact.CENSUS_AT_RECORD_LEVEL: lambda b, who: b.census_records,
    Fact.AVAILABILITY_CURRENT: lambda b, who: b.available_for == b.specification,
    Fact.POLICY_PASSED: lambda b, who: b.policy_for == b.specification,
    Fact.IS_REQUEST: lambda b, who: b.kind is Fact.IS_REQUEST,
    Fact.IS_AMENDMENT: lambda b, who: b.kind is Fact.IS_AMENDMENT,
    Fact.IS_RENEWAL: lambda b, who: b.kind is Fact.IS_RENEWAL,
    Fact.IS_APPEAL: lambda b, who: b.kind is Fact.IS_APPEAL,
    Fact.DECIDED_BEFORE: lambda b, who: who == TOOK_PART_BEFORE,
    Fact.RECOMMENDATION_RECORDED: lambda b, who: b.recommended,
    Fact.DETERMINATION_STANDS: lambda b, who: bool(b.determination),
    Fact.DENIED_ON_POLICY: lambda b, who: b.determination == "deny_on_policy",
    Fact.APPROVAL_STANDS: lambda b, who: b.determination in APPROVING,
    Fact.CONDITION_OPEN: lambda b, who: b.condition_open,
    Fact.CONDITIONS_BEFORE_RELEASE_MET: lambda b, who: not b.condition_open,
    Fact.AGREEMENT_DRAFTED: lambda b, who: b.drafted == b.terms,
    Fact.ESTIMATE_DRAFTED: lambda b, who: b.estimated == b.terms,
    Fact.ESTIMATE_ISSUED: lambda b, who: b.issued == b.terms,
    Fact.HAS_SIGNED: lambda b, who: who in b.signatures.values(),
    Fact.EARLIER_SIGNED: lambda b, who: who == "applicant" or "sign_as_applicant" in b.signatures,
    Fact.OTHERS_SIGNED: lambda b, who: b.signatures.keys() >= SIGNATURES - {"countersign"},
    Fact.AGREEMENT_SIGNED_BY_ALL: lambda b, who: b.signatures.keys() >= SIGNATURES,
    Fact.WAIVER_ASKED: lambda b, who: bool(b.waiver_by),
    Fact.ASKED_FOR_IT: lambda b, who: who == b.waiver_by,
    Fact.INVOICE_OPEN: lambda b, who: b.invoice_open,
    Fact.FEE_SETTLED: lambda b, who: bool(b.settled_by),
    Fact.LINE_OPEN: lambda b, who: b.line_open,
    Fact.BUILD_PLANNED: lambda b, who: bool(b.plan_for),
    Fact.BUILD_AUTHORIZED: lambda b, who: b.authorized_for == b.plan_for,
    Fact.PLAN_MATCHES_APPROVAL: lambda b, who: b.plan_for == b.terms and not b.tampered,
    Fact.BUILD_RUNNING: lambda b, who: b.build == "running",
    Fact.BUILD_FINISHED: lambda b, who: b.build == "finished",
    Fact.BUILT_IT: lambda b, who: who in b.builders,
    Fact.CHECKED_BY_ANOTHER: lambda b, who: bool(b.checked_by),
    Fact.BUILD_RELEASED: lambda b, who: b.released,
    Fact.DATA_RELEASED: lambda b, who: b.released,
    Fact.UNDER_EMBARGO: lambda b, who: b.embargoed,
    Fact.RESTRICTION_TIGHTENED: lambda b, who: b.tightened,
    Fact.AMENDMENT_PENDING: lambda b, who: b.amendment_open,
    Fact.REASON_GIVEN: lambda b, who: not b.wordless,
    Fact.RISK_WITHIN_LIMIT: lambda b, who: not b.risky,
    Fact.CHILD_GRANTED: lambda b, who: b.amendment_open,
}

Effect = Callable[[Books, str, str], dict[str, Any]]


def _same(names: tuple[str, ...] | frozenset[str], effect: Effect) -> dict[str, Effect]:
    return dict.fromkeys(names, effect)


# What each step writes into the books, given the books, its own name and who takes it.
WRITES: dict[str, Effect] = {
    "confirm_specification": lambda b, step, who: {"confirmed": b.specification},
    "bring_in_from_paper": lambda b, step, who: {"paper": True, "confirmed": b.specification},
    "attest_availability": lambda b, step, who: {"available_for": b.specification},
    "attest_policy": lambda b, step, who: {"policy_for": b.specification},
    "attest_policy_for_office": lambda b, step, who: {"policy_for": b.specification},
    "attest_recommendation": lambda b, step, who: {"recommended": True},
    "pass_availability": lambda b, step, who: {"available_for": b.specification},
    "pass_policy": lambda b, step, who: {"policy_for": b.specification},
    "pass_policy_for_office": lambda b, step, who: {"policy_for": b.specification},
    **_same(
        ("correct_completeness", "correct_availability", "rerun_availability"),
        lambda b, step, who: {"available_for": 0, "policy_for": 0, "recommended": False},
    ),
    **_same(
        ("correct_policy", "rerun_policy"),
        lambda b, step, who: {"policy_for": 0, "recommended": False},
    ),
    **_same(
        ("reopen_denied_on_policy", "reopen_policy_after_appeal"),
        lambda b, step, who: {"policy_for": 0, "determination": ""},
    ),
    "record_recommendation": lambda b, step, who: {"recommended": True},
    "defer": lambda b, step, who: {"recommended": False},
    **_same(
        (
            "resubmit_for_availability",
            "resubmit_for_policy",
            "resubmit_for_review",
            "resubmit_for_determination",
            "reopen_lapsed",
            "reopen_withdrawn",
        ),
        lambda b, step, who: {"recommended": False, "determination": ""},
    ),
    **_same(
        DETERMINING | {"decline_before_release"},
        lambda b, step, who: {
            "determination": step,
            "condition_open": step.endswith("with_conditions"),
        },
    ),
    **_same(
        ("supersede_determination", "reopen_denied", "reopen_denied_after_appeal"),
        lambda b, step, who: {"determination": ""},
    ),
    "refer_to_committee": lambda b, step, who: {"track": Track.FULL},
    "move_to_full_track": lambda b, step, who: {"track": Track.FULL},
    "accept_condition": lambda b, step, who: {"condition_open": False},
    "waive_condition": lambda b, step, who: {"condition_open": False},
    "draft_agreement": lambda b, step, who: {"drafted": b.terms},
    "draft_estimate": lambda b, step, who: {"estimated": b.terms},
    "issue_agreement_and_estimate": lambda b, step, who: {"issued": b.terms},
    **_same(
        SIGNATURES,
        lambda b, step, who: {"signed": {(b.terms, step): who} | b.signed},
    ),
    "ask_waiver": lambda b, step, who: {"waiver_by": who},
    "refuse_waiver": lambda b, step, who: {"waiver_by": ""},
    "issue_invoice": lambda b, step, who: {"invoice_open": True},
    **_same(
        PAYING | {"approve_waiver", "record_nothing_due"},
        lambda b, step, who: {"settled_by": step, "invoice_open": False, "waiver_by": ""},
    ),
    "approve_refund": lambda b, step, who: {"settled_by": ""},
    "open_line": lambda b, step, who: {"line_open": True},
    "open_further_line": lambda b, step, who: {"line_open": True},
    "plan_build": lambda b, step, who: {
        "plan_for": b.terms,
        "authorized_for": 0,
        "build": "",
        "builders": frozenset({who}),
        "checked_by": "",
        "released": False,
    },
    "authorize_build": lambda b, step, who: {"authorized_for": b.plan_for},
    "start_build": lambda b, step, who: {
        "build": "running",
        "builders": b.builders | {who},
        "checked_by": "",
    },
    "finish_build": lambda b, step, who: {"build": "finished"},
    "finish_further_build": lambda b, step, who: {"build": "finished"},
    **_same(
        ("cancel_build", "fail_build", "send_back_build", "send_back_later_build"),
        lambda b, step, who: {"build": "", "checked_by": ""},
    ),
    "check": lambda b, step, who: {"checked_by": who},
    "release": lambda b, step, who: {"released": True},
    "release_later_build": lambda b, step, who: {"released": True},
    **_same(
        ("apply_amendment", "apply_amendment_while_active"),
        lambda b, step, who: {
            "terms": b.terms + 1,
            "amendment_open": False,
            "settled_by": "",
            "build": "",
            "checked_by": "",
        },
    ),
    "ask_blocking_question": lambda b, step, who: {"question": True},
    "answer_question": lambda b, step, who: {"question": False},
    "place_hold": lambda b, step, who: {"hold": True},
    "lift_hold": lambda b, step, who: {"hold": False},
}
