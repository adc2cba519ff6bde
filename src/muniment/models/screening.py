"""The three gates before merit: completeness, availability and sufficiency, policy."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class CompletenessCheck(Made):
    """The office's word on whether a submission is complete."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="completeness_checks"
    )
    submission = models.ForeignKey("muniment.Submission", on_delete=models.PROTECT)
    complete = models.BooleanField()
    findings = models.JSONField(default=list)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [both("superseded", table="completenesscheck")]


class Availability(Made):
    """What one part would yield: is it held, and is it enough."""

    class Outcome(models.TextChoices):
        AVAILABLE = "available"
        PARTLY = "partly"
        PLANNED = "planned"
        ELSEWHERE = "elsewhere"
        RESTRICTED = "restricted"
        NOT_AVAILABLE = "not_available"

    class Verdict(models.TextChoices):
        SUFFICIENT = "sufficient"
        MARGINAL = "marginal"
        INSUFFICIENT = "insufficient"

    part = models.ForeignKey(
        "muniment.Part", on_delete=models.PROTECT, related_name="availabilities"
    )
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(blank=True)
    judged_at = at()
    judged_by = by()
    protected = models.JSONField(help_text="figures anyone on the case may see")
    exact = models.JSONField(default=dict, help_text="figures for staff, each reading under log")
    needed = models.PositiveIntegerField(
        null=True, blank=True, help_text="how many the plan of the analysis asks for"
    )
    part_sha256 = models.CharField(max_length=64, help_text="of the part of the specification")
    holding_sha256 = models.CharField(max_length=64, help_text="of what stands behind the edition")
    embargoed_until = models.DateTimeField(
        null=True, blank=True, help_text="when the last row that is asked for may leave"
    )
    reason = models.TextField(blank=True)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("superseded", table="availability"),
            both("judged", table="availability"),
            models.UniqueConstraint(
                fields=["part"],
                condition=Q(superseded_at__isnull=True),
                name="availability_one_live",
            ),
        ]


class ReadUnderLog(Made):
    """Exact figures of a part were looked at: by whom, when, and for which purpose."""

    part = models.ForeignKey("muniment.Part", on_delete=models.PROTECT, related_name="readings")
    purpose = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="readunderlog_says_why")
        ]


class PolicyFinding(Made):
    """The result of one policy rule: judged by a person or found by the system."""

    class Result(models.TextChoices):
        MET = "met"
        NOT_MET = "not_met"
        OBLIGATION = "obligation"
        NEEDS_PERSON = "needs_person"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="findings")
    round = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=60)
    dataset = models.CharField(max_length=80, blank=True, help_text="empty: the whole request")
    edition = models.CharField(max_length=200, help_text="of the policy whose text was applied")
    duty = models.CharField(max_length=60, blank=True, help_text="what meeting the rule leaves")
    result = models.CharField(max_length=12, choices=Result.choices)
    automatic = models.BooleanField()
    reason = models.TextField()
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("superseded", table="policyfinding"),
            models.UniqueConstraint(
                fields=["case", "round", "rule", "dataset"],
                condition=Q(superseded_at__isnull=True),
                name="policyfinding_one_live",
            ),
        ]


class GatePass(Made):
    """A gate was passed for exactly these parts and answers; superseded when it is taken back."""

    class Gate(models.TextChoices):
        AVAILABILITY = "availability"
        POLICY = "policy"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="passes")
    gate = models.CharField(max_length=12, choices=Gate.choices)
    parts = models.JSONField(help_text="part id -> hash of the part and of what it is asked from")
    answers_sha256 = models.CharField(max_length=64)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("superseded", table="gatepass"),
            models.UniqueConstraint(
                fields=["case", "gate"],
                condition=Q(superseded_at__isnull=True),
                name="gatepass_one_live",
            ),
        ]


class PolicyQuestion(Made):
    """A question to the applicant that a rule raised; kept here until all are sent together."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="policy_questions"
    )
    rule = models.CharField(max_length=60)
    dataset = models.CharField(max_length=80, blank=True, help_text="empty: the whole request")
    text = models.TextField()
    sent = models.ForeignKey(
        "muniment.Question", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rule", "dataset"],
                condition=Q(sent__isnull=True),
                name="policyquestion_one_unsent",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="policyquestion_says_something"),
        ]
