"""One request for two parts, walked on the full road; each part leaves on a line of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from muniment import models
from muniment.actions import release, screening
from muniment.actions.screening import asking
from muniment.demo import applying, judging, papers, releasing, roads
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.world import Act, World

PARTS = ("p1", "p2")
DEV = ("dev", Role.CHECKER)
NOTHING: Mapping[Act, Act] = {}


@dataclass
class TwoParts(Story):
    """What the demonstration does with its only part is done with the one it is `on`."""

    on: str = "p1"

    @property
    def part(self) -> models.Part:
        rows = models.Part.objects.select_related("case", "holding")
        return rows.get(case_id=self.case_id, part_id=self.on)

    @property
    def build(self) -> models.Build:
        builds = models.Build.objects.filter(line__part__case_id=self.case_id)
        rows = builds.select_related("plan", "line__agreement", "line__part__case")
        return rows.filter(line__part__part_id=self.on).latest("pk")

    @property
    def line(self) -> models.ReleaseLine:
        """The release line of the part."""
        rows = models.ReleaseLine.objects.select_related("agreement", "part__case__programme")
        return rows.get(part=self.part)


def of_two_holdings() -> dict[str, Any]:
    """People of the pilot trial, and abstracts of the meeting: each with a policy of its own."""
    [part] = papers.abstracts_specification()["parts"]
    return _beside({name: part[name] for name in ("holding", "tables", "cohort")})


def of_one_holding(*, linked: bool = False) -> dict[str, Any]:
    """Beside people with an event, what everybody was treated with, asked for by itself."""
    variables = [{"name": name, "reason": "Dose."} for name in ("USUBJID", "EXTRT", "EXDOSE")]
    part = {"holding": "sdtm-pilot", "tables": [{"name": "exposure", "variables": variables}]}
    found = _beside({**part, "cohort": None})
    if linked:
        found["links"] = [{"parts": list(PARTS), "reason": "Reactions by dose."}]
    return found


def _beside(more: Mapping[str, Any]) -> dict[str, Any]:
    found = papers.pilot_specification()
    second = {"id": "p2", "edition": "2026.1", "level": "record", **more}
    return {**found, "parts": [*found["parts"], second]}


def walked(
    world: World,
    specification: Mapping[str, Any],
    *,
    until: Act,
    instead: Mapping[Act, Act] = NOTHING,
) -> TwoParts:
    """The request on the full road, until an act is done; acts may have others in their place."""
    story = TwoParts(world.founded())

    def draft(of: Story) -> None:
        answers = papers.pilot_answers(
            starts_on=of.today + timedelta(days=120), ends_on=of.today + timedelta(days=850)
        )
        applying.fill_in(of, answers, dict(specification))

    acts: dict[Act, Act] = {
        applying.pilot_draft: draft, judging.find_available: lambda _: find_both(story), **instead,
    }  # fmt: skip
    for act, stage in roads.FULL:
        acts.get(act, act)(story)
        assert story.case.stage == stage, act.__name__
        if act is until:
            return story
    raise AssertionError(f"the road has no {until.__name__}")


def find_both(story: TwoParts) -> None:
    """Each part is counted and judged by itself."""
    for story.on in PARTS:
        asking.ask_for_figures(story.part, **story.by("stella", Role.STATISTICIAN))
        story.house.work_off()
        screening.judge_sufficiency(
            story.part, models.Availability.Verdict.SUFFICIENT,
            reason="Enough.", **story.by("stella", Role.STATISTICIAN),
        )  # fmt: skip
    story.on = "p1"
    screening.pass_availability(story.case, **story.by("stella", Role.STATISTICIAN))


def both_planned(
    world: World, specification: Mapping[str, Any], *, instead: Mapping[Act, Act] = NOTHING
) -> TwoParts:
    """Two lines are open, and the plan of each is authorized."""
    story = walked(world, specification, until=releasing.plan, instead=instead)
    story.on = "p2"
    release.open_further_line(
        story.part, agreement=story.agreement, **story.by("cora", Role.COORDINATOR)
    )
    releasing.plan(story)
    return story


def both_released(
    world: World, specification: Mapping[str, Any], *, instead: Mapping[Act, Act] = NOTHING
) -> TwoParts:
    """Both packages were built, checked and let go."""
    story = both_planned(world, specification, instead=instead)
    for story.on in PARTS:
        wait_for_the_embargo(story)
        releasing.build(story)
        releasing.let_dev_check(story)
        leave = release.release if story.on == "p1" else release.release_later_build
        leave(story.build, **story.by(*DEV))
    return story


def wait_for_the_embargo(story: TwoParts) -> None:
    """Let the time pass until the part may leave; abstracts are held back until their meeting."""
    lifts = models.Availability.objects.get(part=story.part).embargoed_until
    if lifts is not None:
        story.house.clock.now = max(story.house.clock.now, lifts + timedelta(minutes=1))
