"""From a question to a submitted request, and the one return that most first requests have."""

from datetime import timedelta

from muniment import models
from muniment.actions import application, enquiry, screening
from muniment.queries import files
from muniment.rulebook.words import Role

from . import papers
from .house import store
from .story import Story

MISSING = "ethics_letter"


def ask_and_draft(story: Story) -> None:
    """Alice asks whether the data fit; Cora answers and turns it into a draft."""
    house = story.house
    asked = enquiry.ask_enquiry(
        house.cast.programme,
        "Adverse events under a transdermal treatment",
        "Do you hold trial data with the start day and severity of skin reactions?",
        **story.by("alice", Role.ANYONE),
    )
    story.told("alice", "asked what the library holds")
    house.clock.pass_days(1)
    enquiry.take_enquiry(asked, **story.by("cora", Role.COORDINATOR))
    asked.refresh_from_db()
    case = enquiry.turn_enquiry_into_draft(asked, **story.by("cora", Role.COORDINATOR))
    story.case_id = case.pk
    story.told("cora", f"answered and opened draft {case.reference}")


def start(story: Story) -> None:
    """Alice starts a request by herself."""
    case = application.start_draft(
        story.house.cast.programme,
        institution=story.house.cast.institution,
        **story.by("alice", Role.ANYONE),
    )
    story.case_id = case.pk
    story.told("alice", f"started draft {case.reference}")


def fill_in(story: Story, answers: papers.Answers, specification: dict[str, object]) -> None:
    """Answers, files, and the specification, which Alice confirms."""
    versions = dict(models.Section.objects.filter(case=story.case).values_list("name", "version"))
    for section, given in answers.items():
        application.save_section(
            story.case,
            section,
            given,
            version=versions.get(section, 0),
            **story.by("alice", Role.APPLICANT),
        )
    store(story.house, story.case, purpose=files.ANSWER + "protocol", name="protocol.pdf")
    application.put_specification(
        story.case, specification, version=0, **story.by("alice", Role.APPLICANT)
    )
    story.told("alice", "answered the form and built the data specification")
    row = models.Specification.objects.get(case=story.case)
    application.confirm_specification(
        story.case, sha256=row.sha256, **story.by("alice", Role.APPLICANT)
    )
    story.told("alice", f"confirmed the specification sha256:{row.sha256[:12]}…")


def pilot_draft(story: Story) -> None:
    """The pilot trial request, complete but for what the office will find."""
    today = story.today
    answers = papers.pilot_answers(
        starts_on=today + timedelta(days=120),
        ends_on=today + timedelta(days=850),
        title=story.title or papers.PILOT_TITLE,
    )
    fill_in(story, answers, papers.pilot_specification())


def abstracts_draft(story: Story) -> None:
    """The abstracts request."""
    today = story.today
    answers = papers.abstracts_answers(
        starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=420)
    )
    fill_in(story, answers, papers.abstracts_specification())


def submit(story: Story) -> None:
    """Alice submits."""
    application.submit(story.case, **story.by("alice", Role.APPLICANT))
    story.told("alice", "submitted the request")


def be_returned(story: Story) -> None:
    """Cora returns it with one numbered point."""
    story.house.clock.pass_days(2)
    screening.return_incomplete(
        story.case,
        [("ethics", "Say when the ethics board will decide; add its letter when it has.")],
        **story.by("cora", Role.COORDINATOR),
    )
    story.told("cora", "returned it with one point to complete")


def submit_again(story: Story) -> None:
    """Alice answers the point and submits again."""
    story.house.clock.pass_days(1)
    ethics = models.Section.objects.get(case=story.case, name="ethics")
    application.save_section(
        story.case,
        "ethics",
        {**ethics.answers, "legal_basis": "The board meets next month; its letter follows."},
        version=ethics.version,
        **story.by("alice", Role.APPLICANT),
    )
    point = models.ReturnPoint.objects.get(case=story.case)
    application.answer_point(
        point, "The board meets next month.", **story.by("alice", Role.APPLICANT)
    )
    application.submit_again(story.case, **story.by("alice", Role.APPLICANT))
    story.told("alice", "completed the point and submitted again")


def be_certified(story: Story) -> None:
    """Cora finds it complete."""
    story.house.clock.pass_days(1)
    screening.certify_complete(story.case, **story.by("cora", Role.COORDINATOR))
    story.told("cora", "certified that it is complete")
