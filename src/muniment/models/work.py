"""Work: jobs with leases, who has a case in hand, and the clocks that run on it."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Job(Made):
    """One piece of work for a worker; `attempt` is the fencing token of the one that holds it.

    `waits` says how many of the attempts ended because something outside was away: those are no
    tries of the job.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    LIVE = (State.QUEUED, State.RUNNING)
    """Those that wait or run."""

    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    waits = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"])]


class ClockSegment(Made):
    """A stretch from `made_at` in which a clock ran or stood; open while `ended_at` is empty."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="segments")
    stage = models.CharField(max_length=14)
    paused = models.BooleanField(default=False)
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("ended", table="clocksegment"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="clocksegment_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-made_at"], condition=Q(stage="active"), name="clocksegment_of_releases"
            )
        ]


class Assignment(Made):
    """Who has a case in hand, in which role."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("ended", table="assignment"),
            models.UniqueConstraint(
                fields=["case", "person", "role"],
                condition=Q(ended_at__isnull=True),
                name="assignment_one_live",
            ),
        ]


class Absence(Made):
    """A person away from a day until a day, with a substitute."""

    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField()
    until_on = models.DateField()
    substitute = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")


class SavedView(Made):
    """A way of looking at the queue that one person keeps under a name."""

    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="views")
    name = models.CharField(max_length=60)
    asked = models.JSONField(help_text="the queue's filters by name")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="savedview_once"),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_has_a_name"),
        ]


class SearchWord(models.Model):
    """One word by which a request is found, in the one spelling that is searched for.

    Kept as rows, so that both databases find the same: neither folds case or accents for us.
    """

    case = models.ForeignKey("muniment.Case", on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=40, db_index=True)
    in_answers = models.BooleanField(help_text="stands in an answer only: for who reads answers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "word"], name="searchword_once")]


class CacheEntry(models.Model):
    """What every process counts together, such as tries at a door; Django's cache reads it.

    The columns are those of Django's database cache, so that the migration makes the table.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "muniment_cache"
