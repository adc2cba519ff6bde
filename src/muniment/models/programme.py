"""A programme and the dated editions of its rules."""

from django.db import models

from .marks import Chained, Made, at, both, by


class Programme(Chained):
    """One data access programme; several can live on one install."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    active_edition = models.ForeignKey(
        "muniment.ProgrammeEdition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    calendar_edition = models.ForeignKey(
        "muniment.ProgrammeEdition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose business days count for open requests too; empty: each request's own",
    )
    next_case_number = models.PositiveIntegerField(default=1)
    tax_form = models.ForeignKey(
        "muniment.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the payee's own form, which goes with every invoice",
    )
    tax_form_at = at()
    tax_form_by = by()

    class Meta:
        constraints = [both("tax_form", table="programme")]

    def __str__(self) -> str:
        return self.name


class ProgrammeEdition(Made):
    """The whole programme, dated: form, policy, fees, clauses, calendar; its text is apart."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    activated_at = at()
    activated_by = by()
    retired_at = at()
    retired_by = by()
    retired_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            both("activated", table="programmeedition"),
            both("retired", table="programmeedition"),
            models.UniqueConstraint(fields=["programme", "number"], name="edition_number_once"),
        ]


class EditionBundle(models.Model):
    """The canonical text of an edition; apart, because whoever reads a case needs only its hash."""

    edition = models.OneToOneField(
        ProgrammeEdition, on_delete=models.PROTECT, primary_key=True, related_name="bundle"
    )
    canonical = models.TextField()
