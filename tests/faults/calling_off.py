"""Cancels the build of a home, as whoever started it: `python -m tests.faults.calling_off`."""

from datetime import UTC, datetime


def main() -> None:
    """The home is the one that the environment names."""
    from muniment import cli

    cli.start_django()
    from muniment import models
    from muniment.actions import release
    from muniment.rulebook.words import Role

    engineer = models.Actor.objects.filter(role=Role.DATA_ENGINEER).latest("pk")
    release.cancel_build(models.Build.objects.get(), actor=engineer, now=datetime.now(UTC))


if __name__ == "__main__":
    main()
