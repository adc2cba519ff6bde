"""The mark: when a thing was done and by whom, both or neither.

A mark is two columns, `<name>_at` and `<name>_by`; the database refuses one without the other
(architecture §2). `Made` is the mark every row is born with.
"""

from django.db import models
from django.db.models import CheckConstraint, Q


class Made(models.Model):
    """A row that knows when it was recorded and by which actor."""

    made_at = models.DateTimeField()
    made_by = models.ForeignKey("muniment.Actor", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def at() -> models.DateTimeField:
    """The time half of a later mark; empty until it is set."""
    return models.DateTimeField(null=True, blank=True)


def by() -> models.ForeignKey:
    """The actor half of a later mark; empty until it is set."""
    return models.ForeignKey(
        "muniment.Actor", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


def both(name: str, *, table: str) -> CheckConstraint:
    """The rule that `<name>_at` and `<name>_by` of `table` are set together."""
    neither = Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
    paired = Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})
    return CheckConstraint(condition=neither | paired, name=f"{table}_{name}_at_and_by")


class Chained(models.Model):
    """A subject of the ledger: it carries the head of its own chain and a version to lock by."""

    version = models.PositiveIntegerField(default=0)
    ledger_length = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        abstract = True
