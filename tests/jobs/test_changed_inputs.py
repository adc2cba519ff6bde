"""Whatever a plan was drawn from, changed behind the house's back, stops the build (privacy A8)."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.db import connection

from muniment import models
from muniment.actions import classifying, release
from muniment.demo import releasing, roads
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import refused
from tests.world import World

DANA = ("dana", Role.DATA_ENGINEER)
Change = Callable[[World, Story], None]


def write(row: Any, **columns: Any) -> None:
    """Past every rule, as somebody with the database's password could."""
    named = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {named} WHERE id = %s", [*columns.values(), row.pk]
        )
        assert cursor.rowcount == 1


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def policy_of(story: Story) -> models.MethodPolicy:
    return models.MethodPolicy.objects.filter(holding=story.part.holding).latest("pk")


def specification_of(story: Story) -> models.Specification:
    return models.Specification.objects.get(case_id=story.case_id)


def other_policy(text: str) -> str:
    """Ages leave as they are."""
    document = json.loads(text)
    document["fields"]["subjects.AGE"] = {"method": "keep"}
    return rfc8785.dumps(document).decode()


def other_specification(text: str) -> str:
    """Everybody, not only those with an event."""
    document = json.loads(text)
    document["parts"][0]["cohort"] = None
    return rfc8785.dumps(document).decode()


def other_terms(text: str) -> str:
    """The same, for the specification inside."""
    document = json.loads(text)
    document["specification"]["parts"][0]["cohort"] = None
    return rfc8785.dumps(document).decode()


def policy_document(world: World, story: Story) -> None:
    row = policy_of(story)
    write(row, document=other_policy(row.document))


def policy_with_its_hash(world: World, story: Story) -> None:
    row = policy_of(story)
    text = other_policy(row.document)
    write(row, document=text, sha256=sha256(text))


def policy_broken(world: World, story: Story) -> None:
    write(policy_of(story), document="{", sha256=sha256("{"))


def policy_replaced_by_its_step(world: World, story: Story) -> None:
    document = json.loads(other_policy(policy_of(story).document))
    classifying.classify_fields(
        story.part.holding, document, **world.by("stella", Role.STATISTICIAN)
    )


def specification_document(world: World, story: Story) -> None:
    row = specification_of(story)
    write(row, document=other_specification(row.document))


def specification_with_its_hash(world: World, story: Story) -> None:
    row = specification_of(story)
    text = other_specification(row.document)
    write(row, document=text, sha256=sha256(text))


def specification_broken(world: World, story: Story) -> None:
    write(specification_of(story), document="", sha256=sha256(""))


def terms(world: World, story: Story) -> None:
    row = story.agreement
    write(row, terms=other_terms(row.terms))


def terms_hash(world: World, story: Story) -> None:
    write(story.agreement, terms_sha256="0" * 64)


def terms_with_their_hash(world: World, story: Story) -> None:
    row = story.agreement
    text = other_terms(row.terms)
    write(row, terms=text, terms_sha256=sha256(text))


def terms_with_every_hash(world: World, story: Story) -> None:
    """Agreement, plan and specification tell one story; the text that was signed tells another."""
    row, asked, plan = story.agreement, specification_of(story), story.build.plan
    text = other_terms(row.terms)
    write(row, terms=text, terms_sha256=sha256(text))
    asked_text = other_specification(asked.document)
    write(asked, document=asked_text, sha256=sha256(asked_text))
    planned = {**json.loads(plan.document), "terms_hash": f"sha256:{sha256(text)}"}
    plan_text = rfc8785.dumps(planned).decode()
    write(plan, document=plan_text, plan_sha256=sha256(plan_text), terms_sha256=sha256(text))


def text_of_the_agreement(world: World, story: Story) -> None:
    row = story.agreement
    write(row, text=row.text.replace("Alice Abara", "Stan Stranger"))


def plan_document(world: World, story: Story) -> None:
    row = story.build.plan
    write(row, document=row.document.replace('"muniment_plan":1', '"muniment_plan":2'))


def plan_broken(world: World, story: Story) -> None:
    write(story.build.plan, document="[]", plan_sha256=sha256("[]"))


def content_hash(world: World, story: Story) -> None:
    write(story.part.holding, content_sha256="0" * 64)


PLAN_CHANGED = [
    policy_document,
    policy_with_its_hash,
    policy_broken,
    policy_replaced_by_its_step,
    specification_document,
    specification_with_its_hash,
    specification_broken,
    terms,
    terms_hash,
    terms_with_their_hash,
    terms_with_every_hash,
    text_of_the_agreement,
    plan_document,
    plan_broken,
    content_hash,
]


def plan_with_its_hash(world: World, story: Story) -> None:
    row = story.build.plan
    text = rfc8785.dumps({**json.loads(row.document), "compiler_version": "other"}).decode()
    write(row, document=text, plan_sha256=sha256(text))


def approval_gone(world: World, story: Story) -> None:
    write(story.build.plan, approval="")


def approval_broken(world: World, story: Story) -> None:
    write(story.build.plan, approval='{"plan":')


def approval_of_another_plan(world: World, story: Story) -> None:
    row = story.build.plan
    paper = json.loads(row.approval)
    paper["plan"]["compiler_version"] = "other"
    write(row, approval=rfc8785.dumps(paper).decode())


def approval_of_another_line(world: World, story: Story) -> None:
    row = story.build.plan
    write(row, approval=row.approval.replace(story.build.line.public_id, "f" * 32))


def authorization_mark_gone(world: World, story: Story) -> None:
    write(story.build.plan, approved_at=None, approved_by_id=None)


NOT_AUTHORIZED = [
    plan_with_its_hash,
    approval_gone,
    approval_broken,
    approval_of_another_plan,
    approval_of_another_line,
    authorization_mark_gone,
]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        *((change, "plan-changed") for change in PLAN_CHANGED),
        *((change, "build-not-authorized") for change in NOT_AUTHORIZED),
    ],
)
def test_the_build_does_not_start(world: World, change: Change, code: str) -> None:
    story = world.after(releasing.plan)
    change(world, story)
    assert code in refused(lambda: release.start_build(story.build, **world.by(*DANA)))


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("change", [*PLAN_CHANGED, *NOT_AUTHORIZED])
def test_a_build_that_was_started_before_the_change_ends_with_nothing(
    world: World, change: Change
) -> None:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    before = written(story)
    change(world, story)
    story.house.work_off()
    assert_failed(story, before)
    assert story.build.error.startswith(("plan-changed: ", "build-not-authorized: "))


def signature(world: World, story: Story) -> None:
    """The last digit of the approval's signature."""
    row = story.build.plan
    paper = json.loads(row.approval)
    paper["signature"] = paper["signature"][:-1] + ("0" if paper["signature"][-1] != "0" else "1")
    write(row, approval=rfc8785.dumps(paper).decode())


def agreement_named_in_the_approval(world: World, story: Story) -> None:
    """A member that only the signature covers."""
    row = story.build.plan
    write(row, approval=row.approval.replace('0001/1"', '0001/2"'))


def every_row_but_the_signature(world: World, story: Story) -> None:
    """Whoever owns the database makes all rows agree on another scope; the key is elsewhere."""
    terms_with_every_hash(world, story)
    agreement, plan = story.agreement, story.build.plan
    old = next(line for line in agreement.text.splitlines() if line.startswith("Terms hash"))
    text = agreement.text.replace(old, f"Terms hash: sha256:{agreement.terms_sha256}")
    write(agreement, text=text, text_sha256=sha256(text))
    for row in models.Signature.objects.all():
        write(row, shown_sha256=sha256(text))
    paper = json.loads(plan.approval)
    paper["terms"], paper["plan"] = json.loads(agreement.terms), json.loads(plan.document)
    write(plan, approval=rfc8785.dumps(paper).decode())


@pytest.mark.parametrize(
    "change", [signature, agreement_named_in_the_approval, every_row_but_the_signature]
)
def test_the_executor_refuses_an_approval_that_the_approver_did_not_sign(
    world: World, change: Change
) -> None:
    story = world.after(releasing.plan)
    change(world, story)
    before = written(story)
    release.start_build(story.build, **world.by(*DANA))
    story.house.work_off()
    assert_failed(story, before)
    assert story.build.error == "The approval file was changed after it was signed."


def followed_over_time(world: World, story: Story) -> None:
    """The answers ask for a series with linked people, so that lines would share one key."""
    answer(story, delivery_rhythm="series", linkage=True)


def in_another_form(world: World, story: Story) -> None:
    answer(story, formats=["stata"])


def answer(story: Story, **answers: Any) -> None:
    row = models.Section.objects.get(case_id=story.case_id, name="data")
    write(row, answers=json.dumps(row.answers | answers))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (followed_over_time, "the key of the pseudonyms"),
        (in_another_form, "the forms of the files"),
    ],
)
@pytest.mark.parametrize("started", [False, True])
def test_answers_that_decide_a_build_are_those_that_were_approved(
    world: World, change: Change, named: str, started: bool
) -> None:
    """Neither whose key makes the pseudonyms nor the forms of the files is chosen afterwards."""
    story = world.after(releasing.plan)
    before = written(story)
    if started:
        release.start_build(story.build, **world.by(*DANA))
    change(world, story)
    if not started:
        release.start_build(story.build, **world.by(*DANA))
    story.house.work_off()
    assert_failed(story, before)
    assert story.build.error.startswith(f"The build is not what was approved: {named} changed")


@contextmanager
def edited(path: Path, content: bytes) -> Iterator[None]:
    """A file of the holding with other content, put back afterwards."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("name", ["subjects.csv", "datapackage.json"])
def test_the_executor_refuses_data_that_changed_on_the_disk(world: World, name: str) -> None:
    """No row says so; the executor hashes what lies before it."""
    story = world.after(releasing.plan)
    before = written(story)
    holding = story.part.holding
    assert holding is not None
    path = story.house.home / "holdings" / holding.folder / name
    if not path.is_file():
        path = path.parent / "data" / name
    release.start_build(story.build, **world.by(*DANA))
    content = path.read_bytes()
    changed = content.replace(b'"rounding": 5', b'"rounding": 1') + b"\n"
    if name == "subjects.csv":
        changed = content + content.splitlines(keepends=True)[-1].replace(b"01-", b"99-")
    with edited(path, changed):
        story.house.work_off()
    assert_failed(story, before)
    assert "changed" in story.build.error


@contextmanager
def copied(folder: Path, target: Path) -> Iterator[None]:
    """Another folder beside a holding's own: the same tables with one value changed."""
    shutil.copytree(folder, target)
    path = next(target.rglob("subjects.csv"))
    path.write_bytes(path.read_bytes().replace(b",M,", b",F,", 1))
    try:
        yield
    finally:
        shutil.rmtree(target)


@pytest.mark.parametrize("folder", ["another", "../keys", "nowhere", ""])
def test_the_executor_refuses_a_holding_whose_folder_is_another_one(
    world: World, folder: str
) -> None:
    story = world.after(releasing.plan)
    before, holding = written(story), story.part.holding
    assert holding is not None
    place = story.house.home / "holdings"
    with copied(place / holding.folder, place / "another"):
        write(holding, folder=folder)
        release.start_build(story.build, **world.by(*DANA))
        story.house.work_off()
    assert_failed(story, before)
    said = (
        "the contents of the holding changed"
        if folder == "another"
        else "datapackage.json cannot be read"
    )
    assert said in story.build.error


def test_an_approval_is_worth_nothing_on_another_line_of_the_same_plan(world: World) -> None:
    """Two requests for the same data have one plan, and still each its own approval."""
    story = world.after(releasing.plan)
    paper = story.build.plan.approval
    other = world.walk_beside(road=roads.FULL, until=releasing.plan)
    assert other.build.plan.plan_sha256 == story.build.plan.plan_sha256
    write(other.build.plan, approval=paper)
    assert refused(lambda: release.start_build(other.build, **world.by(*DANA))) == [
        "build-not-authorized"
    ]


def written(story: Story) -> set[str]:
    """Everything in the folders of releases and receipts, hidden staging folders too."""
    plant = story.house.plant
    return {
        str(path.relative_to(story.house.home))
        for room in (plant.releases, plant.receipts)
        for path in room.rglob("*")
    }


def assert_failed(story: Story, before: set[str]) -> None:
    """Planned again with the reason on record; no package, no receipt, no working file."""
    build = story.build
    assert (build.state, build.package_sha256, build.folder) == ("planned", "", "")
    assert build.error
    assert story.case.stage == "building"
    assert written(story) == before
    entry = models.Entry.objects.filter(subject_kind="case", subject_id=story.case_id)
    assert entry.latest("number").tag == "release.fail_build"
    assert models.Job.objects.latest("pk").state in ("done", "failed")
