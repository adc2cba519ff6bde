"""The rules that no table may forget, each written once, as data and as a sentence.

The tables carry them in their cells; here stands which rows must, so that the manual can quote a
rule and a test can prove it. `breaches` reads any set of rows: tests also hand it tables with a
cell taken out, to see that it notices.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from muniment.rulebook.hard_rules import rows
from muniment.rulebook.step import INVOLVED, Step, fact_of
from muniment.rulebook.tables.release.gate import GATE
from muniment.rulebook.words import Fact


class HardRule(NamedTuple):
    """One rule: the rows it binds, what each of them needs and what each must never meet."""

    name: str
    says: str
    steps: tuple[str, ...]
    needs: tuple[Fact, ...] = ()
    never: tuple[Fact, ...] = ()


HARD_RULES = (
    HardRule(
        name="no-release-without-request",
        says="Nothing is released without a request whose approval stands.",
        steps=("open_line", "open_further_line", "authorize_build", "start_build", *rows.RELEASES),
        needs=(Fact.APPROVAL_STANDS,),
    ),
    HardRule(
        name="applicant-confirms",
        says="A specification counts only once the applicant has confirmed it.",
        steps=(
            *rows.REQUESTS,
            "certify_complete",
            "pass_availability",
            "attest_completeness",
            "attest_availability",
        ),
        needs=(Fact.SPECIFICATION_CONFIRMED,),
    ),
    HardRule(
        name="availability-before-policy",
        says="Policy is not judged before availability, and nothing is approved before both.",
        steps=(
            "certify_for_policy",
            "resubmit_for_policy",
            "rerun_policy",
            "run_policy_rules",
            "judge_policy_rule",
            *rows.POLICY_OUTCOMES,
            *rows.PAST_THE_GATES,
            *rows.APPROVALS,
            *rows.GRANTS,
        ),
        needs=(Fact.AVAILABILITY_CURRENT,),
    ),
    HardRule(
        name="policy-before-merit",
        says="Nothing is recommended, approved or granted before the policy gate is passed.",
        steps=(*rows.PAST_THE_GATES, *rows.APPROVALS, *rows.GRANTS),
        needs=(Fact.POLICY_PASSED,),
    ),
    HardRule(
        name="agreement-with-estimate",
        says="Agreement and estimate are issued together.",
        steps=("issue_agreement_and_estimate",),
        needs=(Fact.AGREEMENT_DRAFTED, Fact.ESTIMATE_DRAFTED),
    ),
    HardRule(
        name="gate-before-release",
        says="Nothing is released before the agreement is signed, and the fee is paid, waived or "
        "nothing is due, and every condition due before release is met.",
        steps=("open_line", "open_further_line", "authorize_build", "start_build", *rows.RELEASES),
        needs=GATE,
    ),
    HardRule(
        name="only-what-was-approved",
        says="Only the plan that was approved is built, checked and released.",
        steps=(
            "authorize_build",
            "start_build",
            "finish_build",
            "finish_further_build",
            "check",
            *rows.RELEASES,
        ),
        needs=(Fact.PLAN_MATCHES_APPROVAL,),
    ),
    HardRule(
        name="risk-within-limit",
        says="No build leaves whose risk of re-identification is over its limit.",
        steps=("check", *rows.RELEASES),
        needs=(Fact.RISK_WITHIN_LIMIT,),
    ),
    HardRule(
        name="nobody-in-own-cause",
        says="Nobody decides, scores, checks or counts towards a quorum on a case in which they "
        "are applicant, team, co-investigator or conflicted.",
        steps=(
            *rows.GATE_OUTCOMES,
            *rows.COMMITTEE_WORK,
            *rows.DETERMINATIONS,
            "decline_before_release",
            "supersede_determination",
            "accept_condition",
            "waive_condition",
            "countersign",
            "approve_waiver",
            "record_nothing_due",
            *rows.BUILDS,
            "check",
            *rows.RELEASES,
            "revoke",
            "lift_suspension",
            "accept_close_out",
        ),
        never=INVOLVED,
    ),
    HardRule(
        name="builder-never-checks",
        says="Who built a release, or changed its plan or policy, cannot check or release it.",
        steps=("check", *rows.RELEASES),
        never=(Fact.BUILT_IT,),
    ),
    HardRule(
        name="released-after-check",
        says="Nothing is released before a second verified person has checked it.",
        steps=rows.RELEASES,
        needs=(Fact.CHECKED_BY_ANOTHER,),
    ),
    HardRule(
        name="waiver-by-another",
        says="Who asked for a fee waiver cannot approve it.",
        steps=("approve_waiver",),
        never=(Fact.ASKED_FOR_IT,),
    ),
    HardRule(
        name="superseded-never-overwritten",
        says="A determination is superseded, never overwritten.",
        steps=("deny_on_policy", *rows.DETERMINATIONS),
        never=(Fact.DETERMINATION_STANDS,),
    ),
    HardRule(
        name="appeal-heard-by-others",
        says="An appeal is heard by people who took no part in the outcome.",
        steps=rows.APPEALS,
        never=(Fact.DECIDED_BEFORE,),
    ),
    HardRule(
        name="refusal-has-reason",
        says="Every refusal has a reason.",
        steps=(
            "return_incomplete",
            "record_not_available",
            "close_not_available",
            "close_after_refused_scope",
            *rows.DENIALS,
            "ask_to_revise",
            "ask_to_revise_by_office",
            "defer",
            "deny_part",
            "refuse_condition",
            *rows.REFUSED_CHANGES,
            *rows.APPEALS,
            "refuse_clause_change",
            "decline_to_sign",
            "refuse_waiver",
            "refuse_refund",
            "send_back_build",
            "send_back_further_build",
            "send_back_later_build",
            "suspend_access",
            "revoke",
            "refuse_retention",
        ),
        needs=(Fact.REASON_GIVEN,),
    ),
    HardRule(
        name="census-as-aggregates",
        says="Census data leave only as aggregates.",
        steps=(
            "choose_dataset",
            "confirm_specification",
            *rows.REQUESTS,
            "plan_build",
            "start_build",
            *rows.RELEASES,
        ),
        never=(Fact.CENSUS_AT_RECORD_LEVEL,),
    ),
    HardRule(
        name="embargo-holds",
        says="An embargoed row leaves no sooner than its time.",
        steps=("start_build", *rows.RELEASES, "download_publication"),
        never=(Fact.UNDER_EMBARGO,),
    ),
    HardRule(
        name="tightened-binds-at-once",
        says="A restriction or law that is tightened after the approval binds at once.",
        steps=(
            "issue_agreement_and_estimate",
            "open_line",
            "open_further_line",
            *rows.BUILDS,
            *rows.RELEASES,
        ),
        never=(Fact.RESTRICTION_TIGHTENED,),
    ),
    HardRule(
        name="change-stops-build",
        says="A change to what was approved stops building and releasing until it is decided.",
        steps=("open_line", "open_further_line", *rows.BUILDS, *rows.RELEASES),
        never=(Fact.AMENDMENT_PENDING,),
    ),
)


def breaches(rules: Iterable[HardRule], *, steps: Mapping[str, Step]) -> list[str]:
    """Which rows fail which rule, as `rule: step lacks cell`; an empty list means none."""
    return [
        f"{rule.name}: {name} lacks {fact.value}"
        for rule in rules
        for name in rule.steps
        for cells, column in ((rule.needs, steps[name].needs), (rule.never, steps[name].never))
        for fact in cells
        if fact not in map(fact_of, column)
    ]
