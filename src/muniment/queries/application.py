"""A request as its writers see it: the form of its edition, what is answered, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment import models
from muniment.programme import Bundle, forms
from muniment.queries import editions
from muniment.rulebook import words


@dataclass(frozen=True, slots=True)
class Form:
    """Answers are {section: {field: answer}}; `versions` and `saved` are by section id.

    `missing` and `wrong` carry `section_id` and `field` in their params.
    """

    bundle: Bundle
    answers: Mapping[str, Mapping[str, Any]]
    versions: Mapping[str, int]
    saved: Mapping[str, datetime]
    asked: list[forms.Asked]
    missing: list[words.Refusal]
    wrong: list[words.Refusal]

    def sections(self) -> list[Mapping[str, Any]]:
        """The sections that are asked of this applicant, in order."""
        found = {one.section["id"]: one.section for one in self.asked}
        return list(found.values())

    def find_section(self, name: str) -> Mapping[str, Any] | None:
        """A section of the form, whether or not it is asked now."""
        every = self.bundle["form"]["sections"]
        return next((section for section in every if section["id"] == name), None)

    def gaps(self, section: str) -> list[words.Refusal]:
        """What is missing or does not fit in one section."""
        return [each for each in self.missing + self.wrong if each.params["section_id"] == section]


def form_of(case: models.Case) -> Form:
    """The form of the case's own edition with what stands in it; a fixed number of queries."""
    rows = list(case.sections.order_by("name"))
    bundle = editions.bundle_of(case.edition)
    answers = {row.name: row.answers for row in rows}
    return Form(
        bundle=bundle,
        answers=answers,
        versions={row.name: row.version for row in rows},
        saved={row.name: row.saved_at for row in rows if row.saved_at},
        asked=forms.asked(bundle, answers),
        missing=forms.missing(bundle, answers),
        wrong=[each for each in forms.validate(bundle, answers) if "field" in each.params],
    )


def find_draftable(dataset: str) -> models.DatasetEdition | None:
    """The newest edition of a dataset of the programme that is running."""
    found = models.DatasetEdition.objects.filter(
        dataset__slug=dataset, dataset__programme__active_edition__isnull=False
    )
    return found.select_related("dataset__programme__active_edition").order_by("-pk").first()


def find_edition(sha256: str) -> models.ProgrammeEdition | None:
    """The programme edition of this hash, whether it is in force or not."""
    rows = models.ProgrammeEdition.objects.select_related("bundle", "programme__active_edition")
    return rows.filter(sha256=sha256).first()


def find_running(slug: str) -> models.Programme | None:
    """A programme that takes requests now."""
    rows = models.Programme.objects.select_related("active_edition__bundle")
    return rows.filter(slug=slug, active_edition__isnull=False).first()


def list_running() -> list[models.Programme]:
    """Every programme that takes requests now, by name."""
    rows = models.Programme.objects.filter(active_edition__isnull=False)
    return list(rows.select_related("active_edition__bundle").order_by("name"))


def list_entered(case: models.Case) -> list[str]:
    """Sections that the office entered and the applicant has not confirmed."""
    rows = case.sections.filter(entered_at__isnull=False, confirmed_at__isnull=True)
    return list(rows.order_by("name").values_list("name", flat=True))
