"""Builds an office with a signed agreement: `python -m tests.journeys.money_house HOME`.

As `tests.journeys.house`, and Alice's request is approved and signed: no invoice was sent yet.
"""

import sys
from pathlib import Path


def main(home: Path) -> None:
    """A home in which the work of finance begins."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import calendar, contracting, house, roads
    from muniment.demo.story import Story

    call_command("migrate", verbosity=0)
    built = house.build(home, clock=calendar.Clock(days_ago=60))
    with built.plant.plane:
        story = Story(built)
        for act, _ in roads.FULL:
            act(story)
            if act is contracting.sign:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
