"""What may be asked for: datasets, their editions, and the holdings behind them."""

from django.db import models
from django.db.models import Q

from .marks import Chained, Made, at, both, by


class Dataset(models.Model):
    """One entry of the information list."""

    class Status(models.TextChoices):
        OPEN = "open"
        PLANNED = "planned"
        ELSEWHERE = "elsewhere"
        WITHDRAWN = "withdrawn"
        NOT_OFFERED = "not_offered"
        PUBLIC = "public"

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="datasets"
    )
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    information_type = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=Status.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="dataset_slug_once")
        ]

    def __str__(self) -> str:
        return self.title


class DatasetEdition(models.Model):
    """A dated edition of a dataset, as the information list in force describes it."""

    class Recall(models.TextChoices):
        """What recipients are asked to do with releases that contain it."""

        STOP_USE = "stop_use"
        REPLACE = "replace"
        DESTROY = "destroy"

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="editions")
    label = models.CharField(max_length=40)
    entry = models.JSONField(help_text="the information list's entry for this edition")
    withdrawn_at = at()
    withdrawn_by = by()
    withdrawn_reason = models.TextField(blank=True)
    recall = models.CharField(max_length=8, choices=Recall.choices, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        help_text="the corrected edition",
    )

    class Meta:
        constraints = [
            both("withdrawn", table="datasetedition"),
            models.UniqueConstraint(fields=["dataset", "label"], name="dataset_edition_once"),
        ]


class Holding(Made, Chained):
    """The data behind an edition: loaded (the engine counts it) or described (a person does)."""

    class Kind(models.TextChoices):
        LOADED = "loaded"
        DESCRIBED = "described"

    programme = models.ForeignKey(
        "muniment.Programme", on_delete=models.PROTECT, related_name="holdings"
    )
    dataset_edition = models.ForeignKey(
        DatasetEdition, on_delete=models.PROTECT, related_name="holdings"
    )
    slug = models.SlugField(max_length=80)
    edition = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    descriptor = models.JSONField()
    content_sha256 = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=400, blank=True, help_text="inside the home's holdings/")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "slug", "edition"], name="holding_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="described") | ~Q(content_sha256=""),
                name="holding_loaded_has_content",
            ),
        ]

    @property
    def synthetic(self) -> bool:
        """Whether its rows were invented, as its descriptor declares: said wherever it is shown."""
        return bool(self.descriptor.get("muniment", {}).get("synthetic"))


class MethodPolicy(Made):
    """How each field leaves: one canonical document for a holding, never edited, only replaced."""

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="policies")
    document = models.TextField()
    sha256 = models.CharField(max_length=64)


class PublishedCounts(Made):
    """The public tables of a holding as they were published: one document, replaced as a whole."""

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="published_counts")
    document = models.TextField(help_text="RFC 8785 canonical JSON; protected numbers only")
    sha256 = models.CharField(max_length=64)
    superseded_at = at()
    superseded_by = by()

    class Meta:
        constraints = [
            both("superseded", table="publishedcounts"),
            models.UniqueConstraint(
                fields=["holding"],
                condition=Q(superseded_at__isnull=True),
                name="publishedcounts_one_live",
            ),
        ]


class Interest(Made):
    """Someone who asked to be told when a planned dataset opens; told once."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="interests")
    person = models.ForeignKey("muniment.Person", on_delete=models.PROTECT, related_name="+")
    told_at = at()
    told_by = by()

    class Meta:
        constraints = [
            both("told", table="interest"),
            models.UniqueConstraint(fields=["dataset", "person"], name="interest_once"),
        ]
