"""Builds the office that a journey walks into: `python -m tests.journeys.house HOME`.

A process of its own, before the first page: the journeys themselves touch no model and no action.
Its people are those of the demonstration, all invented; the home carries no demo mark, so nobody
can sign in by a link.
"""

import sys
from pathlib import Path


def main(home: Path) -> None:
    """A home with the programme, its offices and one holding; no request yet."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import calendar, house

    call_command("migrate", verbosity=0)
    with house.build(home, clock=calendar.Clock(days_ago=1)).plant.plane:
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
