"""Deliveries on their way: packed, told, closed, recalled; looks; files brought in; progress."""

from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import people, release, work
from muniment.actions.release import builds
from muniment.actions.release.bringing import Brought
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.queries import release as releases
from muniment.queries.facts import release as facts
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
DANA = ("dana", Role.DATA_ENGINEER)
DEV = ("dev", Role.CHECKER)
ACTIVE = ("active", "active")
SHA = "a" * 64


def opened(world: World) -> models.Delivery:
    story = world.after(releasing.check)
    release.release(story.build, **world.by(*DEV))
    alice = world.person("alice")
    return release.open_delivery(story.build, recipient=alice, **world.by(*CORA))


def packing(world: World) -> models.Job:
    job = work.claim(now=world.house.now())
    assert job is not None
    assert job.kind == "pack"
    return job


def packed(world: World) -> models.Delivery:
    delivery = opened(world)
    by = {"actor": people.system(), "now": world.house.now()}
    return release.record_packed(
        delivery, job=packing(world), sha256=SHA, size=7, secret_sha256="b" * 64, **by
    )


def system(world: World) -> dict[str, object]:
    return {"actor": people.system(), "now": world.house.now()}


def test_a_file_is_recorded_once_and_only_by_who_holds_the_job(world: World) -> None:
    delivery = opened(world)
    job, by = packing(world), system(world)
    release.record_not_packed(delivery, reason="The disk is full.")
    delivery.refresh_from_db()
    assert delivery.error == "The disk is full."
    models.Job.objects.filter(pk=job.pk).update(attempt=2)
    lost = lambda: release.record_packed(delivery, job=job, sha256=SHA, size=7, **by)  # noqa: E731
    assert refused(lost) == ["lease-lost"]
    models.Job.objects.filter(pk=job.pk).update(attempt=1)
    done = release.record_packed(delivery, job=job, sha256=SHA, size=7, **by)
    assert (done.sha256, done.size, done.error) == (SHA, 7, "")
    assert marked(done, "packed") == by_and_at(by)
    assert refused(lost) == ["packed-already"]


def test_a_passphrase_is_shown_once_and_to_the_office_only(world: World) -> None:
    delivery = opened(world)
    assert refused(lambda: release.record_told(delivery, **world.by(*CORA))) == ["passphrase-shown"]
    models.Delivery.objects.update(
        sha256=SHA, secret_sha256=SHA, packed_at=world.house.now(), packed_by=people.system()
    )
    assert refused(lambda: release.record_told(delivery, **world.by(*DEV))) == ["not-your-step"]
    by = world.by(*CORA)
    assert marked(release.record_told(delivery, **by), "told") == by_and_at(by)
    assert refused(lambda: release.record_told(delivery, **by)) == ["passphrase-shown"]


def download(
    world: World,
    delivery: models.Delivery,
    by: dict[str, object] | None = None,
    **more: object,
) -> release.Leave:
    by = by or world.by(*ALICE)
    given = {"second_factor_at": by["now"], "session": "s", **more}
    return release.download(delivery, **given, **by)


def test_a_download_is_minted_entered_and_kept_as_a_hash(world: World) -> None:
    delivery = packed(world)
    by = world.by(*ALICE)
    leave = download(world, delivery, by)
    assert marked(leave.row, "made") == by_and_at(by)
    assert leave.token not in str(models.Download.objects.values())
    values = {"package": delivery.build.package_sha256, "file": SHA, "way": "browser"}
    case = builds.case_of(delivery.build.line)
    assert_entered(case, "release.download", by, stages=ACTIVE, values=values)
    found = releases.find_download(leave.token, session="s", now=by["now"])
    assert found == leave.row
    assert releases.find_download(leave.token, session="", now=by["now"]) is None
    late = by["now"] + timedelta(hours=1)
    assert releases.find_download(leave.token, session="s", now=late) is None
    assert download(world, delivery, session="").row.way == "code"


@pytest.mark.parametrize(
    ("minutes", "code"), [(None, "second-factor-needed"), (11, "second-factor-needed")]
)
def test_a_stale_second_factor_opens_nothing(world: World, minutes: int | None, code: str) -> None:
    delivery = packed(world)
    shown = None if minutes is None else world.house.now() - timedelta(minutes=minutes)
    assert refused(lambda: download(world, delivery, second_factor_at=shown)) == [code]


def test_a_window_that_is_over_or_not_packed_opens_nothing(world: World) -> None:
    delivery = opened(world)
    assert refused(lambda: download(world, delivery)) == ["download-window-closed"]
    models.Delivery.objects.update(
        sha256=SHA, packed_at=world.house.now(), packed_by=people.system()
    )
    world.house.clock.pass_days(15)
    assert refused(lambda: download(world, delivery)) == ["download-window-closed"]


def test_after_the_last_download_there_is_none_left(world: World) -> None:
    delivery = packed(world)
    for _ in range(releases.MOST_DOWNLOADS):
        download(world, delivery)
    assert refused(lambda: download(world, delivery)) == ["downloads-used"]


def test_bytes_flow_while_the_rule_lets_them_and_begin_so_often(world: World) -> None:
    delivery = packed(world)
    leave, code = download(world, delivery), download(world, delivery, session="")
    now = world.house.now()
    [middle] = release.begin_bytes(code.row, now=now, at_start=False)
    assert middle.code == "download-not-begun"
    begun = [release.begin_bytes(leave.row, now=now, at_start=True) for _ in range(4)]
    assert [[each.code for each in reasons] for reasons in begun] == [
        [], [], [], ["download-begun"],
    ]  # fmt: skip
    assert release.begin_bytes(leave.row, now=now, at_start=False) == []
    assert release.begin_bytes(code.row, now=now, at_start=True) == []
    [again] = release.begin_bytes(code.row, now=now, at_start=True)
    assert again.code == "download-begun"
    assert release.begin_bytes(code.row, now=now, at_start=False) == []
    release.withdraw_build(delivery.build, reason="A wrong join.", **world.by(*CORA))
    [gone] = release.begin_bytes(leave.row, now=now, at_start=False)
    assert gone.code == "build-withdrawn"


def test_a_window_closes_after_its_last_day_and_not_before(world: World) -> None:
    delivery = packed(world)
    by = system(world)
    assert refused(lambda: release.close_delivery(delivery, **by)) == ["too-early"]
    world.house.clock.pass_days(16)
    by = system(world)
    closed = release.close_delivery(delivery, **by)
    assert marked(closed, "closed") == by_and_at(by)
    assert letters_to(world.person("alice"))[-1] == "download-closed"
    values = {"package": delivery.build.package_sha256, "file": SHA}
    case = builds.case_of(delivery.build.line)
    assert_entered(case, "release.close_delivery", by, stages=ACTIVE, values=values)
    again = refused(lambda: release.close_delivery(delivery, **system(world)))
    assert again == ["download-window-closed"]
    assert releases.live_files([SHA]) == set()
    assert releases.waiting_secrets(["b" * 64]) == set()


def test_recipients_are_told_to_stop_and_the_reason_stands_beside_the_data(
    world: World,
) -> None:
    delivery = opened(world)
    by, alice = world.by(*CORA), world.person("alice")
    told = release.tell_recipients(delivery.build, reason=" A wrong join. ", **by)
    assert told == [alice]
    assert letters_to(alice)[-1] == "release-recalled"
    build = models.Build.objects.get(pk=delivery.build.pk)
    assert (build.recall_reason, marked(build, "recalled")) == ("A wrong join.", by_and_at(by))
    values = {"package": build.package_sha256, "reason": "A wrong join.", "told": 1}
    case = builds.case_of(build.line)
    assert_entered(case, "release.tell_recipients", by, stages=ACTIVE, values=values)
    nothing = refused(lambda: release.tell_recipients(build, reason=" ", **world.by(*CORA)))
    assert nothing == ["reason-missing"]


def test_a_look_at_rows_needs_a_purpose_and_its_rows_are_forgotten(world: World) -> None:
    story = world.after(releasing.build)
    by = world.by(*DEV)
    none = refused(lambda: release.view_sample_rows(story.build, purpose=" ", **by))
    assert none == ["reason-missing"]
    look = release.view_sample_rows(story.build, purpose="To check it.", **by)
    assert marked(look, "made") == by_and_at(by)
    values = {"package": story.build.package_sha256, "purpose": "To check it."}
    stages = ("checking", "checking")
    assert_entered(story.case, "release.view_sample_rows", by, stages=stages, values=values)
    job = work.claim(now=world.house.now())
    assert job is not None
    release.record_sample(look, job=job, sha256=SHA)
    later = world.house.now() + timedelta(hours=2)
    assert releases.list_stale_samples(now=later) == [look]
    assert release.forget_samples([look]) == 1
    assert models.Look.objects.get(pk=look.pk).sha256 == ""


def test_reading_exact_figures_is_noted_once_for_each_person(world: World) -> None:
    story = world.after(releasing.build)
    first = release.note_look(story.build, purpose="the check", **world.by(*DEV))
    assert release.note_look(story.build, purpose="the check", **world.by(*DEV)) == first
    assert release.note_look(story.build, purpose="work", **world.by(*DANA)) != first


def test_progress_is_kept_while_the_job_is_held_and_renews_its_lease(world: World) -> None:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    job = work.claim(now=world.house.now())
    assert job is not None
    later = world.house.now() + timedelta(minutes=9)
    told = {"doing": "treat p1", "done": 1, "of": 2}
    assert release.note_progress(story.build, job=job, now=later, **told)
    build = story.build
    assert (build.doing, build.done, build.of) == ("treat p1", 1, 2)
    assert work.claim(now=later + timedelta(minutes=5)) is None
    release.cancel_build(story.build, **world.by(*DANA))
    assert not release.note_progress(story.build, job=job, now=later, **told)


def test_a_plan_is_asked_for_once_by_who_may_plan(world: World) -> None:
    story = world.after(releasing.open_line)
    line = models.ReleaseLine.objects.get(part=story.part)
    assert refused(lambda: release.ask_for_plan(line, **world.by(*CORA))) == ["not-your-step"]
    release.ask_for_plan(line, **world.by(*DANA))
    again = refused(lambda: release.ask_for_plan(line, **world.by(*DANA)))
    assert again == ["plan-being-drawn"]


def described(world: World) -> tuple[Story, models.ReleaseLine]:
    story = world.after(releasing.open_line)
    models.Holding.objects.filter(pk=story.part.holding_id).update(
        kind="described", content_sha256="", folder=""
    )
    line = models.ReleaseLine.objects.select_related("part__holding").get(part=story.part)
    return story, line


def test_files_are_brought_in_for_a_described_holding(world: World) -> None:
    story, line = described(world)
    job = release.ask_to_bring(line, **world.by(*DANA))
    assert (job.kind, job.payload) == ("bring_in", {"line": line.pk})
    held = work.claim(now=world.house.now())
    by = world.by(*DANA)
    holding = release.bring_in_files(line, Brought("made-here", SHA), job=held, **by)
    assert (holding.folder, holding.content_sha256) == ("made-here", SHA)
    values = {"line": line.public_id, "holding": holding.slug, "content": SHA}
    stages = ("building", "building")
    assert_entered(story.case, "release.bring_in_files", by, stages=stages, values=values)
    nothing = refused(lambda: release.bring_in_files(line, Brought("x", ""), **world.by(*DANA)))
    assert nothing == ["file-not-stored"]


def test_limits_of_a_described_holding_stand_only_as_they_were_signed(world: World) -> None:
    """Also where neither the signed terms nor the row say any, nothing was agreed on."""
    _, line = described(world)
    holding = line.part.holding
    assert holding is not None
    name, limits = f"{holding.slug}@{holding.edition}", releases.find_limits(holding)

    def stand(thresholds: dict[str, Any]) -> bool:
        return facts._limits_stand(line, {"thresholds": thresholds})

    assert limits is not None
    assert stand({name: limits})
    assert [stand({}), stand({name: {**limits, "k": 1}})] == [False, False]
    holding.descriptor = {"muniment": {}}
    holding.save()
    assert [stand({}), stand({name: limits})] == [False, False]


def test_files_are_not_brought_in_for_a_loaded_holding_nor_by_others(world: World) -> None:
    story = world.after(releasing.open_line)
    line = models.ReleaseLine.objects.get(part=story.part)
    assert refused(lambda: release.ask_to_bring(line, **world.by(*DANA))) == ["not-described"]
    assert refused(lambda: release.ask_to_bring(line, **world.by(*CORA))) == ["not-your-step"]
    brought = Brought("x", SHA)
    loaded = refused(lambda: release.bring_in_files(line, brought, **world.by(*DANA)))
    assert loaded == ["not-described"]
