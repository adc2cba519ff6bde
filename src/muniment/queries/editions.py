"""Programme editions as bundles; a bundle never changes, so each is parsed once per process."""

from functools import lru_cache

from muniment import models, programme


def bundle_of(edition: models.ProgrammeEdition) -> programme.Bundle:
    """The rules, form, fees and texts of one edition."""
    return _parsed(edition.sha256, edition.pk)


def active_bundle(of: models.Programme) -> programme.Bundle:
    """The bundle in force; raises LookupError while the programme has no active edition."""
    if of.active_edition is None:
        raise LookupError(f"The programme '{of.slug}' has no active edition.")
    return bundle_of(of.active_edition)


@lru_cache(maxsize=16)
def _parsed(sha256: str, edition_id: int) -> programme.Bundle:
    text = models.ProgrammeEdition.objects.values_list("bundle", flat=True).get(pk=edition_id)
    bundle = programme.Bundle.from_canonical(text.encode())
    if bundle.sha256 != sha256:
        raise LookupError(f"Programme edition {edition_id} does not match its hash.")
    return bundle
