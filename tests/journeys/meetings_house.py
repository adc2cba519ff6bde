"""Builds an office with three requests to decide: `python -m tests.journeys.meetings_house HOME`.

As `tests.journeys.house`, and: one request is before a committee whose chair and one member are
conflicted, with an alternate who can be called; one, on the expedited track, waits for the office;
one came back from the committee and waits for its officer.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(home: Path) -> None:
    """A home in which there is something to decide."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.actions import review
    from muniment.demo import calendar, house, judging, roads
    from muniment.rulebook.words import Role

    call_command("migrate", verbosity=0)
    built = house.build(home, clock=calendar.Clock(days_ago=40))
    with built.plant.plane:
        before = walked(built, roads.FULL, judging.pass_policy)
        walked(built, roads.EXPEDITED, judging.pass_policy_for_office)
        walked(built, roads.FULL, judging.recommend)
        for name in ("chen", "max"):
            by = before.by(name, judging.SEATS[name])
            review.declare_conflict(before.case, reason="I know the lead.", **by)
        for name in ("mia", "milo"):
            review.declare_no_conflict(before.case, **before.by(name, Role.MEMBER))
        stands_by(built)


def walked(built: Any, road: Any, until: Callable[[Any], None]) -> Any:
    """A request, walked until an act is done."""
    from muniment.demo.story import Story

    story = Story(built)
    for act, _ in road:
        act(story)
        if act is until:
            break
    return story


def stands_by(built: Any) -> None:
    """Stan sits on the committee where he is called."""
    from muniment.actions import people
    from muniment.rulebook.words import Role

    ada = {"actor": built.acting("ada", Role.ADMINISTRATOR)}
    stan = built.cast.people["stan"]
    people.verify_person(stan, programme=built.cast.programme, how="Seen.", now=built.now(), **ada)
    granted = people.grant_role(
        stan,
        Role.MEMBER,
        programme=built.cast.programme,
        from_on=built.clock.now.date(),
        second_person=built.cast.people["cora"],
        now=built.now(),
        **ada,
    )
    granted.alternate = True
    granted.save(update_fields=["alternate"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
