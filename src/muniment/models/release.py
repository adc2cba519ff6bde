"""From an approved part to files that left: lines, plans, builds, checks, deliveries."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class ReleaseLine(Made):
    """One part for one recipient agreement; its pseudonym key is reused by its rebuilds."""

    part = models.ForeignKey("muniment.Part", on_delete=models.PROTECT, related_name="lines")
    agreement = models.ForeignKey(
        "muniment.Agreement", on_delete=models.PROTECT, related_name="lines"
    )
    public_id = models.CharField(max_length=32, unique=True, help_text="names the key, never it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "agreement"], name="releaseline_once")
        ]


class Plan(Made):
    """What will be built: terms, content and compiler, fixed by one hash and a signature."""

    line = models.ForeignKey(ReleaseLine, on_delete=models.PROTECT, related_name="plans")
    document = models.TextField(help_text="canonical JSON")
    terms_sha256 = models.CharField(max_length=64)
    plan_sha256 = models.CharField(max_length=64)
    approval = models.TextField(blank=True, help_text="the signed approval file")
    approved_at = at()
    approved_by = by()

    class Meta:
        constraints = [both("approved", table="plan")]


class Build(Made):
    """One build of a line; its state is its own, beside the case's stage."""

    class State(models.TextChoices):
        PLANNED = "planned"
        BUILDING = "building"
        BUILT = "built"
        CHECKING = "checking"
        RELEASED = "released"
        WITHDRAWN = "withdrawn"

    line = models.ForeignKey(ReleaseLine, on_delete=models.PROTECT, related_name="builds")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="builds")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    package_sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.TextField(blank=True)
    receipt_sha256 = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=dict, help_text="the automatic checks and the risk")
    folder = models.CharField(max_length=400, blank=True, help_text="inside the home's releases/")
    error = models.TextField(blank=True)
    started_at = at()
    started_by = by()
    built_at = at()
    built_by = by()
    released_at = at()
    released_by = by()
    withdrawn_at = at()
    withdrawn_by = by()

    class Meta:
        constraints = [
            both("started", table="build"),
            both("built", table="build"),
            both("released", table="build"),
            both("withdrawn", table="build"),
            models.UniqueConstraint(fields=["line", "number"], name="build_number_once"),
        ]


class Check(Made):
    """A second person's word on a build, bound to the package's hash."""

    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="checks")
    passed = models.BooleanField()
    package_sha256 = models.CharField(max_length=64)
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="check_has_a_reason")]


class Delivery(Made):
    """A released build offered to its recipient until a day."""

    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    until_on = models.DateField()
    received_at = at()
    received_by = by()
    closed_at = at()
    closed_by = by()

    class Meta:
        constraints = [both("received", table="delivery"), both("closed", table="delivery")]
