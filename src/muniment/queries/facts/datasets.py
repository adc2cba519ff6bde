"""Dataset editions, the holdings behind them, and the parts of a case that ask for them."""

from dataclasses import dataclass
from functools import lru_cache

from muniment import models, programme
from muniment.queries import asked
from muniment.rulebook.words import Fact

from .situation import Situation, reads

Status = models.Dataset.Status


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dataset that a step is about, and the level at which it is asked for."""

    dataset: models.Dataset
    edition: models.DatasetEdition | None
    holding: models.Holding | None
    level: str

    @property
    def status(self) -> str:
        """As the list in force says; a withdrawal of the edition is stronger."""
        if self.edition is None:
            return self.dataset.status
        return asked.status_of(self.edition)

    @property
    def only_aggregates(self) -> bool:
        """Whether list or descriptor lets nothing but aggregates leave."""
        listed = self.edition.entry.get("level") if self.edition else None
        described = self.holding.descriptor["muniment"].get("level") if self.holding else None
        return "aggregate" in (listed, described)


@reads(Fact.EDITION_OPEN)
def edition_open(here: Situation) -> bool:
    named = wanted(here)
    return bool(named) and all(each.status == Status.OPEN for each in named)


@reads(Fact.EDITION_PLANNED)
def edition_planned(here: Situation) -> bool:
    return _any_is(here, Status.PLANNED)


@reads(Fact.EDITION_ELSEWHERE)
def edition_elsewhere(here: Situation) -> bool:
    return _any_is(here, Status.ELSEWHERE)


@reads(Fact.EDITION_WITHDRAWN)
def edition_withdrawn(here: Situation) -> bool:
    return _any_is(here, Status.WITHDRAWN)


@reads(Fact.EDITION_RECALLED)
def edition_recalled(here: Situation) -> bool:
    return _any_is(here, Status.WITHDRAWN)


@reads(Fact.EDITION_NOT_OFFERED)
def edition_not_offered(here: Situation) -> bool:
    return _any_is(here, Status.NOT_OFFERED)


@reads(Fact.EDITION_PUBLIC)
def edition_public(here: Situation) -> bool:
    return _any_is(here, Status.PUBLIC)


@reads(Fact.CENSUS_AT_RECORD_LEVEL)
def census_at_record_level(here: Situation) -> bool:
    return any(each.level == "record" and each.only_aggregates for each in wanted(here))


@reads(Fact.UNDER_EMBARGO)
def under_embargo(here: Situation) -> bool:
    """Whether the figures say that a row asked for may not leave yet.

    Of an edition that is given to anybody as it lies here, every row would leave.
    """
    if here.given("edition") is not None and here.case_if_any is None:
        behind = here.given("edition").holdings.all()
        return any("embargo" in holding.descriptor["muniment"] for holding in behind)
    return models.Availability.objects.filter(
        part__in=_parts(here), superseded_at__isnull=True, embargoed_until__gt=here.now
    ).exists()


@reads(Fact.MORE_THAN_ONE_PART)
def more_than_one_part(here: Situation) -> bool:
    return asked.live_parts(here.case).count() > 1


@reads(Fact.LIST_CHECKED, Fact.PROGRAMME_CHECKED)
def programme_checked(here: Situation) -> bool:
    """Whether the edition that the step brings is read without a fault."""
    return is_sound(here.about["bundle"].canonical)


@reads(Fact.HOLDING_CHECKED)
def holding_checked(here: Situation) -> bool:
    """The check was run and found nothing; who checks reads the files, which is not done here.

    Nothing else is taken in, so an edition with a holding has one that was checked.
    """
    found = here.given("faults")
    if found is None:
        edition = here.given("replacement") or here.given("edition")
        return edition is not None and edition.holdings.exists()
    return len(found) == 0


@reads(Fact.INTEREST_TOLD)
def interest_told(here: Situation) -> bool:
    return not here.about["dataset"].interests.filter(told_at__isnull=True).exists()


def wanted(here: Situation) -> list[Wanted]:
    """What the step is about: a dataset, edition or specification that it brings, else parts."""
    level = here.given("level") or ""
    if here.given("dataset") is not None:
        return [Wanted(here.given("dataset"), None, None, level)]
    if here.given("edition") is not None:
        edition = here.given("edition")
        return [Wanted(edition.dataset, edition, edition.holdings.first(), level)]
    if here.given("specification") is not None:
        return [
            Wanted(edition.dataset, edition, asked.find_holding(here.programme, part), part.level)
            for part in here.given("specification").parts
            if (edition := asked.find_edition(here.programme, part)) is not None
        ]
    return [
        Wanted(part.dataset_edition.dataset, part.dataset_edition, part.holding, part.level)
        for part in _parts(here)
    ]


def _any_is(here: Situation, status: Status) -> bool:
    return any(each.status == status for each in wanted(here))


def _parts(here: Situation) -> list[models.Part]:
    """The part that the step names, directly or by its line or build; else those of the case."""
    build, line = here.given("build"), here.given("line")
    if build is not None:
        line = build.line
    if line is not None:
        return [line.part]
    if here.given("part") is not None:
        return [here.given("part")]
    return list(asked.live_parts(here.case)) if isinstance(here.subject, models.Case) else []


@lru_cache(maxsize=8)
def is_sound(canonical: bytes) -> bool:
    """Whether these bytes are an edition without a fault; a check takes a while, so it is kept."""
    from muniment.programme import folder

    try:
        programme.Bundle.from_canonical(canonical)
    except folder.FolderFaulty:
        return False
    return True
