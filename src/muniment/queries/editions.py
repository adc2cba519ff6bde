"""Programme editions as bundles; a bundle never changes, so each is parsed once per process."""

from datetime import date, datetime

from muniment import models
from muniment.programme import Bundle, clocks


def bundle_of(edition: models.ProgrammeEdition) -> Bundle:
    """The rules, form, fees and texts of one edition.

    Raises LookupError where the stored bundle is not the one its hash names.
    """
    if edition.sha256 not in _PARSED:
        bundle = Bundle.from_canonical(edition.bundle.canonical.encode())
        if bundle.sha256 != edition.sha256:
            raise LookupError(f"Programme edition {edition.number} does not match its hash.")
        _PARSED[edition.sha256] = bundle
    return _PARSED[edition.sha256]


def active_bundle(of: models.Programme) -> Bundle:
    """The bundle in force; raises LookupError while the programme has no active edition."""
    if of.active_edition is None:
        raise LookupError(f"The programme '{of.slug}' has no active edition.")
    return bundle_of(of.active_edition)


def today(of: models.Programme, now: datetime) -> date:
    """The day in the programme's own zone; in UTC before it has an edition."""
    if of.active_edition is None:
        return now.date()
    return clocks.local_day(bundle_of(of.active_edition), now)


_PARSED: dict[str, Bundle] = {}
"""By hash. An office has a handful of editions in its life, so none is ever thrown out."""
