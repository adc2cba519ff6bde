"""Programme editions as bundles; a bundle never changes, so each is parsed once per process.

Reading forgives what an edition of an earlier version lacks: its requests must stay open to read
and to go on. Whoever loads an edition, or puts one in force, has it checked strictly.
"""

from datetime import date, datetime

from django.db.models import QuerySet

from muniment import models
from muniment.programme import Bundle, clocks
from muniment.queries import prepared


@prepared.query
def running() -> QuerySet[models.Programme]:
    """The install's first programme with an edition in force."""
    first = models.Programme.objects.filter(active_edition__isnull=False)
    return first.select_related("active_edition").order_by("pk")[:1]


def bundle_of(edition: models.ProgrammeEdition) -> Bundle:
    """The rules, form, fees and texts of one edition.

    Raises LookupError where the stored bundle is not the one its hash names.
    """
    if edition.sha256 not in _PARSED:
        bundle = Bundle.from_stored(edition.bundle.canonical.encode())
        if bundle.sha256 != edition.sha256:
            raise LookupError(f"Programme edition {edition.number} does not match its hash.")
        _PARSED[edition.sha256] = bundle
    return _PARSED[edition.sha256]


def active_bundle(of: models.Programme) -> Bundle:
    """The bundle in force; raises LookupError while the programme has no active edition."""
    if of.active_edition is None:
        raise LookupError(f"The programme '{of.slug}' has no active edition.")
    return bundle_of(of.active_edition)


def calendar_of(case: models.Case) -> clocks.Calendar:
    """The business days that count for a request: those put in force last, else its own edition's.

    A request that was begun under a later edition keeps that one's.
    """
    later = case.programme.calendar_edition
    own = case.edition
    return own_calendar(later if later and later.number > own.number else own)


def find_newer(case: models.Case) -> models.ProgrammeEdition | None:
    """The edition in force, where a draft follows another and was not kept to that one.

    A draft may keep to its edition, unless that one was retired from new requests.
    """
    own, kept = case.edition, case.kept_against_id
    kept = None if own.retired_at else kept
    settled = case.programme.active_edition_id in {own.pk, kept}
    return None if settled else case.programme.active_edition


def own_calendar(edition: models.ProgrammeEdition) -> clocks.Calendar:
    """The calendar of one edition, read once per process as its bundle is."""
    if edition.sha256 not in _CALENDARS:
        _CALENDARS[edition.sha256] = clocks.calendar_of(bundle_of(edition))
    return _CALENDARS[edition.sha256]


def today(of: models.Programme, now: datetime) -> date:
    """The day in the programme's own zone; in UTC before it has an edition."""
    if of.active_edition is None:
        return now.date()
    return clocks.local_day(bundle_of(of.active_edition), now)


def next_label(of: models.Programme) -> str:
    """A label for the next edition that none has had: its year as in force, counted on."""
    year, _, _ = active_bundle(of).edition.partition(".")
    numbers = [0]
    for edition in of.editions.select_related("bundle"):
        before, _, number = bundle_of(edition).edition.partition(".")
        if before == year and number.isdigit():
            numbers.append(int(number))
    return f"{year}.{max(numbers) + 1}"


_CALENDARS: dict[str, clocks.Calendar] = {}
_PARSED: dict[str, Bundle] = {}
"""By hash. An office has a handful of editions in its life, so none is ever thrown out."""
