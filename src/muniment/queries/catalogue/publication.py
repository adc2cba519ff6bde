"""Files of public datasets, for anyone to take: public on the list, and about nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment import models


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A table of a public dataset. `folder` is inside the home's holdings, `path` inside it."""

    table: str
    folder: str
    path: str
    holding: int


def files_by_dataset(programme: models.Programme) -> dict[str, list[PublicFile]]:
    """Slug to the tables of its newest edition that was loaded and not recalled; one query."""
    rows = programme.holdings.filter(
        dataset_edition__dataset__status=models.Dataset.Status.PUBLIC,
        dataset_edition__withdrawn_at__isnull=True,
        kind=models.Holding.Kind.LOADED,
    ).select_related("dataset_edition__dataset")
    newest = {
        row.dataset_edition.dataset.slug: row for row in rows.order_by("dataset_edition", "pk")
    }
    return {
        slug: [
            PublicFile(each["name"], row.folder, each["path"], row.pk)
            for each in row.descriptor["resources"]
        ]
        for slug, row in newest.items()
        if _concerns_nobody(row.descriptor)
    }


def get_holding(pk: int) -> models.Holding:
    """A holding with its edition and dataset; raises Holding.DoesNotExist."""
    rows = models.Holding.objects.select_related("dataset_edition__dataset", "programme")
    return rows.get(pk=pk)


def _concerns_nobody(descriptor: Mapping[str, Any]) -> bool:
    """No embargo, no table of persons, and no field of any other class than none."""
    ours, resources = descriptor["muniment"], descriptor["resources"]
    fields = [field for each in resources for field in each["schema"]["fields"]]
    classes = {field.get("muniment", {}).get("class") for field in fields}
    about = any(each.get("muniment", {}).get("unit") == "person" for each in resources)
    return "embargo" not in ours and ours["unit"] != "person" and not about and classes == {"none"}
