"""`muniment worker`: run queued jobs until told to stop."""

import argparse

from muniment import cli


def arguments(parser: argparse.ArgumentParser) -> None:
    """A worker takes its settings from the environment."""


def run(args: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM."""
    cli.start_django()
    from django.conf import settings

    from muniment.jobs import worker
    from muniment.pages.people import adapter

    worker.run(
        settings.MUNIMENT_HOME,
        scanner=settings.MUNIMENT_SCANNER,
        storage_url=settings.MUNIMENT_STORAGE_URL,
        timestamp_url=settings.MUNIMENT_TIMESTAMP_URL,
        forget=adapter.forget_person,
    )
    return 0
