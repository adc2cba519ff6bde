"""The ledger: one chain of entries per subject; its head is on the subject's own row."""

from django.db import models


class Entry(models.Model):
    """One thing that happened. Values stand as salted hashes; the salts can be deleted."""

    pk = models.CompositePrimaryKey("subject_kind", "subject_id", "number")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    tag = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64, help_text="a pseudonym of the actor in this ledger")
    stage_from = models.CharField(max_length=14, blank=True)
    stage_to = models.CharField(max_length=14, blank=True)
    values = models.JSONField()
    previous = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)


class Salt(models.Model):
    """The salt of one value of one entry; deleting it makes the value unprovable for good."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "number", "name"], name="salt_once"
            )
        ]
