"""Builds the office that a journey walks into: `python -m tests.journeys.house HOME SCENE`.

A process of its own, before the first page: the journeys themselves touch no model and no action.
Its people are those of the demonstration, all invented; the home carries no demo mark, so nobody
can sign in by a link. A scene is how far requests have come when the journey begins; those of
houses that are built otherwise, and sooner, stand in `scenes.py`.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(home: Path, scene: str) -> None:
    """A home with the programme, its offices, one holding, and the requests of a scene."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import calendar, house
    from tests.journeys import references, scenes

    call_command("migrate", verbosity=0)
    if scene in scenes.SCENES:
        scenes.SCENES[scene](home)
    else:
        days_ago, plays = SCENES[scene]
        built = house.build(home, clock=calendar.Clock(days_ago=days_ago))
        with built.plant.plane:
            plays(built)
    references.write(home)


def empty(built: Any) -> None:
    """No request yet."""


def submitted(built: Any) -> None:
    """One request that was submitted."""
    from muniment.demo import applying

    walked(built, until=applying.submit)


def on_their_way(built: Any) -> None:
    """Three requests at three desks of the office."""
    from muniment.demo import applying, judging

    walked(built, until=applying.be_certified)
    walked(built, until=judging.pass_policy_for_office, road="EXPEDITED")
    walked(built, until=applying.submit)


def before_the_committee(built: Any) -> None:
    """One request that passed the gates."""
    from muniment.demo import judging

    walked(built, until=judging.pass_policy)


def to_decide(built: Any) -> None:
    """Three requests to decide, each by somebody else.

    One is before a committee whose chair and one member are conflicted, with an alternate who can
    be called; one, on the expedited track, waits for the office; one came back from the committee
    and waits for its officer.
    """
    from muniment.actions import review
    from muniment.demo import judging
    from muniment.rulebook.words import Role

    before = walked(built, until=judging.pass_policy)
    walked(built, until=judging.pass_policy_for_office, road="EXPEDITED")
    walked(built, until=judging.recommend)
    for name in ("chen", "max"):
        by = before.by(name, judging.SEATS[name])
        review.declare_conflict(before.case, reason="I know the lead.", **by)
    for name in ("mia", "milo"):
        review.declare_no_conflict(before.case, **before.by(name, Role.MEMBER))
    stands_by(built)


def denied(built: Any) -> None:
    """One request that its officer denied; Stan is acting chair and had no part in it."""
    from muniment.demo import judging, turnings
    from muniment.rulebook.words import Role

    turnings.deny(walked(built, until=judging.recommend))
    seats_stan(built, Role.ACTING_CHAIR)


def signed(built: Any) -> None:
    """One agreement that everybody signed."""
    from muniment.demo import contracting

    walked(built, until=contracting.sign)


def settled(built: Any) -> None:
    """One request that only has to be released."""
    from muniment.demo import contracting

    walked(built, until=contracting.meet_condition)


def in_series(built: Any) -> None:
    """A standing request whose next edition was prepared and counted."""
    from types import SimpleNamespace

    from muniment.actions import people, release
    from muniment.demo import releasing
    from tests import series

    story = walked(built, until=releasing.let_go)
    world = SimpleNamespace(house=built, by=story.by, person=built.cast.people.__getitem__)
    series.asks_for_a_series(world, story, linkage=True)
    edition = series.open_next(world)
    system = {"actor": people.system(), "now": built.now()}
    release.prepare_standing_delivery(story.part, edition, **system)
    built.work_off()


def at_every_stage(built: Any) -> None:
    """A request at every stage but two, as the demonstration leaves them."""
    from muniment.demo import every_stage

    every_stage.fill(built, say=lambda _: None)


def walked(built: Any, *, until: Callable[..., None], road: str = "FULL") -> Any:
    """One more request, as far along its road as an act leaves it."""
    from muniment.demo import roads
    from muniment.demo.story import Story

    story = Story(built)
    for act, _ in getattr(roads, road):
        act(story)
        if act is until:
            return story
    raise AssertionError(f"The road has no {until.__name__}.")


def stands_by(built: Any) -> None:
    """Stan sits on the committee where he is called."""
    from muniment.rulebook.words import Role

    granted = seats_stan(built, Role.MEMBER)
    granted.alternate = True
    granted.save(update_fields=["alternate"])


def seats_stan(built: Any, role: Any) -> Any:
    """Stan was seen in person and has a seat."""
    from muniment.actions import people
    from muniment.rulebook.words import Role

    ada = {"actor": built.acting("ada", Role.ADMINISTRATOR)}
    stan = built.cast.people["stan"]
    people.verify_person(stan, programme=built.cast.programme, how="Seen.", now=built.now(), **ada)
    return people.grant_role(
        stan,
        role,
        programme=built.cast.programme,
        from_on=built.clock.now.date(),
        second_person=built.cast.people["cora"],
        now=built.now(),
        **ada,
    )


SCENES: dict[str, tuple[int, Callable[[Any], None]]] = {
    "empty": (1, empty),
    "submitted": (3, submitted),
    "on_their_way": (20, on_their_way),
    "before_the_committee": (30, before_the_committee),
    "to_decide": (40, to_decide),
    "denied": (30, denied),
    "signed": (60, signed),
    "settled": (50, settled),
    "in_series": (75, in_series),
    "at_every_stage": (75, at_every_stage),
}
"""Scene to the days ago on which its clock begins, and what is played."""

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
