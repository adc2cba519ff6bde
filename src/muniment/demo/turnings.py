"""Where a road turns off: what else becomes of a request, by whoever may say so."""

from datetime import timedelta

from muniment import models
from muniment.actions import aftercare, decision, people, questions, screening
from muniment.actions import case as course
from muniment.rulebook.words import Role

from .story import Story

NOT_YET = "A committee member asked for a plan that says what is left out, and why."


def withdraw(story: Story) -> None:
    """Alice takes it back."""
    story.house.clock.pass_days(1)
    course.withdraw(story.case, **story.by("alice", Role.APPLICANT))


def fall_silent(story: Story) -> None:
    """Alice is not heard of for longer than a returned request waits."""
    story.house.clock.pass_days(62)
    course.lapse(story.case, actor=people.system(), now=story.house.now())


def ask(story: Story) -> None:
    """Paula waits for an answer, and the clock with her."""
    story.house.clock.pass_days(1)
    questions.ask_blocking_question(
        story.case,
        "Who at the institute may open the files, and from where?",
        **story.by("paula", Role.POLICY_OFFICER),
    )


def find_elsewhere(story: Story) -> None:
    """What is asked for has moved; Stella says where."""
    _find(story, models.Availability.Outcome.ELSEWHERE, "The trial moved to its own archive.")
    screening.redirect(
        story.case,
        pointer="Ask the archive of the trial; it holds the newer edition.",
        **story.by("stella", Role.STATISTICIAN),
    )


def find_nothing(story: Story) -> None:
    """What is asked for was never collected."""
    reason = "Doses after the end of treatment were never collected."
    _find(story, models.Availability.Outcome.NOT_AVAILABLE, reason)
    screening.close_not_available(
        story.case, reason=reason, **story.by("stella", Role.STATISTICIAN)
    )


def ask_to_revise(story: Story) -> None:
    """Otto gives it back for a clearer plan."""
    story.house.clock.pass_days(1)
    decision.ask_to_revise(
        story.case,
        reason=NOT_YET,
        notice="Please make the analysis plan clearer, then send it again.",
        **story.by("otto", Role.DETERMINING_OFFICER),
    )


def deny(story: Story) -> None:
    """Otto says no, and why."""
    story.house.clock.pass_days(1)
    decision.deny(
        story.case,
        reason="The data cannot answer the question: the follow-up is too short.",
        notice="Your request is denied. The follow-up is too short for the question.",
        criteria={
            "scientific-merit": "The follow-up is too short for the question.",
            "team-qualifications": "The team is able to do it.",
            "mission-concordance": "The question serves the mission.",
            "policy-concordance": "The request fits the policy.",
        },
        **story.by("otto", Role.DETERMINING_OFFICER),
    )


def finish(story: Story) -> None:
    """Alice has what she wanted to know."""
    story.house.clock.pass_days(2)
    aftercare.begin_close_out(story.case, **story.by("alice", Role.APPLICANT))


def close(story: Story) -> None:
    """The last report, the certificate of destruction, and Cora closes it."""
    story.house.clock.pass_days(2)
    aftercare.submit_final_report(
        story.case,
        "Reactions begin in the second week; most are mild.",
        **story.by("alice", Role.APPLICANT),
    )
    aftercare.certify_destruction(
        story.agreement,
        how="Files erased, backups overwritten.",
        **story.by("sam", Role.SIGNING_OFFICIAL),
    )
    aftercare.accept_close_out(story.case, **story.by("cora", Role.COORDINATOR))


def revoke(story: Story) -> None:
    """Data were passed on: access ends for good."""
    story.house.clock.pass_days(2)
    aftercare.revoke(
        story.case,
        reason="Files were copied to a laptop outside of the institute.",
        destroy_by_on=story.today + timedelta(days=14),
        second_person=story.house.cast.cora,
        **story.by("otto", Role.DETERMINING_OFFICER),
    )


def _find(story: Story, outcome: models.Availability.Outcome, reason: str) -> None:
    story.house.clock.pass_days(2)
    screening.record_not_available(
        story.part, outcome, reason=reason, **story.by("stella", Role.STATISTICIAN)
    )
