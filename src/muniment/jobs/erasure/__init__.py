"""Erased stays erased and revoked stays revoked: tombstones lie outside the database."""

from .replaying import Forget, go, keep

__all__ = ["Forget", "go", "keep"]
