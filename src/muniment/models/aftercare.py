"""After the release: reports, publications, destruction, and the public register."""

from django.db import models

from .marks import Made, at, both, by


class Report(Made):
    """A dated duty to report, and the report once filed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress"
        FINAL = "final"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PROGRESS)
    due_on = models.DateField()
    text = models.TextField(blank=True)
    filed_at = at()
    filed_by = by()

    class Meta:
        constraints = [both("filed", table="report")]


class Publication(Made):
    """A paper, abstract or tool that came of the data."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="publications")
    title = models.CharField(max_length=400)
    doi = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)


class Destruction(Made):
    """The duty to destroy, and the official's certificate that it was done."""

    agreement = models.ForeignKey(
        "muniment.Agreement", on_delete=models.PROTECT, related_name="destructions"
    )
    due_on = models.DateField()
    how = models.TextField(blank=True)
    certified_at = at()
    certified_by = by()

    class Meta:
        constraints = [both("certified", table="destruction")]


class RegisterEntry(Made):
    """What the public reads of an approved use."""

    case = models.OneToOneField("muniment.Case", on_delete=models.PROTECT, related_name="register")
    title = models.CharField(max_length=255)
    summary = models.TextField()
    published_at = at()
    published_by = by()
    withdrawn_at = at()
    withdrawn_by = by()

    class Meta:
        constraints = [
            both("published", table="registerentry"),
            both("withdrawn", table="registerentry"),
        ]


class Suspension(Made):
    """Access stopped for a reason, until lifted."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField()
    lifted_at = at()
    lifted_by = by()

    class Meta:
        constraints = [both("lifted", table="suspension")]


class Retention(Made):
    """A wish to keep the data longer, to answer for what was published, and what became of it."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="retentions")
    reason = models.TextField()
    until_on = models.DateField(help_text="asked for; once granted, the day it was granted until")
    answer = models.TextField(blank=True)
    granted_at = at()
    granted_by = by()
    refused_at = at()
    refused_by = by()

    class Meta:
        constraints = [both("granted", table="retention"), both("refused", table="retention")]


class Breach(Made):
    """A breach of the agreement, or the suspicion of one, as it was reported."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="breaches")
    text = models.TextField()
    happened_on = models.DateField(null=True, blank=True)


class Audit(Made):
    """How the data were found to be kept, on the day somebody looked."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="audits")
    held_on = models.DateField()
    findings = models.TextField()
