"""Figures: counted by the data plane, recorded in the name of whoever asked, by the rule."""

from datetime import timedelta

from muniment import models
from muniment.actions import case
from muniment.actions.screening import asking
from muniment.demo import applying
from muniment.demo.story import Story
from muniment.jobs import worker
from muniment.rulebook.words import Role
from tests.evidence import refused
from tests.jobs import planes
from tests.world import World

STELLA = ("stella", Role.STATISTICIAN)


def asked(world: World) -> Story:
    story = world.after(applying.be_certified)
    asking.ask_for_figures(story.part, **world.by(*STELLA))
    return story


def job() -> models.Job:
    return models.Job.objects.latest("pk")


def test_the_figures_are_protected_and_exact_in_their_own_places(world: World) -> None:
    story = asked(world)
    assert story.house.work_off() == 2  # the figures, and the scan of the protocol
    found = models.Availability.objects.get(part=story.part)
    said = found.protected["matching"]
    assert said["shown"] % 5 == 0
    assert found.exact["matching"] > 11
    assert abs(found.exact["matching"] - said["shown"]) < 6 * said["sigma"] + said["rounding"]
    assert (found.outcome, found.embargoed_until) == ("available", None)
    assert found.made_by == world.house.acting(*STELLA)
    assert job().state == "done"


def test_the_same_question_has_the_same_answer(world: World) -> None:
    """The noise is seeded by the people who match, not by the day of the question."""
    story = asked(world)
    story.house.work_off()
    first = models.Availability.objects.get(part=story.part)
    world.house.clock.pass_days(1)
    asking.ask_for_figures(story.part, **world.by(*STELLA))
    story.house.work_off()
    again = models.Availability.objects.get(part=story.part, superseded_at__isnull=True)
    assert again.pk != first.pk
    assert again.protected == first.protected


def test_figures_asked_by_somebody_who_left_the_office_are_not_recorded(world: World) -> None:
    story = asked(world)
    yesterday = world.house.clock.now.date() - timedelta(days=1)
    models.RoleGrant.objects.filter(person=world.person("stella")).update(until_on=yesterday)
    story.house.work_off()
    assert (job().state, "not-your-step" in job().error) == ("failed", True)
    assert not models.Availability.objects.filter(part=story.part).exists()


def test_a_request_that_was_changed_during_the_count_is_counted_again(world: World) -> None:
    """Somebody else took a step on it; nothing is wrong with the figures."""
    story = asked(world)
    with planes.Eventful(story.house.home) as plane:
        plane.meanwhile = lambda: case.take(story.case, **world.by("cora", Role.COORDINATOR))
        plant = planes.with_plane(story.house.plant, plane)
        standing = lambda: story.house.clock.now  # noqa: E731
        assert worker.work_off(plant=plant, clock=standing) == 2
    assert (job().state, "changed-meanwhile" in job().error) == ("queued", True)
    assert not models.Availability.objects.filter(part=story.part).exists()
    story.house.work_off()
    assert job().state == "done"
    assert models.Availability.objects.get(part=story.part).outcome == "available"


def test_a_described_holding_has_no_live_figures(world: World) -> None:
    story = world.after(applying.be_certified)
    models.Holding.objects.filter(pk=story.part.holding_id).update(kind="described")
    ask = asking.ask_for_figures
    assert refused(lambda: ask(story.part, **world.by(*STELLA))) == ["no-live-figures"]
    cora = world.by("cora", Role.COORDINATOR)
    assert refused(lambda: ask(story.part, **cora)) == ["not-your-step"]
