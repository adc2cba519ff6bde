"""Builds: planned by one person, authorized by another, started, canceled, failed, finished."""

import json
from typing import Any

import pytest

from muniment import models
from muniment.actions import people, release, review, work
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
DANA = ("dana", Role.DATA_ENGINEER)
RITA = ("rita", Role.PROGRAMME_SIGNATORY)
STAYS = ("building", "building")
Build = models.Build
PACKAGE = release.Package(
    manifest='{"muniment_manifest":1}',
    receipt_sha256="5" * 64,
    findings={"checks": {"package_verifies": True}, "risk": {"p1": {"within": True}}},
    folder="a-folder",
)


def line_of(story: Story) -> models.ReleaseLine:
    return models.ReleaseLine.objects.select_related("part").get(part=story.part)


def drawn(world: World, story: Story) -> str:
    """The plan as the data plane draws it."""
    plant = world.house.plant
    return plant.plane.draw(plant.order(releases.inputs_for(line_of(story)))).plan_text


def planned(world: World) -> Story:
    story = world.after(releasing.open_line)
    release.plan_build(line_of(story), plan=drawn(world, story), **world.by(*DANA))
    return story


def running(world: World) -> tuple[Story, models.Job]:
    """A build that was started, and its job in a worker's hands."""
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    job = work.claim(now=world.house.now())
    assert job is not None
    assert job.kind == "build"
    return story, job


def finish(world: World, story: Story, job: models.Job, **more: Any) -> models.Build:
    """As the job finishes it."""
    given = {
        "job": job,
        "package": PACKAGE,
        "actor": people.system(),
        "now": world.house.now(),
    }
    return release.finish_build(story.build, **{**given, **more})


def test_a_plan_is_kept_with_the_build_that_it_plans(world: World) -> None:
    story = world.after(releasing.open_line)
    plan, by = drawn(world, story), world.by(*DANA)
    build = release.plan_build(line_of(story), plan=plan, **by)
    row = build.plan
    assert (build.state, build.number, row.document) == ("planned", 1, plan)
    assert row.terms_sha256 == story.agreement.terms_sha256
    assert (row.approval, row.approved_at) == ("", None)
    assert marked(build, "made") == marked(row, "made") == by_and_at(by)
    values = {"line": build.line.public_id, "build": 1, "plan": row.plan_sha256}
    assert_entered(story.case, "release.plan_build", by, stages=STAYS, values=values)


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"terms_hash": 7}'])
def test_what_is_no_plan_is_refused(world: World, text: str) -> None:
    story = world.after(releasing.open_line)
    by = world.by(*DANA)
    assert refused(lambda: release.plan_build(line_of(story), plan=text, **by)) == ["not-a-plan"]


def test_only_the_data_engineer_plans_and_without_a_conflict(world: World) -> None:
    story = world.after(releasing.open_line)
    plan = drawn(world, story)
    assert refused(lambda: release.plan_build(line_of(story), plan=plan, **world.by(*CORA))) == [
        "not-your-step"
    ]
    review.declare_conflict(story.case, reason="A friend.", **world.by(*CORA))
    world.appoint("stan", Role.DATA_ENGINEER)
    models.TeamMember.objects.create(
        case=story.case,
        person=world.person("stan"),
        name="Stan",
        made_at=world.house.now(),
        made_by=world.house.acting(*CORA),
    )
    stan = world.by("stan", Role.DATA_ENGINEER)
    assert refused(lambda: release.plan_build(line_of(story), plan=plan, **stan)) == ["conflicted"]


def test_a_line_whose_agreement_was_drafted_anew_is_planned_no_more(world: World) -> None:
    story = world.after(releasing.open_line)
    line, plan = line_of(story), drawn(world, story)
    contracting.draft(story)
    by = world.by(*DANA)
    assert refused(lambda: release.plan_build(line, plan=plan, **by)) == ["line-not-open"]


def test_authorizing_marks_the_plan_and_asks_for_the_signature(world: World) -> None:
    story = planned(world)
    by = world.by(*RITA)
    release.authorize_build(story.build, **by)
    plan = story.build.plan
    assert marked(plan, "approved") == by_and_at(by)
    assert plan.approval == ""
    values = {"plan": plan.plan_sha256, "terms": plan.terms_sha256}
    assert_entered(story.case, "release.authorize_build", by, stages=STAYS, values=values)
    job = models.Job.objects.latest("pk")
    assert (job.kind, job.state, job.case) == ("sign_approval", "queued", story.case)
    assert job.payload == {"build": story.build.pk, **values}
    assert marked(job, "made") == by_and_at(by)


def test_a_plan_of_other_terms_is_not_authorized(world: World) -> None:
    story = world.after(releasing.open_line)
    document = {**json.loads(drawn(world, story)), "terms_hash": "sha256:" + "0" * 64}
    release.plan_build(line_of(story), plan=json.dumps(document), **world.by(*DANA))
    assert refused(lambda: release.authorize_build(story.build, **world.by(*RITA))) == [
        "plan-changed"
    ]
    assert refused(lambda: release.authorize_build(story.build, **world.by(*DANA))) == [
        "not-your-step",
        "plan-changed",
    ]


def test_starting_a_build_queues_its_job(world: World) -> None:
    story = world.after(releasing.plan)
    by = world.by(*DANA)
    job = release.start_build(story.build, **by)
    build = story.build
    assert build.state == "building"
    assert marked(build, "started") == by_and_at(by)
    assert (job.kind, job.state, job.payload) == ("build", "queued", {"build": build.pk})
    assert marked(job, "made") == by_and_at(by)
    values = {"line": build.line.public_id, "build": 1}
    assert_entered(story.case, "release.start_build", by, stages=STAYS, values=values)
    again = lambda: release.start_build(story.build, **world.by(*DANA))  # noqa: E731
    assert refused(again) == ["build-not-planned", "build-running"]


def test_nothing_starts_without_a_signed_approval(world: World) -> None:
    story = planned(world)
    start = lambda: release.start_build(story.build, **world.by(*DANA))  # noqa: E731
    assert refused(start) == ["build-not-authorized"]
    release.authorize_build(story.build, **world.by(*RITA))
    assert refused(start) == ["build-not-authorized"]
    world.house.work_off()
    start()


def test_a_canceled_build_is_planned_again_and_its_job_called_off(world: World) -> None:
    story, job = running(world)
    by = world.by(*CORA)
    release.cancel_build(story.build, **by)
    assert story.build.state == "planned"
    values = {"line": story.build.line.public_id, "build": 1}
    assert_entered(story.case, "release.cancel_build", by, stages=STAYS, values=values)
    assert not work.still_held(job)
    assert work.claim(now=world.house.now()) is None
    assert refused(lambda: release.cancel_build(story.build, **world.by(*CORA))) == [
        "build-not-running"
    ]


def test_a_package_of_a_canceled_run_is_not_taken_for_the_next_run(world: World) -> None:
    story, job = running(world)
    release.cancel_build(story.build, **world.by(*CORA))
    release.start_build(story.build, **world.by(*DANA))
    assert refused(lambda: finish(world, story, job)) == ["lease-lost"]
    assert story.build.state == "building"


def test_a_failed_build_says_why_and_can_be_started_again(world: World) -> None:
    story, job = running(world)
    by = {"actor": people.system(), "now": world.house.now()}
    release.fail_build(story.build, job=job, reason="The disk is full.", **by)
    build = story.build
    assert (build.state, build.error) == ("planned", "The disk is full.")
    values = {"line": build.line.public_id, "build": 1, "reason": "The disk is full."}
    assert_entered(story.case, "release.fail_build", by, stages=STAYS, values=values)
    release.start_build(story.build, **world.by(*DANA))


def test_only_the_system_fails_or_finishes_a_build(world: World) -> None:
    story, job = running(world)
    by = world.by(*DANA)
    assert refused(lambda: release.fail_build(story.build, job=job, reason="No.", **by)) == [
        "not-your-step"
    ]
    assert refused(lambda: finish(world, story, job, **by)) == ["not-your-step"]
    system = {"actor": people.system(), "now": world.house.now()}
    assert refused(lambda: release.fail_build(story.build, job=job, reason="", **system)) == [
        "reason-missing"
    ]


def test_a_worker_that_lost_its_lease_neither_fails_nor_finishes_the_build(world: World) -> None:
    story, slow = running(world)
    world.house.clock.pass_minutes(11)
    quick = work.claim(now=world.house.now())
    assert quick is not None
    assert (quick.pk, quick.attempt) == (slow.pk, 2)
    system = {"actor": people.system(), "now": world.house.now()}
    assert refused(lambda: release.fail_build(story.build, job=slow, reason="Late.", **system)) == [
        "lease-lost"
    ]
    assert refused(lambda: finish(world, story, slow)) == ["lease-lost"]
    finish(world, story, quick)
    assert story.build.state == "checking"


def test_finishing_records_the_package_by_its_hashes(world: World) -> None:
    story, job = running(world)
    by = {"actor": people.system(), "now": world.house.now()}
    finish(world, story, job, **by)
    build = story.build
    assert (build.state, build.error, build.folder) == ("checking", "", "a-folder")
    assert (build.manifest, build.receipt_sha256) == ('{"muniment_manifest":1}', "5" * 64)
    assert build.findings["checks"] == {"package_verifies": True}
    assert marked(build, "built") == by_and_at(by)
    values = {"package": build.package_sha256, "receipt": "5" * 64}
    stages = ("building", "checking")
    assert_entered(story.case, "release.finish_build", by, stages=stages, values=values)
    assert refused(lambda: finish(world, story, job)) == ["wrong-stage", "build-not-running"]
