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


class StandingDelivery(Made):
    """A further delivery of a standing request, from its preparation to its fee.

    Made when an edition of the series opened. A job finds the figures and the risk; a statistician
    confirms them, and the fee is computed, before the line is planned like any other.
    """

    line = models.OneToOneField(ReleaseLine, on_delete=models.PROTECT, related_name="standing")
    risk = models.JSONField(default=dict, help_text="of a rehearsal, beside earlier deliveries")
    error = models.TextField(blank=True, default="", help_text="why there are no figures")
    reason = models.TextField(blank=True, default="", help_text="why it was confirmed")
    estimate = models.ForeignKey(
        "muniment.Estimate", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = at()
    confirmed_by = by()
    priced_at = at()
    priced_by = by()

    class Meta:
        constraints = [
            both("confirmed", table="standingdelivery"),
            both("priced", table="standingdelivery"),
            models.CheckConstraint(
                condition=Q(priced_at__isnull=True, estimate__isnull=True)
                | Q(priced_at__isnull=False, estimate__isnull=False),
                name="standingdelivery_priced_by_an_estimate",
            ),
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
    doing = models.CharField(max_length=200, blank=True, default="", help_text="while it runs")
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    started_at = at()
    started_by = by()
    built_at = at()
    built_by = by()
    released_at = at()
    released_by = by()
    withdrawn_at = at()
    withdrawn_by = by()
    recall_reason = models.TextField(blank=True, default="", help_text="told to every recipient")
    recalled_at = at()
    recalled_by = by()

    class Meta:
        constraints = [
            both("recalled", table="build"),
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


class Look(Made):
    """Somebody of the office read exact figures or sample rows of a build: who, when, what for.

    Rows are read by the data plane; they lie in the home under their hash for an hour, never here.
    """

    class What(models.TextChoices):
        FIGURES = "figures"
        ROWS = "rows"

    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="looks")
    what = models.CharField(max_length=7, choices=What.choices)
    purpose = models.TextField()
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(purpose=""), name="look_has_purpose")]


class RecipientKey(Made):
    """A person's public key for age or Crypt4GH: offered, proven, confirmed by the office."""

    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="keys")
    public = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    challenge_sha256 = models.CharField(max_length=64)
    proven_at = at()
    proven_by = by()
    confirmed_at = at()
    confirmed_by = by()
    confirmed_how = models.TextField(blank=True)
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("proven", table="recipientkey"),
            both("confirmed", table="recipientkey"),
            both("ended", table="recipientkey"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(proven_at__isnull=False),
                name="recipientkey_proven_before_confirmed",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True, proven_at__isnull=False),
                name="recipientkey_one_live",
            ),
        ]


class Delivery(Made):
    """A released build offered to its recipient until a day, as one encrypted file."""

    class Lock(models.TextChoices):
        PASSPHRASE = "zip"
        KEY = "age"

    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    until_on = models.DateField()
    lock = models.CharField(max_length=3, choices=Lock.choices, default=Lock.PASSPHRASE)
    key = models.ForeignKey(RecipientKey, on_delete=models.PROTECT, null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the encrypted file")
    size = models.PositiveBigIntegerField(default=0)
    secret_sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="of the passphrase, until it was told"
    )
    error = models.TextField(blank=True, default="")
    packed_at = at()
    packed_by = by()
    told_at = at()
    told_by = by()
    received_at = at()
    received_by = by()
    closed_at = at()
    closed_by = by()

    class Meta:
        constraints = [
            both("packed", table="delivery"),
            both("told", table="delivery"),
            both("received", table="delivery"),
            both("closed", table="delivery"),
            models.CheckConstraint(
                condition=Q(lock="zip", key__isnull=True) | Q(lock="age", key__isnull=False),
                name="delivery_lock_and_key",
            ),
            models.CheckConstraint(
                condition=Q(packed_at__isnull=True, sha256="")
                | Q(packed_at__isnull=False) & ~Q(sha256=""),
                name="delivery_packed_has_bytes",
            ),
        ]


class Download(Made):
    """Leave to fetch a delivery once, for an hour: in one browser session, or by a code."""

    class Way(models.TextChoices):
        BROWSER = "browser"
        CODE = "code"

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="downloads")
    way = models.CharField(max_length=7, choices=Way.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    session_sha256 = models.CharField(max_length=64, blank=True)
    starts = models.PositiveSmallIntegerField(default=0, help_text="how often from its first byte")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="code", session_sha256="")
                | Q(way="browser") & ~Q(session_sha256=""),
                name="download_session_or_code",
            )
        ]
