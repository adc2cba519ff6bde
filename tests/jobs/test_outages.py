"""What a job needs is away or full: the case waits with a sentence, and goes on by itself."""

import errno
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from muniment import models
from muniment.actions import release, work
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.gateways import dataplane, payment, scanner, storage, timestamp
from muniment.jobs import plane, worker
from muniment.rulebook.words import Role
from tests.world import World

NOBODY = "s3://KEY:SECRET@127.0.0.1:9/bucket/prefix"


def standing(story: Story) -> Callable[[], datetime]:
    """A clock that stands, or a job that is put back would be due at once."""
    now = story.house.clock.now
    return lambda: now


def opened(world: World) -> tuple[Story, models.Delivery]:
    """Released, and a download opened that no worker has packed yet."""
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    delivery = release.open_delivery(
        story.build, recipient=story.house.cast.alice, **world.by("cora", Role.COORDINATOR)
    )
    return story, delivery


def test_a_store_that_is_away_delays_a_delivery_however_long(world: World) -> None:
    story, delivery = opened(world)
    house = story.house
    away = plane.Plant(house.home, house.plant.keys, house.plant.plane, storage_url=NOBODY)
    models.Job.objects.filter(kind="pack").update(attempt=work.ATTEMPTS - 1)  # its last try
    worker.work_off(plant=away, clock=standing(story))
    job = models.Job.objects.get(kind="pack")
    delivery.refresh_from_db()
    assert (job.state, job.error) == ("queued", delivery.error)
    assert job.error.startswith("The file store does not answer")
    house.clock.now = job.not_before
    house.work_off()
    delivery.refresh_from_db()
    assert delivery.packed_at is not None
    assert delivery.error == ""
    house.plant.deliveries.open(delivery.sha256).close()
    assert list((house.home / "staging").glob("locked-*")) == []


def test_an_engine_that_is_away_delays_a_build_however_long(world: World) -> None:
    story = world.after(releasing.plan)
    house = story.house
    release.start_build(story.build, **world.by("dana", Role.DATA_ENGINEER))
    with Away(read=[], write=[]) as none:
        away = plane.Plant(house.home, house.plant.keys, none)
        for _ in range(work.ATTEMPTS + 1):
            worker.work_off(plant=away, clock=standing(story))
            job = models.Job.objects.get(kind="build")
            assert (job.state, story.build.state) == ("queued", "building")
            assert story.build.doing == f"waits: {job.error}"
            house.clock.now = job.not_before + timedelta(seconds=1)
    house.work_off()
    assert story.build.state == "checking"


def test_an_engine_that_is_away_delays_a_delivery_however_long(world: World) -> None:
    story, delivery = opened(world)
    house = story.house
    with Away(read=[], write=[]) as none:
        away = plane.Plant(house.home, house.plant.keys, none)
        models.Job.objects.filter(kind="pack").update(attempt=work.ATTEMPTS - 1)  # its last try
        worker.work_off(plant=away, clock=standing(story))
    job = models.Job.objects.get(kind="pack")
    delivery.refresh_from_db()
    assert (job.state, job.error) == ("queued", delivery.error)
    assert "data plane" in job.error
    house.clock.now = job.not_before
    house.work_off()
    delivery.refresh_from_db()
    assert (delivery.packed_at is not None, delivery.error) == (True, "")


class Away(dataplane.DataPlane):
    """Its child cannot be started."""

    def _started(self) -> dataplane.Child:
        class Missing(dataplane.Child):
            PYTHON = "/nonexistent/python"

        return Missing(read=[], write=[])


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (dataplane.Unavailable("The disk is full."), "The disk is full."),
        (scanner.Unreachable("No scanner."), "No scanner."),
        (storage.Unreachable("No store."), "No store."),
        (timestamp.Unreachable("No stamps."), "No stamps."),
        (OSError(errno.ENOSPC, "No space left on device"), "There is no room left on the disk; "
         "make room, and this goes on by itself."),
        (OSError(errno.EACCES, "Permission denied"), None),
        (payment.Unreachable("No provider."), "No provider."),
        (dataplane.Failed("It broke."), None),
        (payment.Failed("It was refused."), None),
    ],
)  # fmt: skip
def test_what_is_waited_for_and_what_counts_as_an_attempt(
    fault: Exception, waits: str | None
) -> None:
    assert plane.find_outage(fault) == waits
