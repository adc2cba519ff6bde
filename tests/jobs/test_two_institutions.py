"""A second institution joins: the same data leave to its people on a line of their own."""

import csv
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from muniment import models
from muniment.actions import agreement, release
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.actions.release import holders
from tests.evidence import refused
from tests.world import World

pytestmark = pytest.mark.slow

CORA = ("cora", Role.COORDINATOR)
DANA = ("dana", Role.DATA_ENGINEER)
DEV = ("dev", Role.CHECKER)


def joins(world: World, story: Story) -> models.Agreement:
    """Riverside's agreement: drafted, issued, and signed by Stan, its official and the program."""
    by, official = world.by(*CORA), world.person("max")
    riverside = models.Institution.objects.create(
        name="Riverside", official=official, official_verified_at=by["now"],
        official_verified_by=by["actor"],
    )  # fmt: skip
    holders.joins(world, story, "stan", institution=riverside)
    order = story.house.plant.order(releases.inputs_of(story.case))
    text = agreement.draft_agreement(
        story.case, institution=riverside, terms=story.house.plant.plane.terms(order).terms_text,
        starts_on=story.today, ends_on=story.today + timedelta(days=300), **world.by(*CORA),
    )  # fmt: skip
    agreement.issue_agreement_and_estimate(story.case, **world.by(*CORA))
    text.refresh_from_db()
    for name, role, act in (
        ("stan", Role.TEAM_MEMBER, agreement.sign_team_pledge),
        ("max", Role.SIGNING_OFFICIAL, agreement.sign_joinder),
        ("rita", Role.PROGRAMME_SIGNATORY, agreement.countersign),
    ):
        act(text, shown_sha256=text.text_sha256, **world.by(name, role))
    return text


def built(world: World, story: Story, line: models.ReleaseLine) -> models.Build:
    """The line's build, planned, authorized, built and checked by its own people."""
    line = releases.get_line(line.pk)
    drawn = story.house.plant.plane.draw(story.house.plant.order(releases.inputs_for(line)))
    release.plan_build(line, plan=drawn.plan_text, **world.by(*DANA))
    release.authorize_build(story.build, **world.by("rita", Role.PROGRAMME_SIGNATORY))
    story.house.work_off()
    releasing.build(story)
    releasing.let_dev_check(story)
    release.release_later_build(story.build, **world.by(*DEV))
    return story.build


def people(story: Story, build: models.Build) -> set[str]:
    folder: Path = story.house.plant.releases / build.folder
    with (folder / "data" / "subjects.csv").open(encoding="utf-8", newline="") as file:
        return {row["USUBJID"] for row in csv.DictReader(file)}


def test_who_joined_gets_a_package_of_their_own_and_nobody_gets_the_others(world: World) -> None:
    story = world.after(releasing.check)
    release.release(story.build, **world.by(*DEV))
    first, lead = story.build, story.agreement
    joinder = joins(world, story)
    assert joinder.terms_sha256 == lead.terms_sha256
    line = release.open_further_line(story.part, agreement=joinder, **world.by(*CORA))
    second = built(world, story, line)
    for build, mine, other in ((first, "alice", "stan"), (second, "stan", "alice")):
        opens = partial(release.open_delivery, build)
        assert opens(recipient=world.person(mine), **world.by(*CORA)).build == build
        attempt = partial(opens, recipient=world.person(other), **world.by(*CORA))
        assert refused(attempt) == ["recipient-not-bound"]
    ours, theirs = people(story, first), people(story, second)
    assert len(ours) == len(theirs) > 0
    assert not ours & theirs, "the two institutions have no code in common"
