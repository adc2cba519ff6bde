"""The request (a case in code): one column says where it stands; marks say the rest."""

from django.db import models
from django.db.models import Q

from muniment.rulebook import words

from .marks import Chained, Made, at, both, by


class Case(Made, Chained):
    """One request from draft to close-out. A rulebook step moves `stage`; nothing else does."""

    class Kind(models.TextChoices):
        DATA = "data"
        COLLABORATION = "collaboration"
        BOTH = "both"

    class ChildKind(models.TextChoices):
        AMENDMENT = "amendment"
        RENEWAL = "renewal"
        APPEAL = "appeal"
        RESUBMISSION = "resubmission"
        SPLIT = "split"

    reference = models.CharField(max_length=20, unique=True)
    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="cases"
    )
    edition = models.ForeignKey(
        "muniment.ProgrammeEdition", on_delete=models.PROTECT, related_name="cases"
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    title = models.CharField(max_length=255, blank=True)
    stage = models.CharField(
        max_length=14,
        choices=[(stage.value, stage.value) for stage in words.Stage],
        default=words.Stage.DRAFT.value,
    )
    stage_since = models.DateField()
    track = models.CharField(
        max_length=10, choices=[(track.value, track.value) for track in words.Track], blank=True
    )
    round = models.PositiveSmallIntegerField(default=1)
    applicant = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="cases")
    supervisor = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    supervisor_confirmed_at = at()
    supervisor_confirmed_by = by()
    institution = models.ForeignKey(
        "muniment.Institution", on_delete=models.PROTECT, null=True, blank=True
    )
    kept_against = models.ForeignKey(
        "muniment.ProgrammeEdition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the newer edition that the applicant declined",
    )
    kept_at = at()
    kept_by = by()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    child_kind = models.CharField(max_length=12, choices=ChildKind.choices, blank=True)
    child_reason = models.TextField(
        blank=True, default="", help_text="what the change, renewal or appeal is about"
    )
    applied_at = at()
    applied_by = by()
    submitted_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True, db_index=True)
    ends_on = models.DateField(null=True, blank=True)
    standing_end_reason = models.TextField(blank=True, default="")
    standing_ended_at = at()
    standing_ended_by = by()

    class Meta:
        constraints = [
            both("supervisor_confirmed", table="case"),
            both("kept", table="case"),
            both("applied", table="case"),
            both("standing_ended", table="case"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, child_kind="")
                | (Q(parent__isnull=False) & ~Q(child_kind="")),
                name="case_child_says_its_kind",
            ),
        ]
        indexes = [models.Index(fields=["programme", "stage", "due_on"])]

    def __str__(self) -> str:
        return self.reference


class TeamMember(Made):
    """Someone on the research team, by invitation."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team")
    person = models.ForeignKey(
        "muniment.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    email = models.EmailField()
    name = models.CharField(max_length=200)
    project_role = models.CharField(max_length=100)
    institution = models.ForeignKey(
        "muniment.Institution", on_delete=models.PROTECT, null=True, blank=True
    )
    will_access_data = models.BooleanField(default=False)
    may_edit = models.BooleanField(default=False)
    token_sha256 = models.CharField(
        max_length=64, blank=True, help_text="of the single-use invitation"
    )
    token_until = models.DateTimeField(null=True, blank=True)
    accepted_at = at()
    accepted_by = by()
    ended_at = at()
    ended_by = by()

    class Meta:
        constraints = [
            both("accepted", table="teammember"),
            both("ended", table="teammember"),
            models.UniqueConstraint(
                fields=["case", "email"],
                condition=Q(ended_at__isnull=True),
                name="teammember_once",
            ),
        ]


class Part(models.Model):
    """One part of the specification as a thing with its own track, decision and fee line.

    A part that follows another is the same part of a later edition, under a standing request: it is
    delivered without a decision of its own, and is not asked for in the specification.
    """

    class Status(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        DENIED = "denied"
        SPLIT = "split"
        DROPPED = "dropped"
        FOLLOWING = "following"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    part_id = models.CharField(max_length=20)
    dataset_edition = models.ForeignKey("muniment.DatasetEdition", on_delete=models.PROTECT)
    holding = models.ForeignKey(
        "muniment.Holding", on_delete=models.PROTECT, null=True, related_name="parts"
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    level = models.CharField(max_length=10)
    track = models.CharField(max_length=10)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    denied_at = at()
    denied_by = by()
    denied_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            both("denied", table="part"),
            models.UniqueConstraint(fields=["case", "part_id"], name="part_once"),
            models.UniqueConstraint(
                fields=["follows", "dataset_edition"], name="part_follows_once_into_an_edition"
            ),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) & ~Q(status="following")
                | Q(follows__isnull=False, status="following"),
                name="part_following_follows_one",
            ),
        ]


class Question(Made):
    """A question at any time, in any stage; a blocking one pauses the clock."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    about = models.CharField(max_length=120, help_text="the field or variable it is about")
    text = models.TextField()
    blocking = models.BooleanField()
    due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = at()
    answered_by = by()
    withdrawn_at = at()
    withdrawn_by = by()

    class Meta:
        constraints = [both("answered", table="question"), both("withdrawn", table="question")]
        indexes = [
            models.Index(
                fields=["case"],
                condition=Q(blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True),
                name="question_that_blocks",
            )
        ]


class Hold(Made):
    """Anything that stops a case for a time, with a reason."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    until_on = models.DateField(null=True, blank=True)
    dataset_edition = models.ForeignKey(
        "muniment.DatasetEdition",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the recalled edition that stopped the case",
    )
    lifted_reason = models.TextField(blank=True)
    lifted_at = at()
    lifted_by = by()

    class Meta:
        constraints = [both("lifted", table="hold")]
        indexes = [
            models.Index(
                fields=["case"], condition=Q(lifted_at__isnull=True), name="hold_that_stands"
            )
        ]


class Note(Made):
    """An internal note, a phone call or a letter, with the day it happened."""

    class Means(models.TextChoices):
        NOTE = "note"
        CALL = "call"
        LETTER = "letter"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    means = models.CharField(max_length=6, choices=Means.choices, default=Means.NOTE)
    text = models.TextField()
    happened_on = models.DateField()


class Origin(Made):
    """The register's row that a case was made from; by source and id it is never made twice.

    An earlier request was at its end when it came: it is kept to be searched and to learn durations
    from, and never waits for anybody. The days are the register's own, doubtful ones included.
    """

    case = models.OneToOneField("muniment.Case", on_delete=models.PROTECT, related_name="origin")
    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="origins"
    )
    source = models.CharField(max_length=40, help_text="the register's name in its mapping")
    source_id = models.CharField(max_length=200)
    row_sha256 = models.CharField(max_length=64, help_text="of the row as it was read")
    earlier = models.BooleanField(help_text="at its end when it came; else it ran on paper")
    institution = models.CharField(max_length=300, blank=True, help_text="in the register's words")
    received_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    sound = models.BooleanField(help_text="whether its days can be right; else no duration counts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "source", "source_id"], name="origin_row_once"
            ),
            models.CheckConstraint(condition=~Q(source_id=""), name="origin_has_an_id"),
        ]


class Attestation(Made):
    """The word of a named person that a gate was passed on paper, with the day and the document."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="attestations")
    stage = models.CharField(max_length=14, help_text="the stage that was left on paper")
    happened_on = models.DateField()
    document = models.ForeignKey(
        "muniment.Attachment", on_delete=models.PROTECT, related_name="attestations"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "stage"], name="attested_once")]
