"""`muniment demo`: named people carry one request through every gate, in a home of its own."""

import argparse
import os
from pathlib import Path

from muniment import cli


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the demonstration lives; it never touches another home."""
    parser.add_argument(
        "--home",
        type=Path,
        help="an empty folder, or one of an earlier demonstration (default: demo, inside the home)",
    )


def run(args: argparse.Namespace) -> int:
    """Give it; exit 0 at its end, 1 with the reason where it cannot be given."""
    from muniment.demo import place

    try:
        _give(place.prepare(args.home or place.default()))
    except place.NotMade as reason:
        raise cli.Stop(str(reason)) from reason
    return 0


def _give(home: Path) -> None:
    os.environ["MUNIMENT_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import place, show
    from muniment.gateways import dataplane

    call_command("migrate", verbosity=0)
    try:
        show.give(home, out=lambda line: print(line, flush=True))
    except dataplane.Failed as failed:
        raise place.NotMade(str(failed)) from failed
