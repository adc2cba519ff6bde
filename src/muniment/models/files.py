"""Files: bytes go first, under their SHA-256; then a row says what they are."""

from django.db import models

from .marks import Made, at, both, by


class StoredFile(Made):
    """The record of bytes already stored."""

    class Verdict(models.TextChoices):
        HELD = "held"
        CLEAN = "clean"
        INFECTED = "infected"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.HELD)


class Attachment(Made):
    """A stored file attached to a request for a purpose."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    removed_at = at()
    removed_by = by()

    class Meta:
        constraints = [both("removed", table="attachment")]
