"""Words for steps of a request that are no milestone; the office reads them in its history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.pages.wording import events
from muniment.rulebook import reading

SAID: dict[str, Promise] = {
    # Application
    "application.enter_for_applicant": _("Answers entered by the office"),
    "application.choose_dataset": _("Dataset chosen"),
    "application.draft_specification": _("Specification drafted by the office"),
    "application.record_scan": _("Uploaded file scanned"),
    "application.take_newer_edition": _("Newer edition of the form taken"),
    "application.keep_edition": _("Edition of the form kept"),
    "application.invite_to_team": _("Somebody invited to the team"),
    # Screening
    "screening.view_exact_counts": _("Exact counts looked at, for a stated purpose"),
    "screening.judge_policy_rule": _("A policy rule judged"),
    # Committee
    "review.declare_no_conflict": _("A member declared no conflict"),
    "review.declare_conflict": _("A member declared a conflict and is recused"),
    "review.recuse": _("A member recused"),
    "review.appoint_acting_chair": _("Acting chair appointed"),
    "review.call_alternate": _("Alternate called"),
    "review.assign_reviewer": _("A member asked to review in depth"),
    "review.read_papers": _("Papers opened"),
    "review.score": _("A review handed in or changed"),
    "review.read_scores": _("Scores of the others read"),
    "review.discuss": _("Written in the discussion"),
    "review.suggest_question": _("A question suggested by a member"),
    "review.object_to_circulation": _("Objection: the request goes to a meeting"),
    "review.move_to_meeting": _("Moved from circulation to a meeting"),
    "review.open_ballot": _("Ballot opened"),
    "review.vote": _("A vote cast"),
    "review.break_tie": _("Tie broken"),
    "review.defer_to_next_meeting": _("Taken to the next meeting"),
    "decision.inform_committee": _("Committee told of the office’s decision"),
    # Agreement and money
    "agreement.draft_agreement": _("Agreement drafted"),
    "payment.draft_estimate": _("Estimate drafted"),
    "payment.ask_refund": _("Refund asked for"),
    "payment.approve_refund": _("Refund approved"),
    "payment.refuse_refund": _("Refund refused"),
    # Release and after
    "release.prepare_standing_delivery": _("Next delivery prepared"),
    "release.confirm_standing_delivery": _("Availability and risk of a delivery confirmed"),
    "release.price_standing_delivery": _("Fee of a delivery computed"),
    "release.bring_in_files": _("Files brought in"),
    "release.finish_further_build": _("A further build finished"),
    "release.view_sample_rows": _("Sample of de-identified rows looked at, for a stated purpose"),
    "release.close_delivery": _("Download window closed"),
    "release.tell_recipients": _("Recipients told to stop, replace or destroy"),
    "aftercare.end_persons_access": _("One person’s access ended"),
    "aftercare.correct_register_entry": _("Entry in the register corrected"),
    # Work
    "work.write_note": _("Note written"),
    "work.record_contact": _("Phone call or letter recorded"),
    "work.pause_clock": _("Clock paused"),
    "work.resume_clock": _("Clock running again"),
    "work.recompute_due_date": _("Due date computed anew"),
}


def said_of(tag: str) -> str:
    """One short sentence for any entry of a request's chain; else the rulebook's own sentence."""
    known = events.SAID.get(tag) or SAID.get(tag)
    if known is not None:
        return str(known)
    step = reading.STEPS.get(tag.rpartition(".")[2])
    return step.says if step else tag
