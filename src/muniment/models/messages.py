"""The outbox: messages written in the same transaction as what they tell of."""

from django.db import models

from .marks import Made, at, both, by


class Message(Made):
    """One message to one person; it says what to do and links, never the content."""

    to = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="messages")
    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    enquiry = models.ForeignKey(
        "muniment.Enquiry", on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    daily = models.BooleanField(default=False, help_text="goes out with the day's others")
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="when it may be tried, first or again; empty: at once"
    )
    sent = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent", "not_before"])]


class Proof(Made):
    """What `/verify/` says of a letter that we sent: kind, outcome and day, nothing else.

    The code is on the letter; only its hash is here.
    """

    code_sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    dated_on = models.DateField()
    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="proofs"
    )
    enquiry = models.ForeignKey(
        "muniment.Enquiry", on_delete=models.PROTECT, null=True, blank=True, related_name="proofs"
    )
    revoked_at = at()
    revoked_by = by()

    class Meta:
        constraints = [both("revoked", table="proof")]
