"""The committee's recommendation, the officer's determination, and what it asks for."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Outcome(models.TextChoices):
    """What may be decided (architecture §2)."""

    APPROVED = "approved"
    CONDITIONS = "approved_with_conditions"
    REVISE = "revise_and_resubmit"
    DEFERRED = "deferred"
    DENIED = "denied"


class Recommendation(Made):
    """What the committee says after its vote, with the tally."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="recommendations"
    )
    round = models.PositiveSmallIntegerField()
    meeting = models.ForeignKey("muniment.Meeting", on_delete=models.PROTECT, null=True)
    outcome = models.CharField(max_length=26, choices=Outcome.choices)
    tally = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [both("superseded", table="recommendation")]


class Determination(Made):
    """The decision of the named officer; superseded, never overwritten."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="determinations"
    )
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=26, choices=Outcome.choices)
    reason = models.TextField()
    differs = models.BooleanField(default=False, help_text="from the committee's recommendation")
    letter = models.TextField(blank=True)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="determination_by_day")]
        constraints = [
            both("superseded", table="determination"),
            models.CheckConstraint(condition=~Q(reason=""), name="determination_has_a_reason"),
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(superseded_at__isnull=True),
                name="determination_one_live",
            ),
        ]


class DraftDecision(Made):
    """What is prepared for whoever decides, as saved last; it binds nobody until they send it."""

    case = models.OneToOneField(
        "muniment.Case", on_delete=models.PROTECT, related_name="draft_decision"
    )
    round = models.PositiveSmallIntegerField()
    document = models.JSONField(help_text="outcome, reason, criteria, conditions, letter")


class Condition(Made):
    """Something an approval asks for: before agreement, before release, or after."""

    class When(models.TextChoices):
        BEFORE_AGREEMENT = "before_agreement"
        BEFORE_RELEASE = "before_release"
        AFTER = "after"

    determination = models.ForeignKey(
        Determination, on_delete=models.PROTECT, related_name="conditions"
    )
    when = models.CharField(max_length=18, choices=When.choices)
    text = models.TextField()
    owner = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, null=True, related_name="+",
        help_text="who sees to it; empty: the applicant",
    )  # fmt: skip
    due_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    met_at = at()
    met_by = by()
    waived_at = at()
    waived_by = by()
    waived_reason = models.TextField(blank=True)

    class Meta:
        constraints = [both("met", table="condition"), both("waived", table="condition")]
