"""The approval file is signed only for the plan that was authorized, and only while it stands."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from muniment import models
from muniment.actions import case, classifying, release, work
from muniment.dataplane import approval
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.jobs import beside, builds, worker
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.world import World

DANA = ("dana", Role.DATA_ENGINEER)
RITA = ("rita", Role.PROGRAMME_SIGNATORY)


def planned(world: World) -> Story:
    """A build that is planned, and that nobody authorized."""
    story = world.after(releasing.open_line)
    plant = world.house.plant
    line = releases.get_line(models.ReleaseLine.objects.get().pk)
    drawn = plant.plane.draw(plant.order(releases.inputs_for(line)))
    release.plan_build(line, plan=drawn.plan_text, **world.by(*DANA))
    return story


def authorized(world: World) -> Story:
    story = planned(world)
    story.house.work_off()  # what the agreement left to do
    release.authorize_build(story.build, **world.by(*RITA))
    return story


def test_the_paper_names_the_plan_and_its_errand_and_the_key_holds(world: World) -> None:
    story = authorized(world)
    assert story.house.work_off() == 1
    build = story.build
    pem = story.house.plant.keys.public_key("approval")
    key = serialization.load_pem_public_key(pem)
    paper = approval.opened(build.plan.approval.encode(), key=key)
    assert paper.plan.hash == f"sha256:{build.plan.plan_sha256}"
    assert paper.terms.hash == f"sha256:{story.agreement.terms_sha256}"
    assert paper.errand.document() == {
        "request": story.case.reference,
        "agreement": f"{story.case.reference}/1",
        "line": build.line.public_id,
        "build": 1,
    }
    own = beside.Line(story.house.plant, build, "place")
    assert own.keeper == f"line-{build.line.public_id}"
    assert (paper.line_key, paper.kinds) == (approval.named(own.key), ("parquet", "csv"))
    assert models.Job.objects.latest("pk").state == "done"


def assert_unsigned(story: Story, *, error: str) -> None:
    """The job ended with this, and the plan has no paper."""
    job = models.Job.objects.latest("pk")
    assert (job.kind, job.state) == ("sign_approval", "failed")
    assert error in job.error
    assert story.build.plan.approval == ""
    assert story.build.state == "planned"


def test_a_job_that_somebody_slipped_in_signs_nothing(world: World) -> None:
    story = planned(world)
    plan = story.build.plan
    asked = {"build": story.build.pk, "plan": plan.plan_sha256, "terms": plan.terms_sha256}
    by = world.by(*RITA)
    work.enqueue("sign_approval", case=story.case, payload=asked, **by)
    story.house.work_off()
    assert_unsigned(story, error="not-authorized")


def test_a_job_in_the_name_of_somebody_who_may_not_signs_nothing(world: World) -> None:
    story = authorized(world)
    models.Job.objects.filter(state="queued").update(made_by=world.house.acting(*DANA))
    story.house.work_off()
    assert_unsigned(story, error="not-your-step")


def test_other_terms_than_the_agreements_are_not_signed(world: World) -> None:
    """Stella writes another method policy between the authorization and the signature."""
    story = authorized(world)
    document = {
        "policy": "pilot-standard",
        "edition": "2026.2",
        "holding": "sdtm-pilot",
        "fields": {"subjects.AGE": {"method": "keep"}},
    }
    by = world.by("stella", Role.STATISTICIAN)
    classifying.classify_fields(story.part.holding, document, **by)
    story.house.work_off()
    assert_unsigned(story, error="The terms are not those of the signed agreement")


def test_another_plan_than_the_authorized_one_is_not_signed(world: World) -> None:
    """The terms are the same; what lies on the disk is not."""
    story = authorized(world)
    holding = story.part.holding
    assert holding is not None
    folder = Path(story.house.home / "holdings" / holding.folder)
    [table] = folder.rglob("subjects.csv")
    content = table.read_bytes()
    table.write_bytes(content + content.splitlines(keepends=True)[-1].replace(b"01-", b"99-"))
    try:
        story.house.work_off()
    finally:
        table.write_bytes(content)
    assert_unsigned(story, error="The plan is no longer the one that was authorized")


def test_the_rule_is_asked_again_when_the_signature_is_there(world: World) -> None:
    story = authorized(world)
    cora = world.by("cora", Role.COORDINATOR)
    case.place_hold(story.case, reason="A complaint.", **cora)
    story.house.work_off()
    assert_unsigned(story, error="on-hold")


def test_a_worker_that_lost_its_lease_stores_no_paper(world: World) -> None:
    story = authorized(world)
    slow = work.claim(now=world.house.now())
    assert slow is not None
    world.house.clock.pass_minutes(11)
    quick = work.claim(now=world.house.now())
    assert quick is not None
    worker.run_one(slow, plant=story.house.plant, clock=world.house.now)
    assert story.build.plan.approval == ""
    worker.run_one(quick, plant=story.house.plant, clock=world.house.now)
    assert json.loads(story.build.plan.approval)["build"] == 1
    assert models.Job.objects.latest("pk").state == "done"


def test_every_kind_of_job_that_is_queued_has_its_worker() -> None:
    assert worker.HANDLERS["sign_approval"] is builds.sign_approval
    assert set(worker.HANDLERS) == {
        "figures", "live_count", "sign_approval", "build", "scan",
        "plan", "bring_in", "pack", "sample", "standing",
        "match_bank_lines", "card_checkout", "close_card_page", "draft_agreement", "seal",
        "timestamp", "send_envelope", "fetch_envelope", "keep_tombstone",
    }  # fmt: skip
