"""The outbox: messages written in the same transaction as what they tell of."""

from django.db import models

from .marks import Made


class Message(Made):
    """One message to one person; it says what to do and links, never the content."""

    to = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="messages")
    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    sent = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
