"""The two further gates, the committee, a question, and the determination."""

from muniment import models
from muniment.actions import decision, people, questions, review, screening
from muniment.actions.screening import asking
from muniment.programme.findings import Result
from muniment.queries import editions
from muniment.rulebook.words import Role

from .story import Story

SEATS = {"chen": Role.CHAIR, "max": Role.MEMBER, "mia": Role.MEMBER, "milo": Role.MEMBER}
RECUSED = "max"


def find_available(story: Story) -> None:
    """The data plane counts; Stella judges that it is enough."""
    story.house.clock.pass_days(2)
    asking.ask_for_figures(story.part, **story.by("stella", Role.STATISTICIAN))
    story.house.work_off()
    answer = models.Availability.objects.get(part=story.part, superseded_at__isnull=True)
    story.say("Data plane", answer.protected["matching"]["says"])
    screening.judge_sufficiency(
        story.part,
        models.Availability.Verdict.SUFFICIENT,
        reason="Enough people and events for a description.",
        **story.by("stella", Role.STATISTICIAN),
    )
    screening.pass_availability(story.case, **story.by("stella", Role.STATISTICIAN))
    story.told("stella", "found the data available and sufficient")


def judge_policy(story: Story) -> None:
    """The rules that need no judgment are run; Paula judges the others."""
    story.house.clock.pass_days(2)
    screening.run_policy_rules(story.case, actor=people.system(), now=story.house.now())
    waiting = models.PolicyFinding.objects.filter(
        case=story.case, result=Result.NEEDS_PERSON.value, superseded_at__isnull=True
    )
    for finding in waiting:
        screening.judge_policy_rule(
            story.case,
            finding.rule,
            Result.MET,
            dataset=finding.dataset,
            reason="Read and found in order.",
            **story.by("paula", Role.POLICY_OFFICER),
        )


def pass_policy(story: Story) -> None:
    """Every rule is met; the committee is next."""
    judge_policy(story)
    screening.pass_policy(
        story.case,
        second_person=story.house.cast.cora,
        **story.by("paula", Role.POLICY_OFFICER),
    )
    story.told("paula", "passed it on policy")


def pass_policy_for_office(story: Story) -> None:
    """Every rule is met; the office decides."""
    judge_policy(story)
    screening.pass_policy_for_office(
        story.case,
        second_person=story.house.cast.cora,
        **story.by("paula", Role.POLICY_OFFICER),
    )
    story.told("paula", "passed it on policy")


def declare(story: Story) -> None:
    """Everyone declares; Max has a conflict and is recused."""
    for name, role in SEATS.items():
        if name == RECUSED:
            review.declare_conflict(
                story.case, reason="I worked with the lead last year.", **story.by(name, role)
            )
            story.told(name, "declared a conflict and is recused")
        else:
            review.declare_no_conflict(story.case, **story.by(name, role))


def score(story: Story) -> None:
    """The members without a conflict score, each without seeing the others' scores."""
    criteria = editions.bundle_of(story.case.edition)["criteria"]["criteria"]
    for place, (name, role) in enumerate(SEATS.items()):
        if name == RECUSED:
            continue
        review.assign_reviewer(
            story.case,
            member=story.house.cast.people[name],
            **story.by("cora", Role.COORDINATOR),
        )
        story.house.clock.pass_days(1)
        review.score(
            story.case,
            scores={each["id"]: 4 + (place % 2) for each in criteria},
            comment="Clear question, careful use.",
            **story.by(name, role),
        )
        story.told(name, "handed in a review")


def ask_and_answer(story: Story) -> None:
    """A blocking question pauses the clock; Alice answers."""
    question = questions.ask_blocking_question(
        story.case,
        "Why is the end of follow-up needed beside the day of the event?",
        about="subjects.RFENDTC",
        **story.by("cora", Role.COORDINATOR),
    )
    story.told("cora", "asked a question; the clock is paused")
    story.house.clock.pass_days(2)
    question.refresh_from_db()
    questions.answer_question(
        question,
        "People who leave early had less time for an event.",
        **story.by("alice", Role.APPLICANT),
    )
    story.told("alice", "answered; the clock runs again")


def vote(story: Story) -> None:
    """A meeting with a quorum votes; the recused member is refused."""
    house = story.house
    house.clock.pass_days(3)
    meeting = review.plan_meeting(
        house.cast.programme,
        held_on=story.today,
        chair=house.cast.chen,
        **story.by("cora", Role.COORDINATOR),
    )
    review.put_on_agenda(story.case, meeting=meeting, **story.by("cora", Role.COORDINATOR))
    meeting = models.Meeting.objects.get(pk=meeting.pk)
    review.open_meeting(meeting, **story.by("chen", Role.CHAIR))
    meeting = models.Meeting.objects.get(pk=meeting.pk)
    present = [house.cast.people[name] for name in SEATS]
    review.record_attendance(meeting, present=present, **story.by("cora", Role.COORDINATOR))
    review.open_ballot(story.case, **story.by("chen", Role.CHAIR))
    story.expect_refusal(
        "vote-while-recused",
        lambda: review.vote(
            story.case,
            choice=models.Vote.Choice.APPROVE,
            **story.by(RECUSED, Role.MEMBER),
        ),
    )
    choices = {"chen": "conditions", "mia": "conditions", "milo": "approve"}
    for name, choice in choices.items():
        review.vote(story.case, choice=models.Vote.Choice(choice), **story.by(name, SEATS[name]))
    story.told("chen", "led the vote: 3 of 3 without a conflict took part")


def recommend(story: Story) -> None:
    """The committee recommends approval with conditions."""
    review.record_recommendation(
        story.case,
        reason="Sound and useful; ethics is pending.",
        **story.by("chen", Role.CHAIR),
    )
    story.told("chen", "recorded the recommendation: approved with conditions")


def determine(story: Story) -> None:
    """Otto approves, with a condition that must be met before release."""
    story.house.clock.pass_days(2)
    decision.approve_with_conditions(
        story.case,
        reason="Sound question, minimal data, mission fit.",
        notice="Your request is approved with one condition.",
        conditions=[
            decision.Asked(
                models.Condition.When.BEFORE_RELEASE, "Send the letter of the ethics board."
            )
        ],
        **story.by("otto", Role.DETERMINING_OFFICER),
    )
    story.told("otto", "approved it with a condition before release")


def approve_by_office(story: Story) -> None:
    """Cora decides what needs no committee, and the committee is told."""
    decision.approve_by_office(
        story.case,
        reason="Published text, no person described.",
        notice="Your request is approved.",
        second_person=story.house.cast.paula,
        **story.by("cora", Role.COORDINATOR),
    )
    decision.inform_committee(story.case, **story.by("cora", Role.COORDINATOR))
    story.told("cora", "approved it for the office and told the committee")
