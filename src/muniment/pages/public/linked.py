"""A dataset as schema.org describes one, for search engines; data in the page, never a script.

Only what the page itself says stands here. A restricted dataset never gets a `contentUrl`.
"""

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator

from muniment.pages.wording import datasets
from muniment.queries import catalogue

CONTEXT = "https://schema.org/"
SHORTEST, LONGEST = 50, 5000
"""Search engines read descriptions of this length only."""


def dataset(found: catalogue.Sheet, *, root: str) -> dict[str, Any]:
    """`root` is the site's address with its closing slash."""
    text, bundle = found.entry.text, found.bundle
    here = root.rstrip("/") + reverse("data_sheet", args=[text["slug"]])
    holder = {"@type": "Organization", "name": bundle["programme"]["name"]}
    said = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": here,
        "url": here,
        "name": text["title"],
        "identifier": text["slug"],
        "description": _description(text, bundle["programme"]["name"]),
        "version": version(found),
        "dateModified": bundle["information_list"]["published_on"],
        "creator": holder,
        "publisher": holder,
        "isAccessibleForFree": found.entry.status == "public",
        "conditionsOfAccess": str(datasets.AVAILABILITY[found.entry.status].label),
        "usageInfo": root.rstrip("/") + reverse("how_access_works"),
        "license": text.get("license"),
        "temporalCoverage": _years(text.get("years")),
        "variableMeasured": _variables(found),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": bundle["programme"]["short_name"],
            "url": root.rstrip("/") + reverse("data_list"),
        },
        "distribution": _files(found, root),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def version(found: catalogue.Sheet) -> str:
    """The newest edition's label; empty where the list names none."""
    dated = sorted(
        found.entry.text.get("editions", ()), key=lambda each: each["published_on"], reverse=True
    )
    return str(dated[0]["edition"]) if dated else ""


def _description(text: Any, holder: str) -> str:
    said = text["summary"]
    if len(said) < SHORTEST:
        said = f"{text['title']}: {said} {text['kind_label']}, {holder}."
    return Truncator(said).chars(LONGEST)


def _years(span: Any) -> str:
    """An ISO 8601 interval, open where the data go on."""
    return f"{span['from']}/{span.get('until', '..')}" if span else ""


def _variables(found: catalogue.Sheet) -> list[dict[str, str]]:
    return [
        {"@type": "PropertyValue", "name": each["name"], "description": each["label"]}
        for table in found.tables
        for each in table["variables"]
    ]


def _files(found: catalogue.Sheet, root: str) -> list[dict[str, str]]:
    """Public files only."""
    slug = found.entry.text["slug"]
    return [
        {
            "@type": "DataDownload",
            "name": each.table,
            "encodingFormat": "text/csv",
            "contentUrl": root.rstrip("/") + reverse("data_download", args=[slug, each.table]),
        }
        for each in found.files
    ]
