"""One's own earlier request as a new draft: what goes along, and what is said anew."""

from typing import TYPE_CHECKING

import pytest

from muniment import models
from muniment.actions import application, step
from muniment.demo import applying, turnings
from muniment.demo.story import Story
from muniment.queries import asked
from muniment.rulebook.words import Role, Stage

if TYPE_CHECKING:
    from tests.world import World


def copied(world: "World", story: Story) -> models.Case:
    return application.copy_as_new(story.case, **world.by("alice", Role.APPLICANT))


def test_answers_files_and_data_go_along_and_the_earlier_request_stays(world: "World") -> None:
    story = world.after(applying.submit)
    turnings.withdraw(story)
    before = story.case
    made = copied(world, story)
    assert (made.stage, made.applicant, made.institution) == (
        Stage.DRAFT, before.applicant, before.institution
    )  # fmt: skip
    said = dict(made.sections.values_list("name", "answers"))
    assert said["project"] == before.sections.get(name="project").answers
    assert made.title == before.title
    [file] = made.attachments.all()
    assert (file.purpose, file.file) == ("answer:protocol", before.attachments.get().file)
    own, earlier = asked.find_specification(made), asked.find_specification(before)
    assert (own.sha256, own.confirmed_at) == (earlier.sha256, None)
    assert (story.case.stage, story.case.version) == (Stage.WITHDRAWN, before.version)


def test_what_is_said_anew_each_time_stays_behind(world: "World") -> None:
    story = world.after(applying.pilot_draft)
    story.case.team.create(
        person=world.person("stan"), email="stan@library.example", name="Stan",
        project_role="analyst", made_at=world.house.now(), made_by=world.by("alice",
        Role.APPLICANT)["actor"],
    )  # fmt: skip
    made = copied(world, story)
    declared = made.sections.filter(name="declarations").first()
    assert declared is None or "true_and_complete" not in declared.answers
    assert not made.team.exists()


def test_answers_that_the_form_does_not_take_and_bad_files_stay_behind(world: "World") -> None:
    story = world.after(applying.pilot_draft)
    section = story.case.sections.get(name="project")
    section.answers = {**section.answers, "starts_on": "soon", "of_an_older_form": "x"}
    section.save()
    models.StoredFile.objects.update(verdict=models.StoredFile.Verdict.INFECTED)
    made = copied(world, story)
    kept = made.sections.get(name="project").answers
    assert {"starts_on", "of_an_older_form", "protocol"}.isdisjoint(kept)
    assert kept["title"] == section.answers["title"]
    assert not made.attachments.exists()


def test_papers_and_files_of_an_older_form_stay_behind(world: "World") -> None:
    story = world.after(applying.pilot_draft)
    [row] = story.case.attachments.all()
    for purpose in ("original", "paper", "answer:of_an_older_form"):
        story.case.attachments.create(
            file=row.file, purpose=purpose, name="scan.pdf", made_at=row.made_at,
            made_by=row.made_by,
        )  # fmt: skip
    made = copied(world, story)
    assert [each.purpose for each in made.attachments.all()] == ["answer:protocol"]


def test_data_that_cannot_be_asked_for_are_left_to_be_chosen(world: "World") -> None:
    story = world.after(applying.pilot_draft)
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status=models.Dataset.Status.WITHDRAWN)
    made = copied(world, story)
    assert asked.find_specification(made) is None
    assert made.sections.filter(name="project").exists()


def test_a_request_without_data_is_copied_without(world: "World") -> None:
    story = Story(world.founded())
    applying.start(story)
    assert asked.find_specification(copied(world, story)) is None


def test_only_its_applicant_copies_a_request(world: "World") -> None:
    story = world.after(applying.submit)
    with pytest.raises(step.Refused) as refused:
        application.copy_as_new(story.case, **world.by("stan", Role.APPLICANT))
    assert [reason.code for reason in refused.value.reasons] == ["not-your-step"]
    assert models.Case.objects.count() == 1
