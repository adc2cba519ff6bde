"""A reviewer's table: what was opened, the draft on it, what members say to each other."""

from django.db import models
from django.db.models import Q

from muniment.models.marks import Made, at, both, by


class Opened(Made):
    """A member opened the papers, or the others' scores, in one round; who opens is on record."""

    class What(models.TextChoices):
        PAPERS = "papers"
        SCORES = "scores"

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="opened")
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=6, choices=What.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "member", "what"], name="opened_once_a_round"
            )
        ]


class ReviewDraft(models.Model):
    """A review that its member has not handed in; nobody else ever sees it."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="review_drafts"
    )
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    written = models.JSONField(help_text="scores and comments by criterion, comment, leaning")
    saved_at = at()
    saved_by = by()

    class Meta:
        constraints = [
            both("saved", table="reviewdraft"),
            models.UniqueConstraint(
                fields=["case", "round", "member"], name="reviewdraft_once_a_round"
            ),
        ]


class Remark(Made):
    """One contribution to the committee's discussion of a request."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="remarks")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="remark_says_something")]


class Suggestion(Made):
    """A question a member would put to the applicant; the office passes it on, or says why not."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="suggestions")
    text = models.TextField()
    question = models.OneToOneField(
        "muniment.Question", on_delete=models.PROTECT, null=True, related_name="suggestion"
    )
    passed_at = at()
    passed_by = by()
    declined_at = at()
    declined_by = by()
    declined_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            both("passed", table="suggestion"),
            both("declined", table="suggestion"),
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_says_something"),
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True, question__isnull=True)
                | Q(passed_at__isnull=False, question__isnull=False, declined_at__isnull=True),
                name="suggestion_passed_is_a_question",
            ),
        ]


class Briefing(models.Model):
    """The office's note to the committee on one request, in one round."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="briefings")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    saved_at = at()
    saved_by = by()

    class Meta:
        constraints = [
            both("saved", table="briefing"),
            models.UniqueConstraint(fields=["case", "round"], name="briefing_once_a_round"),
        ]
