"""The information list: what a dataset is, and whether it may be asked for at this level."""

from collections.abc import Iterator, Mapping
from typing import Any

from muniment.rulebook import words

from .bundle import Bundle

# How a blocked status is refused. The codes are the ones the public hears.
_BLOCKED = {
    "planned": ("planned-edition", "{title} is planned and not open yet. Register your interest."),
    "elsewhere": ("held-elsewhere", "{title} is held elsewhere. Ask at {pointer}."),
    "withdrawn": ("edition-withdrawn", "{title} was withdrawn. Choose another edition."),
    "not_offered": ("not-offered", "{title} is not offered to anyone. Take it out of the request."),
    "public": ("is-public", "{title} is public. Download it; no request is needed."),
}


class UnknownDataset(LookupError):
    """The information list has no such dataset or edition."""


def get_dataset(edition: Bundle, slug: str) -> Mapping[str, Any]:
    """The entry of a dataset; raises UnknownDataset."""
    for entry in edition["information_list"]["datasets"]:
        if entry["slug"] == slug:
            found: Mapping[str, Any] = entry
            return found
    raise UnknownDataset(f"The information list has no dataset {slug}.")


def get_edition(edition: Bundle, slug: str, *, label: str) -> Mapping[str, Any]:
    """One dated edition of a dataset; raises UnknownDataset."""
    for dated in get_dataset(edition, slug).get("editions", ()):
        if dated["edition"] == label:
            found: Mapping[str, Any] = dated
            return found
    raise UnknownDataset(f"The information list has no edition {label} of {slug}.")


def list_datasets(edition: Bundle, *, status: str | None = None) -> list[Mapping[str, Any]]:
    """Every entry, or those of one status, in the list's order."""
    entries = edition["information_list"]["datasets"]
    return [entry for entry in entries if status in (None, entry["status"])]


def refusals(
    edition: Bundle, slug: str, *, label: str | None, level: str | None
) -> list[words.Refusal]:
    """Why this dataset cannot be asked for so; an empty list means that it can.

    `label` names a dated edition where one was chosen; `level` is record or aggregate.
    """
    try:
        entry = get_dataset(edition, slug)
        dated = get_edition(edition, slug, label=label) if label else None
    except UnknownDataset as error:
        message = f"{error} Choose one that is on the list."
        return [words.Refusal("dataset-unknown", message)]
    return list(_refusals(entry, dated, level))


def variables(edition: Bundle, slug: str) -> dict[str, dict[str, Mapping[str, Any]]]:
    """The codebook as table -> variable -> description; empty where the dataset has none."""
    name = get_dataset(edition, slug).get("codebook")
    tables = edition["codebooks"][name]["tables"] if name else ()
    return {
        table["name"]: {variable["name"]: variable for variable in table["variables"]}
        for table in tables
    }


def _refusals(
    entry: Mapping[str, Any], dated: Mapping[str, Any] | None, level: str | None
) -> Iterator[words.Refusal]:
    status = entry["status"]
    if dated and dated["status"] != "open" and status == "open":
        status = dated["status"]
    if status in _BLOCKED:
        code, message = _BLOCKED[status]
        pointer = entry.get("pointer", {"label": "the office", "address": ""})
        where = f"{pointer['label']} {pointer['address']}".strip()
        yield words.Refusal(code, message, {"title": entry["title"], "pointer": where})
    elif level == "record" and entry["level"] == "aggregate":
        message = "{title} leaves only as totals. Ask for an aggregate table instead."
        yield words.Refusal("aggregate-only", message, {"title": entry["title"]})
