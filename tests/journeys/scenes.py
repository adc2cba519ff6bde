"""Scenes of small and quickly built houses; `house.py` tells what a scene is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment import models
from muniment.actions import agreement, application, people, review
from muniment.demo import applying, contracting, judging, papers, releasing, roads
from muniment.demo.calendar import Clock
from muniment.demo.house import ABSTRACTS, House
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.journeys import house, small_office

PAIR = (("cora", Role.CHAIR), ("dana", Role.MEMBER))


def agreed(home: Path) -> None:
    """A trainee's request that was approved, with her supervisor, an analyst and a lawyer."""
    built = small_office.whole(home, Clock(days_ago=40))
    with built.plant.plane:
        story = Story(built)
        for act, _ in roads.FULL:
            if act is applying.submit:
                gather_team(story)
            act(story)
            if act is judging.determine:
                return


def gather_team(story: Story) -> None:
    """Alice is a trainee: Supriya answers for her, Ben computes, Connie handles contracts."""
    institution = story.house.cast.institution
    section = models.Section.objects.get(case=story.case, name="applicant")
    supervisor = papers.person("Supriya Supervisor", "supriya@lakeside.example")
    said = {"applicant_class": "trainee", "training_program": "Doctorate", "supervisor": supervisor}
    alice = story.by("alice", Role.APPLICANT)
    application.save_section(
        story.case, "applicant", {**section.answers, **said}, version=section.version, **alice
    )
    asked = application.ask_supervisor(story.case, **story.by("alice", Role.APPLICANT))
    application.confirm_supervision(
        story.case, actor=people.acting(asked.supervisor, Role.SUPERVISOR), now=story.house.now()
    )
    for name, role, holds in (
        ("Ben Biostat", "analyst", True), ("Connie Contracts", "contracts contact", False),
    ):  # fmt: skip
        email = f"{name.split()[0].lower()}@lakeside.example"
        member, token = application.invite_to_team(
            story.case, email=email, name=name, project_role=role, institution=institution,
            will_access_data=holds, **story.by("alice", Role.APPLICANT),
        )  # fmt: skip
        person = models.Person.objects.get(email=email)
        people.confirm_email(person, now=story.house.now())
        joins = people.acting(person, Role.ANYONE)
        application.accept_invitation(member, token=token, actor=joins, now=story.house.now())


def two(home: Path) -> None:
    """In an office of two: one request approved on the full track."""
    built = small_office.two(home, Clock(days_ago=30))
    with built.plant.plane:
        story = Story(built)
        for act in (
            applying.start, applying.pilot_draft, applying.submit, applying.be_certified,
            judging.find_available, judging.pass_policy, hear, judging.recommend,
            judging.determine,
        ):  # fmt: skip
            act(story)


def hear(story: Story) -> None:
    """The two declare, review, meet and vote."""
    for name, role in PAIR:
        review.declare_no_conflict(story.case, **story.by(name, role))
    meeting = review.plan_meeting(
        story.house.cast.programme, held_on=story.today, chair=story.house.cast.cora,
        **story.by("cora", Role.COORDINATOR),
    )  # fmt: skip
    review.put_on_agenda(story.case, meeting=meeting, **story.by("cora", Role.COORDINATOR))
    meeting.refresh_from_db()
    review.open_meeting(meeting, **story.by("cora", Role.CHAIR))
    meeting.refresh_from_db()
    present = [story.house.cast.people[name] for name, _ in PAIR]
    review.record_attendance(meeting, present=present, **story.by("cora", Role.COORDINATOR))
    review.open_ballot(story.case, **story.by("cora", Role.CHAIR))
    for name, role in PAIR:
        review.vote(story.case, choice=models.Vote.Choice.CONDITIONS, **story.by(name, role))


def four(home: Path) -> None:
    """In an office of four: one request for the meeting abstracts was submitted."""
    built: House = small_office.four(home, Clock(days_ago=3))
    with built.plant.plane:
        story = Story(built)
        for act in (applying.start, applying.abstracts_draft, applying.submit):
            act(story)


def planned(home: Path) -> None:
    """With everybody: one request for the meeting abstracts, whose build is planned."""
    built: House = small_office.whole(home, Clock(days_ago=40), dataset=ABSTRACTS)
    with built.plant.plane:
        house.walked(built, until=releasing.plan, road="EXPEDITED")


def billed(home: Path) -> None:
    """With everybody: accepted terms and an invoice, all that a release still waits for."""
    built: House = small_office.whole(home, Clock(days_ago=40), dataset=ABSTRACTS)
    with built.plant.plane:
        house.walked(built, until=contracting.invoice, road="EXPEDITED")


def offered(home: Path) -> None:
    """With everybody: an agreement that waits for the verified official, signed by the lead."""
    built = small_office.whole(home, Clock(days_ago=40))
    with built.plant.plane:
        story = house.walked(built, until=contracting.issue)
        cast, shown = built.cast, story.agreement
        people.verify_signing_official(
            cast.institution, cast.sam, programme=cast.programme, contact="Called them.",
            second_person=cast.paula, **story.by("cora", Role.COORDINATOR),
        )  # fmt: skip
        by = story.by("alice", Role.APPLICANT)
        agreement.sign_as_applicant(shown, shown_sha256=shown.text_sha256, **by)


SCENES: dict[str, Callable[[Path], Any]] = {
    "agreed": agreed, "two": two, "four": four, "planned": planned, "offered": offered,
    "billed": billed,
}  # fmt: skip
