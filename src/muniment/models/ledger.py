"""The ledger: one chain of entries per subject; its head is on the subject's own row."""

from django.db import models

from .marks import Made


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


class Leaf(models.Model):
    """One entry's place in the tree over all chains (RFC 9162); places are never given twice."""

    position = models.BigIntegerField(primary_key=True)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="the entry's own hash, when it was anchored")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "number"], name="leaf_once"
            )
        ]


class TreeNode(models.Model):
    """The hash over a whole subtree of 256, 65,536 … leaves, kept so that nothing is read twice."""

    pk = models.CompositePrimaryKey("level", "position")
    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)


class Checkpoint(Made):
    """The signed head of the tree at one size (C2SP tlog-checkpoint); it leaves the building."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    note = models.TextField(help_text="the signed note, as it was published")
    key = models.CharField(max_length=300, help_text="the public key, as one line")
    mailed = models.BooleanField(default=False, help_text="whether it went out by mail")
