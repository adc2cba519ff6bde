"""Builds an office with a request before its committee: `python -m tests.journeys.committee_house`.

As `tests.journeys.house`, and Alice's request has passed its three gates: nobody has declared yet.
"""

import sys
from pathlib import Path


def main(home: Path) -> None:
    """A home in which the committee's work begins."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import calendar, house, judging, roads
    from muniment.demo.story import Story

    call_command("migrate", verbosity=0)
    built = house.build(home, clock=calendar.Clock(days_ago=30))
    with built.plant.plane:
        story = Story(built)
        for act, _ in roads.FULL:
            act(story)
            if act is judging.pass_policy:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
