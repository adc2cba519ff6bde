"""The committee: who is conflicted, who scored what, who was present, how each voted."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Declaration(Made):
    """A member's word on conflict, before any paper is shown; conflicted means recused."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="declarations")
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    conflicted = models.BooleanField()
    reason = models.TextField(blank=True)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("superseded", table="declaration"),
            models.UniqueConstraint(
                fields=["case", "member"],
                condition=Q(superseded_at__isnull=True),
                name="declaration_one_live",
            ),
        ]


class Review(Made):
    """One member's review in one round: comments and, where the programme scores, scores."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    withdrawn_at = at()
    withdrawn_by = by()

    class Meta:
        constraints = [
            both("withdrawn", table="review"),
            models.UniqueConstraint(fields=["case", "round", "member"], name="review_once"),
        ]


class Score(models.Model):
    """One criterion's score inside a review."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores")
    criterion = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="score_1_to_5"),
        ]


class Meeting(Made):
    """A committee meeting, or a circulation between meetings."""

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="meetings"
    )
    held_on = models.DateField()
    circulation = models.BooleanField(default=False)
    chair = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = at()
    opened_by = by()
    closed_at = at()
    closed_by = by()

    class Meta:
        constraints = [both("opened", table="meeting"), both("closed", table="meeting")]


class AgendaItem(Made):
    """A case put on a meeting's agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    ballot_opened_at = at()
    ballot_opened_by = by()
    ballot_closed_at = at()
    ballot_closed_by = by()
    left_at = at()
    left_by = by()

    class Meta:
        constraints = [
            both("ballot_opened", table="agendaitem"),
            both("ballot_closed", table="agendaitem"),
            both("left", table="agendaitem"),
            models.UniqueConstraint(fields=["meeting", "case"], name="agendaitem_once"),
        ]


class Attendance(Made):
    """A member present at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")
        ]


class Vote(Made):
    """One member's vote on a case in one round."""

    class Choice(models.TextChoices):
        APPROVE = "approve"
        CONDITIONS = "conditions"
        REVISE = "revise"
        DEFER = "defer"
        DENY = "deny"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField()
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "meeting", "member"], name="vote_once")
        ]
