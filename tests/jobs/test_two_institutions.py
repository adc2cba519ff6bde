"""A second institution joins: the same data leave to its people on a line of their own."""

import csv
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from muniment import models
from muniment.actions import agreement, payment, release
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.queries import asked
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests import series
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


def settled(world: World, story: Story, row: models.StandingDelivery) -> None:
    """A statistician and finance looked at the delivery once, and its fee is waived."""
    release.confirm_standing_delivery(
        row, reason="As before.", **world.by("stella", Role.STATISTICIAN)
    )
    release.price_standing_delivery(row, **world.by("fay", Role.FINANCE))
    payment.ask_waiver(story.case, reason="No grant.", **world.by("alice", Role.APPLICANT))
    waiver = models.Waiver.objects.select_related("case", "made_by").get()
    payment.approve_waiver(waiver, reason="By the rule.", **world.by("fay", Role.FINANCE))


def test_a_later_edition_reaches_who_joined_and_the_lead_under_an_agreement_signed_anew(
    world: World,
) -> None:
    """The delivery was prepared once, for the lead under version 1, and looked at once for all."""
    story = series.delivered_once(world)
    joinder = joins(world, story)
    story, row = series.prepared(world, story)
    part = row.line.part
    settled(world, story, row)
    contracting.draft(story)
    contracting.issue(story)
    again = story.case.agreements.get(version=2)
    for name, role, act in (
        ("alice", Role.APPLICANT, agreement.sign_as_applicant),
        ("sam", Role.SIGNING_OFFICIAL, agreement.sign_for_institution),
        ("rita", Role.PROGRAMME_SIGNATORY, agreement.countersign),
    ):
        act(again, shown_sha256=again.text_sha256, **world.by(name, role))
    openable = releases.list_lines_to_open(story.case)
    assert [each for each in openable if each[0] == part] == [(part, again), (part, joinder)]
    first = releases.get_line(row.line_id)
    attempt = partial(release.plan_build, first, plan="{}", **world.by(*DANA))
    assert refused(attempt) == ["line-not-open"], "version 1 is in force no more"
    for text, name in ((joinder, "stan"), (again, "alice")):
        fresh = asked.get_part(part.pk)
        line = release.open_further_line(fresh, agreement=text, **world.by(*CORA))
        build = built(world, story, line)
        assert {each["edition"] for each in json.loads(build.manifest)["parts"]} == {series.NEXT}
        delivery = release.open_delivery(build, recipient=world.person(name), **world.by(*CORA))
        story.house.work_off()
        delivery.refresh_from_db()
        own = world.by(name, Role.TEAM_MEMBER if name == "stan" else Role.APPLICANT)
        leave = release.download(delivery, second_factor_at=own["now"], session="s", **own)
        assert release.begin_bytes(leave.row, now=own["now"], at_start=True) == []
    [standing] = releases.list_standing(story.case)
    assert standing.build == build
    left = releases.list_lines_to_open(story.case)
    assert [each for each in left if each[0] == part] == []
