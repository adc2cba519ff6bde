"""The one Django application."""

from django.apps import AppConfig


class MunimentConfig(AppConfig):
    """All rooms live in one app with one migration history."""

    name = "muniment"
    label = "muniment"

    def ready(self) -> None:
        """Listen to what the door learns."""
        from muniment.pages.people import receivers  # noqa: F401
