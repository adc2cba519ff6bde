"""Questions that arrive before there is a request."""

from django.db import models

from .marks import Made, at, both, by


class Enquiry(Made):
    """A question by form or mail, with an owner, a clock and an answer.

    `answer` is the office's newest word, `text` the first question; what both sides wrote in
    between, and what the asker wrote since, are the thread's messages.
    """

    class Outcome(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        DRAFTED = "drafted"
        REDIRECTED = "redirected"
        SUPPORTED = "supported"

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="enquiries"
    )
    asker = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="enquiries")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.OPEN)
    owner = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_at = at()
    answered_by = by()
    closed_at = at()
    closed_by = by()
    original = models.ForeignKey(
        "muniment.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, null=True, related_name="enquiries"
    )

    class Meta:
        constraints = [both("answered", table="enquiry"), both("closed", table="enquiry")]


class EnquiryMessage(Made):
    """A later word of whoever asked, or an earlier one of the office, in an enquiry's thread."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="messages")
    text = models.TextField()
    original = models.ForeignKey(
        "muniment.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
