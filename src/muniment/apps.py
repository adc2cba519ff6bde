"""The one Django application."""

from django.apps import AppConfig


class MunimentConfig(AppConfig):
    """All rooms live in one app with one migration history."""

    name = "muniment"
    label = "muniment"
