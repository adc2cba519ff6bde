"""The build job: one package counts, whatever workers and data planes go through."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from muniment import models
from muniment.actions import release, work
from muniment.dataplane import verify
from muniment.demo import releasing, roads
from muniment.demo.story import Story
from muniment.jobs import worker
from muniment.rulebook.words import Role
from tests.jobs import planes
from tests.world import World, memory

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

DANA = ("dana", Role.DATA_ENGINEER)


@pytest.fixture(scope="module")
def plane_of_the_module() -> Iterator[planes.Eventful]:
    """A second data plane in the world's home; its child serves every test of the module."""
    with planes.Eventful(memory().home) as made:
        yield made


@pytest.fixture
def eventful(plane_of_the_module: planes.Eventful) -> planes.Eventful:
    plane_of_the_module.begin()
    return plane_of_the_module


KEPT = (".json", ".trace.json")


def started(world: World) -> Story:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    return story


def folders(story: Story) -> list[str]:
    """What lies in releases/, hidden folders too."""
    return sorted(path.name for path in story.house.plant.releases.iterdir())


def receipts(story: Story) -> list[str]:
    """What lies in receipts/: of each build the receipt and its prints, and nothing else."""
    names = [path.name for path in story.house.plant.receipts.iterdir()]
    whole = sorted(name.removesuffix(".json") for name in names if ".trace." not in name)
    assert sorted(names) == sorted(f"{each}{end}" for each in whole for end in KEPT)
    return whole


def standing(story: Story) -> Callable[[], datetime]:
    """A clock that moves only when the test moves it."""
    return lambda: story.house.clock.now


def finishes(story: Story) -> int:
    """How often the ledger says that the build was finished."""
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=story.case_id)
    return chain.filter(tag="release.finish_build").count()


def test_the_build_is_recorded_as_it_lies_on_the_disk(world: World) -> None:
    story = started(world)
    assert story.house.work_off() == 1
    build = story.build
    folder = story.house.plant.releases / build.folder
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert build.manifest == manifest
    assert build.package_sha256 == hashlib.sha256(manifest.encode()).hexdigest()
    document = json.loads(manifest)
    assert document["plan_hash"] == f"sha256:{build.plan.plan_sha256}"
    assert (document["request"], document["line"]) == (story.case.reference, build.line.public_id)
    receipt = story.house.plant.receipts / f"{build.folder}.json"
    assert build.receipt_sha256 == hashlib.sha256(receipt.read_bytes()).hexdigest()
    assert document["receipt_hash"] == f"sha256:{build.receipt_sha256}"
    key = serialization.load_pem_public_key(story.house.plant.keys.public_key("manifest"))
    verify.folder(folder, key=key)
    assert (folders(story), receipts(story)) == ([build.folder], [build.folder])
    assert models.Job.objects.latest("pk").state == "done"


def test_the_checker_is_shown_what_the_machine_found(world: World) -> None:
    story = started(world)
    story.house.work_off()
    found = story.build.findings
    assert found["checks"] == {
        "package_verifies": True,
        "plan_is_approved": True,
        "terms_are_signed": True,
        "only_approved_variables": True,
        "editions_as_approved": True,
        "no_direct_identifiers": True,
        "ethics_in_date": True,
        "no_identifier_patterns": True,
        "codebook_matches": True,
        "no_small_cells": True,
    }
    assert found["found"] == []
    risk = found["risk"]["p1"]
    assert risk["within"] is True
    assert risk["smallest_group"] >= risk["limit"] > 0
    figures = found["parts"]["p1"]
    assert figures["after"]["smallest_group"] == risk["smallest_group"]
    people = sum(each["units"] for each in figures["before"]["groups"])
    assert people > 0
    assert sum(each["units"] for each in figures["held"]["groups"]) == people
    assert figures["held"]["smallest_group"] <= figures["before"]["smallest_group"]
    assert figures["cells"]["subjects.USUBJID"]["changed"] > 0


def test_a_worker_that_was_overtaken_leaves_nothing_behind(
    world: World, eventful: planes.Eventful
) -> None:
    """The slow one has built its package when its lease is over and another one builds too."""
    story = started(world)
    slow = planes.with_plane(story.house.plant, eventful)

    def meanwhile() -> None:
        assert len(folders(story)) == 1
        story.house.clock.pass_minutes(11)
        assert story.house.work_off() == 1

    eventful.meanwhile = meanwhile
    assert worker.work_off(plant=slow, clock=story.house.now) == 1
    build, job = story.build, models.Job.objects.latest("pk")
    assert (build.state, build.folder[-2:]) == ("checking", ".2")
    assert (folders(story), receipts(story)) == ([build.folder], [build.folder])
    assert (job.state, job.attempt, job.error) == ("done", 2, "")
    assert finishes(story) == 1


def test_a_worker_whose_lease_was_lost_while_the_other_one_builds_leaves_nothing(
    world: World, eventful: planes.Eventful
) -> None:
    """The other one has only begun: the slow one's package must not be taken for its own."""
    story = started(world)
    slow = planes.with_plane(story.house.plant, eventful)
    taken: list[models.Job] = []

    def meanwhile() -> None:
        story.house.clock.pass_minutes(11)
        job = work.claim(now=story.house.now())
        assert job is not None
        taken.append(job)

    eventful.meanwhile = meanwhile
    worker.work_off(plant=slow, clock=story.house.now)
    assert (story.build.state, folders(story), receipts(story)) == ("building", [], [])
    worker.run_one(taken[0], plant=story.house.plant, clock=story.house.now)
    assert (story.build.state, finishes(story)) == ("checking", 1)
    assert folders(story) == [story.build.folder]


def test_a_build_that_was_canceled_meanwhile_leaves_nothing(
    world: World, eventful: planes.Eventful
) -> None:
    story = started(world)
    slow = planes.with_plane(story.house.plant, eventful)
    eventful.meanwhile = lambda: release.cancel_build(story.build, **world.by(*DANA))
    worker.work_off(plant=slow, clock=story.house.now)
    assert (story.build.state, folders(story), receipts(story)) == ("planned", [], [])
    assert finishes(story) == 0


def test_a_case_that_was_changed_meanwhile_is_not_built_upon(
    world: World, eventful: planes.Eventful
) -> None:
    """The policy is edited while the data plane writes: the rule is asked again at the end."""
    story = started(world)
    slow = planes.with_plane(story.house.plant, eventful)
    rows = models.MethodPolicy.objects.filter(holding=story.part.holding)
    eventful.meanwhile = lambda: rows.update(document="{}")
    worker.work_off(plant=slow, clock=story.house.now)
    assert (story.build.state, folders(story), receipts(story)) == ("planned", [], [])
    assert story.build.error.startswith("plan-changed: ")


def test_a_dead_data_plane_is_tried_again_and_then_done(
    world: World, eventful: planes.Eventful
) -> None:
    story = started(world)
    plant = planes.with_plane(story.house.plant, eventful)
    eventful.deaths = 1
    assert worker.work_off(plant=plant, clock=standing(story)) == 1
    job = models.Job.objects.latest("pk")
    assert (job.state, job.attempt) == ("queued", 1)
    assert "ended in the middle of a request" in job.error
    assert (story.build.state, folders(story), receipts(story)) == ("building", [], [])
    assert job.not_before > story.house.clock.now
    story.house.clock.now = job.not_before
    assert worker.work_off(plant=plant, clock=standing(story)) == 1
    job = models.Job.objects.latest("pk")
    assert (job.state, job.attempt, job.error) == ("done", 2, "")
    assert (story.build.state, folders(story)) == ("checking", [story.build.folder])


def test_a_data_plane_that_never_comes_back_fails_the_build_in_the_end(
    world: World, eventful: planes.Eventful
) -> None:
    story = started(world)
    plant = planes.with_plane(story.house.plant, eventful)
    eventful.deaths = 2
    models.Job.objects.filter(state="queued").update(attempt=work.ATTEMPTS - 2)
    for state in ("queued", "failed"):
        assert worker.work_off(plant=plant, clock=standing(story)) == 1
        job = models.Job.objects.latest("pk")
        assert job.state == state
        story.house.clock.now = job.not_before
    assert worker.work_off(plant=plant, clock=story.house.now) == 0
    build = story.build
    assert (build.state, folders(story), receipts(story)) == ("planned", [], [])
    assert "ended in the middle of a request" in build.error
    releasing.build(story)


def test_what_a_killed_worker_left_is_deleted_by_the_next_attempt(
    world: World, eventful: planes.Eventful
) -> None:
    """It died between the package and its word on it: the whole folder is there, with no owner."""
    story = started(world)
    slow = planes.with_plane(story.house.plant, eventful)
    eventful.meanwhile = killed
    job = work.claim(now=story.house.now())
    assert job is not None
    with slow.plane, contextlib.suppress(Killed):
        worker.run_one(job, plant=slow, clock=story.house.now)
    assert len(folders(story)) == len(receipts(story)) == 1
    story.house.clock.pass_minutes(11)
    story.house.work_off()
    assert (folders(story), receipts(story)) == ([story.build.folder], [story.build.folder])
    assert story.build.folder.endswith(".2")


class Killed(BaseException):
    """As a signal would end the process."""


def killed() -> None:
    raise Killed


def test_the_embargo_is_judged_by_the_time_of_the_build(world: World) -> None:
    """Rows whose time has not come are not in the package, whoever let the build start."""
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    models.Availability.objects.update(embargoed_until=None)  # a figure that nobody recorded
    release.start_build(story.build, **world.by(*DANA))
    story.house.work_off()
    assert story.build.state == "checking"
    early = rows_of(story)
    assert 0 < early < held_in(story)


def rows_of(story: Story) -> int:
    """Rows that would leave."""
    folder = story.house.plant.releases / story.build.folder / "data"
    return len((folder / "abstracts.csv").read_text(encoding="utf-8").splitlines()) - 1


def held_in(story: Story) -> int:
    """Rows that the holding has."""
    holding = story.part.holding
    assert holding is not None
    folder = Path(story.house.home / "holdings" / holding.folder)
    [table] = folder.rglob("abstracts.csv")
    return len(table.read_text(encoding="utf-8").splitlines()) - 1


def test_once_the_embargo_lifts_the_same_line_is_built_and_released(world: World) -> None:
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    lifts = models.Availability.objects.get(part=story.part).embargoed_until
    assert isinstance(lifts, datetime)
    story.house.clock.now = lifts + timedelta(minutes=1)
    roads.walk(story, roads.AFTER_THE_EMBARGO)
    assert story.case.stage == "active"
    assert rows_of(story) == held_in(story)
