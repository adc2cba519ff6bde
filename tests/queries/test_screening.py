"""What the gates read: approved work beside a part, training, the last submission."""

from datetime import timedelta

import pytest

from muniment import models
from muniment.demo import applying, judging
from muniment.programme.findings_before_office import Kind
from muniment.queries import asked
from muniment.queries.screening import availability, completeness, need, policy, sent, weighing
from muniment.rulebook.words import Stage
from tests.pages import rows
from tests.world import World
from tests.world_fixture import world

__all__ = ["world"]


def test_approved_work_on_the_same_holding_is_compared_and_nothing_else(world: World) -> None:
    story = world.after(judging.determine)
    part = story.part
    assert weighing.approved_beside(part) == {}  # never with itself
    other = models.Case.objects.get(pk=story.case_id)
    other.pk, other.reference = None, "CENTRA-2026-9999"
    other.save()
    beside = models.Part(case=other, part_id="p1", dataset_edition=part.dataset_edition,
                         holding=part.holding, level="record", track="full")  # fmt: skip
    [(name, shape)] = weighing.approved_beside(beside).items()
    assert (name, shape["id"]) == (f"{story.case.reference} p1", "p1")
    part.status = "denied"
    part.save()
    assert weighing.approved_beside(beside) == {}


def test_one_part_is_asked_about_by_itself(world: World) -> None:
    part = world.after(applying.be_certified).part
    inputs = weighing.inputs_of(part)
    assert [each["id"] for each in inputs.specification["parts"]] == ["p1"]
    assert (inputs.policies, inputs.parts) == ({}, ("p1",))
    assert inputs.folders == (part.holding.folder,)  # type: ignore[union-attr]


def test_who_will_see_the_data_is_looked_up_with_their_training(world: World) -> None:
    story = world.after(applying.submit)
    now, case = world.house.clock.now, story.case
    by = world.house.acting("ada", "administrator")  # type: ignore[arg-type]
    tess = world.person("stan")
    models.TeamMember.objects.create(
        case=case, person=tess, email=tess.email, name=tess.name, project_role="analyst",
        will_access_data=True, made_at=now, made_by=by,
    )  # fmt: skip
    [found] = completeness.list_found(case, now=now)
    assert (found.section, found.kind) == ("team", Kind.INCONSISTENT)
    held = models.Training.objects.create(
        person=tess, name="GCP", issued_on=now.date(), made_at=now, made_by=by,
        expires_on=now.date() - timedelta(days=3),
    )  # fmt: skip
    [found] = completeness.list_found(case, now=now)
    assert found.kind == Kind.EXPIRED
    held.expires_on = None
    held.save()
    assert completeness.list_found(case, now=now) == []


def test_a_draft_was_not_sent_and_one_submission_has_nothing_before_it(world: World) -> None:
    story = world.after(applying.pilot_draft)
    assert sent.find_sent(story.case) is None
    assert completeness.list_points(story.case) == []


def test_a_changed_specification_is_told_in_sentences(world: World) -> None:
    story = world.after(applying.submit_again)
    before, last = story.case.submissions.order_by("number")
    row = last.specification
    assert row is not None
    written = asked.parsed(row)
    assert written is not None
    row.pk, row.version = None, row.version + 1
    row.document = row.document.replace("SEVERE", "MILD")
    row.save()
    last.specification = row
    last.save()
    found = sent.find_sent(story.case)
    assert found is not None
    assert found.data
    assert found.before == before.made_at


def test_a_rule_that_binds_nobody_here_has_no_explanation(world: World) -> None:
    story = world.after(judging.find_available)
    now = world.house.clock.now
    assert policy.find_explained(story.case, "no-such-rule", "", now=now) is None
    assert policy.find_explained(story.case, "territory", "nowhere", now=now) is None
    explained = policy.find_explained(story.case, "territory", "", now=now)
    assert explained is not None
    assert explained[1] == []  # the rules were not run


def test_linked_requests_know_each_other(world: World) -> None:
    case = world.after(applying.be_certified).case
    assert availability.list_linked(case) == []


@pytest.mark.parametrize(
    ("needed", "shown", "word"),
    [
        (None, 500, ""), (500, None, "insufficient"), (500, 445, "insufficient"),
        (500, 450, "marginal"), (500, 545, "marginal"), (500, 550, "sufficient"),
    ],
)  # fmt: skip
def test_a_verdict_is_suggested_from_the_protected_count(
    needed: int | None, shown: int | None, word: str
) -> None:
    assert need.suggested(needed, shown) == word
    assert need.suggested(needed, shown, counted=False) == ""


@pytest.mark.parametrize(
    ("value", "people"), [("12", 12), (11.2, 12), ("many", None), (None, None), (-1, None)]
)
def test_a_need_is_read_as_a_form_keeps_it(db: None, value: object, people: int | None) -> None:
    case = rows.office().case(Stage.AVAILABILITY)
    models.Section.objects.create(case=case, name="project", answers={"people_needed": value})
    assert need.stated(case) == need.Need(people, None)
