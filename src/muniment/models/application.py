"""What the applicant writes: answers by section, the specification, and what was submitted."""

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Section(models.Model):
    """One section's answers; saved often, entered in the ledger as one hash at submit."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="sections")
    name = models.CharField(max_length=60)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = at()
    saved_by = by()
    entered_at = at()
    entered_by = by()
    confirmed_at = at()
    confirmed_by = by()

    class Meta:
        constraints = [
            both("saved", table="section"),
            both("entered", table="section"),
            both("confirmed", table="section"),
            models.UniqueConstraint(fields=["case", "name"], name="section_once"),
        ]


class Specification(Made):
    """One frozen version of the data specification; only a confirmed one counts.

    A version that the office proposes as a smaller scope waits beside the present one until the
    applicant confirms or refuses it.
    """

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="specifications"
    )
    version = models.PositiveIntegerField()
    document = models.TextField(help_text="RFC 8785 canonical JSON")
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True, help_text="why the office proposed it")
    confirmed_at = at()
    confirmed_by = by()
    proposed_at = at()
    proposed_by = by()
    refused_at = at()
    refused_by = by()

    class Meta:
        constraints = [
            both("confirmed", table="specification"),
            both("proposed", table="specification"),
            both("refused", table="specification"),
            models.UniqueConstraint(fields=["case", "version"], name="specification_version_once"),
        ]


class Submission(Made):
    """What was submitted in one round: the hash of all answers and the specification."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="submissions")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    answers_sha256 = models.CharField(max_length=64)
    specification = models.ForeignKey(
        Specification, on_delete=models.PROTECT, null=True, help_text="none where no data is asked"
    )
    declarations = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="submission_number_once")
        ]


class ReturnPoint(Made):
    """A numbered point on which an incomplete request was returned."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60)
    text = models.TextField()
    answer = models.TextField(blank=True)
    resolved_at = at()
    resolved_by = by()

    class Meta:
        constraints = [
            both("resolved", table="returnpoint"),
            models.CheckConstraint(condition=~Q(text=""), name="returnpoint_says_something"),
        ]


class CountQuestion(Made):
    """One question about a holding that a person has paid for, written before anything is counted.

    `answer` stays empty until the data plane has answered, and then never changes. Kept per person
    and not per request: the budget belongs to people and institutions.
    """

    holding = models.ForeignKey(
        "muniment.Holding", on_delete=models.PROTECT, related_name="count_questions"
    )
    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "muniment.Institution", on_delete=models.PROTECT, null=True, related_name="+"
    )
    question = models.CharField(max_length=80, help_text="hash of the question's normal form")
    price = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True, help_text="protected, as anyone may see it")
    answered_at = at()
    answered_by = by()

    class Meta:
        constraints = [
            both("answered", table="countquestion"),
            models.UniqueConstraint(
                fields=["holding", "person", "question"], name="countquestion_once"
            ),
        ]
