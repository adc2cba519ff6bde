"""Signed AND (paid OR waived OR nothing due) AND conditions met, at each step to a release."""

import itertools
from collections.abc import Callable

import pytest
from django.db import transaction

from muniment import models
from muniment.actions import release, step
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
Attempt = Callable[[World, Story], object]


def open_line(world: World, story: Story) -> object:
    return release.open_line(story.part, agreement=story.agreement, **world.by(*CORA))


def open_further_line(world: World, story: Story) -> object:
    """A second line needs an agreement of its own, so the first one is put out of the way."""
    models.Build.objects.all().delete()
    models.Plan.objects.all().delete()
    models.ReleaseLine.objects.all().delete()
    return release.open_further_line(story.part, agreement=story.agreement, **world.by(*CORA))


def authorize(world: World, story: Story) -> object:
    return release.authorize_build(story.build, **world.by("rita", Role.PROGRAMME_SIGNATORY))


def start(world: World, story: Story) -> object:
    return release.start_build(story.build, **world.by("dana", Role.DATA_ENGINEER))


def let_go(world: World, story: Story) -> object:
    return release.release(story.build, **world.by("dev", Role.CHECKER))


STEPS: list[tuple[Callable[[Story], None], Attempt]] = [
    (contracting.meet_condition, open_line),
    (releasing.plan, open_further_line),
    (releasing.plan, authorize),
    (releasing.plan, start),
    (releasing.check, let_go),
]


def unsigned(story: Story, capacity: str) -> None:
    models.Seal.objects.all().delete()
    models.Signature.objects.get(capacity=capacity).delete()


def settled(world: World, story: Story, how: str) -> None:
    """The payment made way for another settlement, or for none."""
    invoice = models.Invoice.objects.get()
    if how == "paid":
        return
    models.Payment.objects.all().delete()
    by = world.by("fay", Role.FINANCE)
    if how == "waived":
        models.Waiver.objects.create(
            case=story.case, reason="By the rule.", made_at=by["now"], made_by=by["actor"],
            approved_at=by["now"], approved_by=by["actor"],
        )  # fmt: skip
    if how == "waiver refused":
        models.Waiver.objects.create(
            case=story.case, reason="By the rule.", made_at=by["now"], made_by=by["actor"],
            refused_at=by["now"], refused_by=by["actor"],
        )  # fmt: skip
    if how == "nothing due":
        models.Invoice.objects.filter(pk=invoice.pk).update(total_minor=0)


SIGNED = (None, "applicant", "signing_official", "programme_signatory")
FEES = ("paid", "waived", "nothing due", "waiver refused", "open")
GOOD = FEES[:3]


def codes_of(attempt: Callable[[], object]) -> set[str]:
    """The codes of a refusal; none where it goes through."""
    try:
        attempt()
    except step.Refused as no:
        return {reason.code for reason in no.reasons}
    return set()


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize(("after", "attempt"), STEPS, ids=[each.__name__ for _, each in STEPS])
def test_each_step_towards_a_release_asks_for_the_whole_gate(
    world: World, after: Callable[[Story], None], attempt: Attempt
) -> None:
    story = world.after(after)
    for missing, fee, met in itertools.product(SIGNED, FEES, (True, False)):
        with transaction.atomic():
            if missing:
                unsigned(story, missing)
            settled(world, story, fee)
            if not met:
                models.Condition.objects.update(met_at=None, met_by=None)
            wanted = {
                "release-before-signature": missing is not None,
                "release-before-payment": fee not in GOOD,
                "release-before-conditions": not met,
            }
            found = codes_of(lambda: attempt(world, story))
            assert found == {code for code, expected in wanted.items() if expected}
            transaction.set_rollback(True)
