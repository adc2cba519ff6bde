"""Each automatic check of a build fails where what it looks for is there, and only then."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import release
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.gateways import dataplane
from muniment.jobs import findings
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def started(world: World) -> Story:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by("dana", Role.DATA_ENGINEER))
    return story


def looked_at(story: Story, bend: Callable[[dict[str, Any]], object] = bool) -> dict[str, bool]:
    """The checks of the package as it lies there, its manifest told in another way."""
    row, plant = releases.get_build(story.build.pk), story.house.plant
    receipt = plant.receipts / f"{row.folder}.json"
    manifest = json.loads(row.manifest)
    bend(manifest)
    built = dataplane.Built(
        folder=str(plant.releases / row.folder),
        manifest=manifest,
        manifest_hash=row.package_sha256,
        receipt=json.loads(receipt.read_bytes()),
    )
    found = findings.of(row, built, plant=plant, now=story.house.now())
    return {name: passed for name, passed in found["checks"].items() if not passed}


def method_of(manifest: dict[str, Any], variable: str) -> dict[str, Any]:
    methods = (method for part in manifest["parts"] for method in part["methods"])
    return next(method for method in methods if method["variable"] == variable)


BENT: dict[str, Callable[[dict[str, Any]], object]] = {
    "plan_is_approved": lambda manifest: manifest.update(plan_hash=f"sha256:{'0' * 64}"),
    "terms_are_signed": lambda manifest: manifest.update(terms_hash=f"sha256:{'0' * 64}"),
    "editions_as_approved": lambda manifest: manifest["parts"].append(
        {**manifest["parts"][0], "edition": "1999.1"}
    ),
    "only_approved_variables": lambda manifest: method_of(manifest, "SEX").update(
        variable="DSTERM"
    ),
    "no_direct_identifiers": lambda manifest: method_of(manifest, "USUBJID").update(method="keep"),
}


def test_each_automatic_check_can_fail_alone(world: World) -> None:
    story = started(world)
    story.house.work_off()
    assert looked_at(story) == {}
    for check, bend in BENT.items():
        assert looked_at(story, bend) == {check: False}, check


def test_the_key_of_a_person_is_direct_although_its_class_does_not_say_so(world: World) -> None:
    story = started(world)
    story.house.work_off()
    holding = story.part.holding
    assert holding is not None
    for resource in holding.descriptor["resources"]:
        for field in resource["schema"]["fields"]:
            if field["name"] == "USUBJID":
                field["muniment"]["class"] = "none"
    holding.save(update_fields=["descriptor"])
    assert looked_at(story) == {}
    kept = BENT["no_direct_identifiers"]
    assert looked_at(story, kept) == {"no_direct_identifiers": False}


def test_an_ethics_approval_that_ran_out_shows_in_the_checks(world: World) -> None:
    story = started(world)
    story.house.work_off()
    section = models.Section.objects.get(case=story.case, name="ethics")
    yesterday = (story.house.now() - timedelta(days=2)).date().isoformat()
    section.answers = {**section.answers, "ethics_valid_until": yesterday}
    section.save(update_fields=["answers"])
    assert looked_at(story) == {"ethics_in_date": False}
