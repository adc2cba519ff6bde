"""`muniment manage …`: Django's own commands (migrate, shell, …) with our settings."""

import argparse
import os


def arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` goes to Django."""
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="...")


def run(args: argparse.Namespace) -> int:
    """Hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["muniment manage", *args.words])
    return 0
