"""Further builds: finished, sent back and released beside the first one."""

import pytest

from muniment import models
from muniment.actions import people, release, work
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.jobs import worker
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
DANA = ("dana", Role.DATA_ENGINEER)
DEV = ("dev", Role.CHECKER)
CHECKING = ("checking", "checking")
ACTIVE = ("active", "active")
PACKAGE = release.Package(
    manifest='{"muniment_manifest":1}',
    receipt_sha256="5" * 64,
    findings={"checks": {"package_verifies": True}, "risk": {"p1": {"within": True}}},
    folder="a-folder",
)


def two_in_check(world: World) -> tuple[Story, models.Build, models.Build]:
    """The first build waits for its check, and so does a second one of the same line."""
    story = world.after(releasing.build)
    first = story.build
    releasing.plan(story)
    releasing.build(story)
    return story, first, story.build


def one_released(world: World) -> tuple[Story, models.Build, models.Build]:
    """The first build left, the case is active, and the second one waits for its check."""
    story, first, second = two_in_check(world)
    certify(world, first)
    release.release(first, **world.by(*DEV))
    return story, first, second


def certify(world: World, build: models.Build) -> models.Check:
    package = build.package_sha256
    return release.check(build, package_sha256=package, reason="As approved.", **world.by(*DEV))


def test_a_further_build_is_finished_and_the_case_stays_where_it_is(world: World) -> None:
    story = world.after(releasing.build)
    releasing.plan(story)
    release.start_build(story.build, **world.by(*DANA))
    job = work.claim(now=world.house.now())
    assert job is not None
    by = {"actor": people.system(), "now": world.house.now()}
    assert refused(lambda: release.finish_build(story.build, job=job, package=PACKAGE, **by)) == [
        "wrong-stage"
    ]
    done = release.finish_further_build(story.build, job=job, package=PACKAGE, **by)
    assert (done.number, done.state, done.folder) == (2, "checking", "a-folder")
    assert marked(done, "built") == by_and_at(by)
    values = {"package": done.package_sha256, "receipt": "5" * 64}
    tag = "release.finish_further_build"
    assert_entered(story.case, tag, by, stages=CHECKING, values=values)


def test_the_first_build_is_no_further_one(world: World) -> None:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    job = work.claim(now=world.house.now())
    assert job is not None
    by = {"actor": people.system(), "now": world.house.now()}
    assert refused(
        lambda: release.finish_further_build(story.build, job=job, package=PACKAGE, **by)
    ) == ["wrong-stage"]


def test_the_worker_finishes_a_further_build_as_one(world: World) -> None:
    story, first, second = two_in_check(world)
    assert (first.number, second.number) == (1, 2)
    assert (second.state, story.case.stage) == ("checking", "checking")
    assert second.folder != first.folder


def test_one_of_two_is_sent_back_and_the_other_stays_in_check(world: World) -> None:
    story, first, second = two_in_check(world)
    by = world.by(*DEV)
    said = release.send_back_further_build(second, reason="Rows are missing.", **by)
    assert (said.passed, said.package_sha256) == (False, second.package_sha256)
    assert marked(said, "made") == by_and_at(by)
    assert [build.state for build in models.Build.objects.order_by("number")] == [
        "checking",
        "planned",
    ]
    values = {"package": second.package_sha256, "passed": False, "reason": "Rows are missing."}
    tag = "release.send_back_further_build"
    assert_entered(story.case, tag, by, stages=CHECKING, values=values)
    send = release.send_back_further_build
    assert refused(lambda: send(first, reason="Alone.", **world.by(*DEV))) == [
        "only-build-in-check"
    ]


def test_a_later_build_passes_the_same_gate(world: World) -> None:
    story, _, second = one_released(world)
    let_go = release.release_later_build
    assert "release-before-check" in refused(lambda: let_go(second, **world.by(*DEV)))
    certify(world, second)
    by = world.by(*CORA)
    gone = let_go(second, **by)
    assert gone.state == "released"
    assert marked(gone, "released") == by_and_at(by)
    values = {"package": gone.package_sha256, "plan": gone.plan.plan_sha256}
    assert_entered(story.case, "release.release_later_build", by, stages=ACTIVE, values=values)
    assert refused(lambda: let_go(gone, **world.by(*CORA))) == ["build-released"]


def test_a_later_build_is_sent_back_and_a_released_one_never(world: World) -> None:
    story, first, second = one_released(world)
    by, send = world.by(*DEV), release.send_back_later_build
    said = send(second, reason="Rows are missing.", **by)
    assert (said.passed, models.Build.objects.get(pk=second.pk).state) == (False, "planned")
    values = {"package": second.package_sha256, "passed": False, "reason": "Rows are missing."}
    tag = "release.send_back_later_build"
    assert_entered(story.case, tag, by, stages=ACTIVE, values=values)
    sent = models.Build.objects.get(pk=first.pk)
    assert refused(lambda: send(sent, reason="Too late.", **world.by(*DEV))) == ["build-released"]


@pytest.mark.parametrize("deaths", [work.ATTEMPTS])
def test_a_build_no_worker_came_back_from_can_be_started_again(world: World, deaths: int) -> None:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    for _ in range(deaths):
        assert work.claim(now=world.house.now()) is not None
        world.house.clock.now += work.LEASE
    by = {"actor": people.system(), "now": world.house.now()}
    early = refused(lambda: release.fail_build(story.build, job=None, reason="Gone.", **by))
    assert early == ["still-building"]
    plant = world.house.plant
    assert worker.work_off(plant=plant, clock=world.house.now) == 0
    assert (story.build.state, story.build.error) == ("planned", "No worker came back from it.")
    releasing.build(story)
