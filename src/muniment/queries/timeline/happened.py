"""What has happened, from the ledger's tags: the milestones a reader may know of, with their day.

Only steps named here are ever shown. Declarations, reviews, scores and votes are not among them,
nor anything whose moment alone would tell a reader what somebody else did (`privacy.md` B5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import access, editions, prepared
from muniment.rulebook import reading
from muniment.rulebook.words import Stage

_PARTIES_AND_OFFICE = """
    start_draft start_draft_for_applicant confirm_entry confirm_specification
    confirm_supervision accept_invitation submit submit_again resubmit_for_availability
    resubmit_for_policy resubmit_for_review resubmit_for_determination
    return_incomplete certify_complete certify_for_policy certify_for_review
    certify_for_determination split_part move_to_full_track correct_completeness correct_return
    propose_reduced_scope accept_reduced_scope refuse_reduced_scope pass_availability
    close_not_available close_after_refused_scope redirect correct_availability
    rerun_availability pass_policy pass_policy_for_office deny_on_policy correct_policy
    rerun_policy put_on_agenda circulate record_recommendation
    approve approve_with_conditions ask_to_revise defer deny approve_by_office
    approve_by_office_with_conditions ask_to_revise_by_office deny_by_office refer_to_committee
    deny_part supersede_determination decline_before_release report_condition_met
    accept_condition refuse_condition waive_condition
    place_hold hold_for_edition lift_hold end_hold withdraw lapse reopen_lapsed
    reopen_withdrawn reopen_approved reopen_not_available reopen_denied_on_policy reopen_denied
    reopen_denied_after_appeal reopen_policy_after_appeal reopen_availability_after_appeal
    reopen_revoked_after_appeal open_amendment open_renewal open_appeal open_resubmission
    accept_notified_change certify_renewal send_appeal_to_hearing grant_amendment
    refuse_amendment grant_amendment_by_office refuse_amendment_by_office grant_renewal
    refuse_renewal uphold_appeal dismiss_appeal apply_amendment apply_amendment_while_active
    apply_notified_change extend_term
    bring_in_from_paper attest_completeness attest_availability attest_policy
    attest_policy_for_office attest_recommendation attest_approval attest_approval_by_office
"""
_AFTER_THE_DECISION = """
    name_signing_official issue_agreement_and_estimate propose_clause_change
    accept_clause_change refuse_clause_change sign_as_applicant sign_as_supervisor
    sign_team_pledge sign_for_institution sign_joinder accept_standard_terms
    record_ink_signature countersign decline_to_sign void_agreement
    accept_higher_cost ask_waiver approve_waiver refuse_waiver record_nothing_due
    record_purchase_order issue_invoice void_invoice record_payment match_bank_line
    match_bank_line_by_hand record_card_payment issue_credit_note
    open_line open_further_line end_standing_request start_build finish_build check release
    release_later_build withdraw_build open_delivery download confirm_receipt
    report_progress report_output suspend_access lift_suspension revoke
    publish_register_entry begin_close_out expire_agreement submit_final_report ask_retention
    grant_retention refuse_retention certify_destruction accept_close_out
"""
_QUESTIONS = """
    ask_question ask_blocking_question answer_question ask_office answer_applicant
    extend_question withdraw_question
"""
_OFFICE_ONLY = """
    record_available record_partly_available record_not_available judge_sufficiency
    run_policy_rules assign take hand_over remind escalate plan_build authorize_build
    cancel_build fail_build send_back_build send_back_further_build send_back_later_build
    report_breach record_audit
"""


def _tags(names: str) -> frozenset[str]:
    """The ledger's tags of steps; a name that the rulebook does not have is a KeyError."""
    return frozenset(f"{reading.STEPS[name].room}.{name}" for name in names.split())


GENERAL, LATER = _tags(_PARTIES_AND_OFFICE), _tags(_AFTER_THE_DECISION)
QUESTIONS, OFFICE = _tags(_QUESTIONS), _tags(_OFFICE_ONLY)
MILESTONES = GENERAL | LATER | QUESTIONS | OFFICE
"""Every tag that some reader may see; whatever is not here is shown to nobody."""


@dataclass(frozen=True, slots=True)
class Event:
    """One milestone; `on` is the day in the programme's own zone."""

    tag: str
    on: date


def list_events(sight: access.Sight) -> list[Event]:
    """The milestones this reader may know of, oldest first; one query."""
    calendar = editions.own_calendar(sight.case.edition)
    entries = _entries(_open_to(sight), case=sight.case.pk)
    return [Event(tag, calendar.local_day(at)) for tag, at in entries]


@prepared.query
def _entries(tags: frozenset[str], *, case: int) -> QuerySet[models.Entry, Any]:
    entries = models.Entry.objects.filter(
        subject_kind="case", subject_id=case, tag__in=sorted(tags)
    )
    return entries.order_by("number").values_list("tag", "at")


def stopped_at(cases: Iterable[models.Case]) -> dict[int, Stage]:
    """Case id to the stage from which an ended case ended; one query for all."""
    ended = {case.pk: case.stage for case in cases}
    moves = models.Entry.objects.filter(
        subject_kind="case", subject_id__in=ended, stage_to__in=set(ended.values())
    ).order_by("subject_id", "number")
    return {
        case: Stage(before)
        for case, before, after in moves.values_list("subject_id", "stage_from", "stage_to")
        if after == ended[case] and before not in ("", after)
    }


def _open_to(sight: access.Sight) -> frozenset[str]:
    """Deny by default: nothing before a declaration, nothing of money for the committee."""
    if sight.cover_only:
        return frozenset()
    seen = GENERAL
    if sight.is_party or sight.is_office:
        seen |= LATER
    if sight.sees_questions:
        seen |= QUESTIONS
    return seen | OFFICE if sight.is_office else seen
