"""What nobody recorded goes: packages, locked files, passphrases, and files that were read in."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniment import models
from muniment.actions import people, release, step, work
from muniment.dataplane.extract import staging
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.gateways import dataplane, storage
from muniment.jobs import builds, clockwork, figures, packing, plane, planning, worker
from muniment.rulebook.words import Role, Stage
from tests import series
from tests.world import World

DANA = ("dana", Role.DATA_ENGINEER)
SHA = "a" * 64


def made_old(path: Path) -> Path:
    """Two days ago, by the file system."""
    then = datetime.now(UTC).timestamp() - 2 * 24 * 3600
    os.utime(path, (then, then))
    return path


def left(story: Story, attempt: str, *, old: bool) -> list[Path]:
    """What a worker that was killed leaves of an attempt: a package, a receipt, its prints."""
    plant = story.house.plant
    place = f"{story.case.reference}-0123abcd-1-{attempt}"
    package = plant.releases / place
    package.mkdir()
    (package / "manifest.json").write_text("{}")
    beside = [plant.receipts / f"{place}{end}" for end in (".json", ".trace.json", ".json.part")]
    for path in beside:
        path.write_text("{}")
    return [made_old(path) if old else path for path in (package, *beside)]


def test_a_package_that_no_build_names_goes_after_a_day(world: World) -> None:
    story = world.after(releasing.build)
    plant = story.house.plant
    gone, young = left(story, "7.1", old=True), left(story, "8.1", old=False)
    own = plant.receipts / "20261122T120000-12345678.json"  # a rehearsal's of the command line
    own.write_text("{}")
    kept = [
        own,
        plant.releases / story.build.folder,
        *plant.receipts.glob(f"{story.build.folder}*"),
    ]
    for path in kept:
        made_old(path)
    builds.tidy(plant=plant, now=datetime.now(UTC))
    assert not [path for path in gone if path.exists()]
    assert all(path.exists() for path in (*young, *kept))


def test_locked_files_and_half_read_folders_go_after_a_day(tmp_path: Path, db: None) -> None:
    plant = plane.plant(tmp_path)
    plant.staging.mkdir()
    halves = [plant.staging / f"{begun}x-1.1" for begun in (planning.BRINGING, figures.REHEARSING)]
    for half in halves:
        half.mkdir()
        (half / "rows.csv").write_text("a person's row")
    locked = plant.staging / "locked-1-1.1"
    locked.write_bytes(b"locked")
    orphan = plant.deliveries.put([b"locked"], most=10).sha256
    told = storage.at(tmp_path, room=storage.SECRETS)
    secret = told.put([b"passphrase"], most=10).sha256
    packing.tidy(plant=plant, now=datetime.now(UTC))
    assert all(path.exists() for path in (*halves, locked))
    plant.deliveries.open(orphan).close()
    for path in (*halves, locked):
        made_old(path)
    packing.tidy(plant=plant, now=datetime.now(UTC) + timedelta(days=2))
    assert list(plant.staging.iterdir()) == []
    for room, name in ((plant.deliveries, orphan), (told, secret)):
        with pytest.raises(storage.Missing):
            room.open(name)


def test_rows_that_a_dead_data_plane_was_reading_go_at_once(world: World) -> None:
    plant = world.after(releasing.build).house.plant
    begun = [plant.staging / f"{kind}x-1.1" for kind in (planning.BRINGING, figures.REHEARSING)]
    halves = [room / f"{staging.PREFIX}dead" for room in (plant.releases, plant.staging, *begun)]
    for half in halves:
        (half / "raw").mkdir(parents=True)
        (half / "raw" / "rows.csv").write_text("a person's row")
        (half / staging.LOCK).touch()
    builds.tidy(plant=plant, now=datetime.now(UTC))
    assert not [half for half in halves if half.exists()]
    for room in begun:
        room.rmdir()


def opened(world: World) -> Story:
    """A line on which Dana asked for a plan."""
    story = world.after(releasing.open_line)
    story.house.work_off()  # what the agreement left to do
    line = models.ReleaseLine.objects.get(part=story.part)
    release.ask_for_plan(line, **world.by(*DANA))
    return story


def claimed(world: World) -> models.Job:
    job = work.claim(now=world.house.now())
    assert job is not None
    return job


def test_a_plan_is_planned_once_although_its_worker_died_before_saying_so(world: World) -> None:
    story = opened(world)
    planning.plan(claimed(world), plant=story.house.plant, now=world.house.now())
    world.house.clock.pass_minutes(11)
    again = claimed(world)
    assert (again.kind, again.attempt) == ("plan", 2)
    worker.run_one(again, plant=story.house.plant, clock=world.house.now)
    assert models.Job.objects.get(pk=again.pk).state == "done"
    assert models.Build.objects.filter(line__part=story.part).count() == 1


def test_a_worker_that_lost_its_lease_plans_nothing(world: World) -> None:
    story = opened(world)
    slow = claimed(world)
    world.house.clock.pass_minutes(11)
    claimed(world)
    with pytest.raises(step.Refused) as refused:
        planning.plan(slow, plant=story.house.plant, now=world.house.now())
    assert [each.code for each in refused.value.reasons] == ["lease-lost"]
    assert not models.Build.objects.filter(line__part=story.part).exists()


def asked_to_bring(world: World) -> models.ReleaseLine:
    """The pilot's holding as a described one, its files laid where the office lays them."""
    story = world.after(releasing.open_line)
    story.house.work_off()
    holding = story.part.holding
    assert holding is not None
    home = story.house.home
    line = models.ReleaseLine.objects.select_related("part__holding").get(part=story.part)
    incoming = home / "incoming" / line.public_id
    incoming.mkdir(parents=True)
    for path in (home / "holdings" / holding.folder).rglob("*.csv"):
        shutil.copy(path, incoming / path.name)
    descriptor = holding.descriptor
    descriptor["muniment"]["kind"] = "described"
    models.Holding.objects.filter(pk=holding.pk).update(
        kind="described", content_sha256="", folder="", descriptor=descriptor
    )
    line = models.ReleaseLine.objects.select_related("part__holding").get(part=story.part)
    release.ask_to_bring(line, **world.by(*DANA))
    return line


@contextmanager
def reading_in(
    world: World, line: models.ReleaseLine
) -> Iterator[tuple[plane.Plant, Callable[[], list[set[Path]]]]]:
    """A plant that may read what was laid, and what came since into holdings and staging.

    The home is shared by the worlds of a run: what a test lays there, it takes away.
    """
    house = world.house
    rooms = (house.home / "holdings", house.home / "staging")
    before = [set(room.iterdir()) for room in rooms]

    def made() -> list[set[Path]]:
        return [set(room.iterdir()) - old for room, old in zip(rooms, before, strict=True)]

    try:
        with dataplane.DataPlane(read=[rooms[0], house.home / "incoming"], write=[rooms[1]]) as own:
            yield plane.Plant(house.home, house.plant.keys, own), made
    finally:
        for path in set().union(*made()):
            shutil.rmtree(path)
        shutil.rmtree(house.home / "incoming" / line.public_id)


def test_files_are_read_once_and_nothing_stays_in_staging(world: World) -> None:
    line, house = asked_to_bring(world), world.house
    with reading_in(world, line) as (plant, made):
        died = planning._name(line, claimed(world), 1)
        half = plant.staging / f"{planning.BRINGING}{died}" / "made"
        half.mkdir(parents=True)
        (half / "rows.csv").write_text("a person's row")
        house.clock.pass_minutes(11)
        planning.bring_in(claimed(world), plant=plant, now=house.now())
        house.clock.pass_minutes(11)
        worker.run_one(claimed(world), plant=plant, clock=house.now)
        holding = models.Holding.objects.get(parts=line.part)
        assert made() == [{house.home / "holdings" / holding.folder}, set()]
        assert len(holding.content_sha256) == 64


def test_files_that_another_worker_reads_by_now_are_not_kept_twice(world: World) -> None:
    line, house = asked_to_bring(world), world.house
    with reading_in(world, line) as (plant, made):
        slow = claimed(world)
        house.clock.pass_minutes(11)
        claimed(world)
        with pytest.raises(step.Refused) as refused:
            planning.bring_in(slow, plant=plant, now=house.now())
        assert [each.code for each in refused.value.reasons] == ["lease-lost"]
        assert made() == [set(), set()]


def test_a_rehearsal_whose_worker_died_goes_with_the_next_attempt(world: World) -> None:
    _, row = series.prepared(world)
    release.ask_to_look_again(row, **world.by("stella", Role.STATISTICIAN))
    died = claimed(world)
    halves = world.house.home / "staging"
    half = halves / f"{figures.REHEARSING}{row.line.public_id}-{died.pk}.{died.attempt}"
    (half / "package").mkdir(parents=True)
    (half / "package" / "rows.csv").write_text("a person's row")
    world.house.clock.pass_minutes(11)
    world.house.work_off()
    assert models.Job.objects.get(pk=died.pk).state == "done"
    assert not list(halves.glob(f"{figures.REHEARSING}*"))


def test_a_window_of_a_request_that_ended_is_closed_too(world: World) -> None:
    story = world.after(releasing.let_go)
    delivery = models.Delivery.objects.get(build=story.build)
    models.Case.objects.filter(pk=story.case_id).update(stage=Stage.CLOSED)
    late = datetime.combine(delivery.until_on + timedelta(days=2), datetime.min.time(), UTC)
    clockwork.go(clock=lambda: late - timedelta(days=2))
    assert models.Delivery.objects.get(pk=delivery.pk).closed_at is None
    clockwork.go(clock=lambda: late)
    closed = models.Delivery.objects.get(pk=delivery.pk)
    assert (closed.closed_at, closed.closed_by) == (late, people.system())
