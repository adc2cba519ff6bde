"""Other rules under a story that was begun: what its edition would say, were it written so."""

from collections.abc import Callable
from typing import Any

from muniment import models
from muniment.programme import Bundle
from muniment.queries import editions

Sections = dict[str, Any]


def changed(case: models.Case, change: Callable[[Sections], None]) -> None:
    """Change the sections of the edition that the request keeps."""
    sections = editions.bundle_of(case.edition).plain()
    change(sections)
    bundle = Bundle.from_data(sections)
    models.EditionBundle.objects.filter(edition=case.edition).update(
        canonical=bundle.canonical.decode()
    )
    models.ProgrammeEdition.objects.filter(pk=case.edition_id).update(sha256=bundle.sha256)


def track_of(sections: Sections, name: str) -> dict[str, Any]:
    """The entry of a track, to be changed."""
    return next(each for each in sections["tracks"]["tracks"] if each["id"] == name)


def dataset_of(sections: Sections, slug: str) -> dict[str, Any]:
    """The entry of a dataset, to be changed."""
    listed = sections["information_list"]["datasets"]
    return next(each for each in listed if each["slug"] == slug)
