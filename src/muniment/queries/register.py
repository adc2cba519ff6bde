"""The public register: every approved use whose applicant agreed to be listed, in their words.

Only answers to fields that the form marks as published are read, and of a person only the name.
A use that ended early stays, with a note. Nothing says how many are not listed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from muniment import models
from muniment.programme import clocks, forms
from muniment.queries import catalogue, editions
from muniment.rulebook.words import Stage

FROM_APPROVAL = (
    Stage.AGREEMENT, Stage.BUILDING, Stage.CHECKING, Stage.ACTIVE, Stage.CLOSE_OUT,
    Stage.CLOSED, Stage.REVOKED, Stage.WITHDRAWN, Stage.LAPSED,
)  # fmt: skip
APPROVED = (models.Outcome.APPROVED, models.Outcome.CONDITIONS)
OWN = ("", models.Case.ChildKind.SPLIT, models.Case.ChildKind.RESUBMISSION)
"""An amendment, a renewal or an appeal belongs to the use that it changes."""
CONSENT = "register_consent"
FEWEST = 11
"""A number of denials under this is not told: with few requests it may point at one."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that a use was approved for."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Use:
    """One approved use, with what its form marks as published and nothing more."""

    reference: str
    stage: str
    title: str
    summary: str
    lead: str
    institution: str
    starts_on: str
    ends_on: str
    approved_on: date
    datasets: tuple[Dataset, ...]
    publications: tuple[models.Publication, ...]
    withdrawn_on: date | None

    @property
    def text(self) -> str:
        """What a search reads."""
        titles = [each.title for each in self.datasets]
        return " ".join([self.title, self.summary, self.lead, self.institution, *titles])


@dataclass(frozen=True, slots=True)
class Register:
    """The uses that match, newest first, and totals over all that are listed."""

    uses: tuple[Use, ...]
    listed: int
    institutions: int
    publications: int
    denied: int | None
    """How many requests were denied; None where there are too few to show."""
    by_year: tuple[tuple[int, int], ...]
    by_dataset: tuple[tuple[Dataset, int], ...]


def find_register(*, search: str = "", year: str = "", dataset: str = "") -> Register | None:
    """The register of the running programme; None without one. A fixed number of queries."""
    active = catalogue.find_active()
    if active is None:
        return None
    every = _uses(active.cases.all())
    words = catalogue.fold(search).split()
    shown = [
        each
        for each in every
        if (not year or str(each.approved_on.year) == year)
        and (not dataset or dataset in {one.slug for one in each.datasets})
        and all(word in catalogue.fold(each.text) for word in words)
    ]
    years = Counter(each.approved_on.year for each in every)
    datasets = Counter(one for each in every for one in each.datasets)
    return Register(
        tuple(shown),
        len(every),
        len({each.institution for each in every if each.institution}),
        sum(len(each.publications) for each in every),
        _denied(active),
        tuple(sorted(years.items())),
        tuple(datasets.most_common()),
    )


def find_use(reference: str) -> Use | None:
    """One listed use; None is all that anybody learns of any other request."""
    active = catalogue.find_active()
    found = _uses(active.cases.filter(reference=reference)) if active else []
    return found[0] if found else None


def _uses(cases: QuerySet[models.Case]) -> list[Use]:
    """Approved, listed by consent, newest approval first."""
    standing = Q(determinations__superseded_at__isnull=True, determinations__outcome__in=APPROVED)
    rows = (
        cases.filter(standing, stage__in=[stage.value for stage in FROM_APPROVAL])
        .filter(child_kind__in=OWN)
        .select_related("edition", "register")
        .prefetch_related(
            "determinations", "submissions", "publications", "parts__dataset_edition__dataset"
        )
        .distinct()
    )
    found = [use for row in rows if (use := _use(row)) is not None]
    return sorted(found, key=lambda use: (use.approved_on, use.reference), reverse=True)


def _use(case: models.Case) -> Use | None:
    """The use as it may be shown; None where the applicant did not agree."""
    submissions = sorted(case.submissions.all(), key=lambda each: each.number)
    if not submissions:
        return None
    answers = forms.flat(submissions[-1].answers)
    if answers.get(CONSENT) is not True:
        return None
    bundle = editions.bundle_of(case.edition)
    said = {name: answers.get(name) for name in _published(bundle["form"])}
    entry = getattr(case, "register", None)
    calendar = clocks.calendar_of(bundle)
    decided = [each for each in case.determinations.all() if each.superseded_at is None]
    return Use(
        case.reference,
        case.stage,
        entry.title if entry else _text(said.get("title")),
        entry.summary if entry else _text(said.get("lay_summary")),
        _text(said.get("applicant")),
        _text(said.get("institution_name")),
        _text(said.get("starts_on")),
        _text(said.get("ends_on")),
        calendar.local_day(max(each.made_at for each in decided)),
        tuple(_datasets(case)),
        tuple(sorted(case.publications.all(), key=lambda each: each.pk)),
        calendar.local_day(entry.withdrawn_at) if entry and entry.withdrawn_at else None,
    )


def _published(form: Mapping[str, Any]) -> set[str]:
    """The fields that the form of the case's own edition marks as published."""
    return {
        field["id"]
        for section in form["sections"]
        for field in section["fields"]
        if field.get("published")
    }


def _text(answer: Any) -> str:
    """An answer as text; of a person the name and nothing else."""
    if isinstance(answer, Mapping):
        return str(answer.get("name", ""))
    return str(answer) if isinstance(answer, str) else ""


def _datasets(case: models.Case) -> list[Dataset]:
    """The datasets of the parts that were not denied, dropped or split off, each once."""
    live = (models.Part.Status.APPROVED, models.Part.Status.ASKED)
    parts = sorted(case.parts.all(), key=lambda part: part.part_id)
    named = [part.dataset_edition.dataset for part in parts if part.status in live]
    return list(dict.fromkeys(Dataset(each.slug, each.title) for each in named))


def _denied(programme: models.Programme) -> int | None:
    number = programme.cases.filter(stage=Stage.DENIED.value).count()
    return number if number >= FEWEST else None
