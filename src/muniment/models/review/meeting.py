"""The committee: who is conflicted, who scored what, who was present, how each voted."""

from django.db import models
from django.db.models import Q

from muniment.models.marks import Made, at, both, by


class Declaration(Made):
    """A member's word on conflict, before any paper is shown; conflicted means recused.

    `reason` is, without a conflict, an interest that the member wants the others to know of.
    """

    class Kind(models.TextChoices):
        """How somebody is tied to a request, in the order of the programme's own list."""

        TEAM = "team"
        INSTITUTION = "institution"
        WORK = "work"
        GAIN = "gain"
        COMPETING = "competing"
        OTHER = "other"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="declarations")
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    conflicted = models.BooleanField()
    kind = models.CharField(max_length=11, choices=Kind.choices, blank=True)
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
    """One member's review in one round: comments and, where the programme scores, scores.

    Withdrawn, it counts no more and is kept: its member is recused, or handed in another.
    """

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    leaning = models.CharField(
        max_length=10, blank=True, help_text="how the member would vote now; it binds nobody"
    )
    withdrawn_at = at()
    withdrawn_by = by()

    class Meta:
        constraints = [
            both("withdrawn", table="review"),
            models.UniqueConstraint(
                fields=["case", "round", "member"],
                condition=Q(withdrawn_at__isnull=True),
                name="review_one_live",
            ),
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
    place = models.CharField(max_length=300, blank=True, help_text="a room, or a link")
    published_at = at()
    published_by = by()
    opened_at = at()
    opened_by = by()
    closed_at = at()
    closed_by = by()

    class Meta:
        constraints = [
            both("published", table="meeting"),
            both("opened", table="meeting"),
            both("closed", table="meeting"),
        ]


class Minutes(Made):
    """The minutes of a meeting, but for what was said about each request: that is on its item."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    text = models.TextField()
    approved_at = at()
    approved_by = by()

    class Meta:
        constraints = [both("approved", table="minutes")]


class AgendaItem(Made):
    """A case put on a meeting's agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    ballot_opened_at = at()
    ballot_opened_by = by()
    ballot_closed_at = at()
    ballot_closed_by = by()
    objected_at = at()
    objected_by = by()
    objection = models.TextField(blank=True)
    casting = models.CharField(
        max_length=10, blank=True, help_text="how whoever leads broke a tied vote"
    )
    tie_broken_at = at()
    tie_broken_by = by()
    minutes = models.TextField(blank=True, help_text="what the minutes say about this request")
    left_at = at()
    left_by = by()

    class Meta:
        constraints = [
            both("ballot_opened", table="agendaitem"),
            both("ballot_closed", table="agendaitem"),
            both("objected", table="agendaitem"),
            both("tie_broken", table="agendaitem"),
            both("left", table="agendaitem"),
            models.UniqueConstraint(fields=["meeting", "case"], name="agendaitem_once"),
        ]


class Attendance(Made):
    """A member present at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    left_at = at()
    left_by = by()

    class Meta:
        constraints = [
            both("left", table="attendance"),
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),
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
