"""Signing elsewhere: envelopes are sent to the provider, looked at, and what is signed fetched."""

from .fetching import fetch, look
from .sending import send

__all__ = ["fetch", "look", "send"]
