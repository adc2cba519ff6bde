"""The information list in force: entries, search, facets, and one dataset's sheet.

What a dataset is comes from the active programme edition; what became of it since (withdrawn, or
an edition recalled) from the tables. Nothing here opens a holding: only its description is read,
and of that only whether it was generated.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from muniment import models, programme
from muniment.programme import information
from muniment.queries import editions

STATUSES = tuple(models.Dataset.Status)


@dataclass(frozen=True, slots=True)
class Masthead:
    """How the programme names itself on every page."""

    short_name: str
    name: str
    contact: str
    notice: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset of the information list: its text as published, its status as of now."""

    text: Mapping[str, Any]
    status: models.Dataset.Status
    kind: str
    variables: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many entries it would leave, given everything else chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries that match, and the facets around them."""

    edition: str
    published_on: date
    steps: tuple[str, ...]
    """The programme's own steps, in its words."""
    entries: tuple[Entry, ...]
    statuses: tuple[Choice, ...]
    kinds: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the list says of one dataset."""

    entry: Entry
    bundle: programme.Bundle
    tables: tuple[Mapping[str, Any], ...]
    codebook_note: str
    restrictions: tuple[Mapping[str, Any], ...]
    withdrawn_editions: Mapping[str, str]
    """Edition label to the reason for its recall."""


def find_masthead() -> Masthead | None:
    """The active programme's names; None on an install without one."""
    bundle = find_bundle()
    if bundle is None:
        return None
    text = bundle["programme"]
    return Masthead(text["short_name"], text["name"], text["contact"]["email"], text["notice"])


def find_bundle() -> programme.Bundle | None:
    """The edition in force of the install's first active programme; None when there is none."""
    active = _active()
    return None if active is None else editions.active_bundle(active)


def find_listing(
    *, search: str = "", statuses: Collection[str] = (), kinds: Collection[str] = ()
) -> Listing | None:
    """The entries whose title, summary or variables hold every word of `search`.

    An empty facet leaves nothing out. None when no programme is active.
    """
    active = _active()
    if active is None:
        return None
    bundle = editions.active_bundle(active)
    words = fold(search).split()
    found = [each for each in _entries(active, bundle) if _matches(bundle, each, words)]
    shown = [
        each
        for each in found
        if (not statuses or each.status in statuses) and (not kinds or each.kind in kinds)
    ]
    by_status = Counter(each.status.value for each in found if not kinds or each.kind in kinds)
    by_kind = Counter(each.kind for each in found if not statuses or each.status in statuses)
    listed = bundle["information_list"]
    return Listing(
        listed["edition"],
        date.fromisoformat(listed["published_on"]),
        tuple(step["label"] for step in bundle["programme"]["steps"]),
        tuple(shown),
        _choices([(each.value, "") for each in STATUSES], by_status, statuses),
        _choices([(kind["id"], kind["label"]) for kind in listed["types"]], by_kind, kinds),
    )


def find_sheet(slug: str) -> Sheet | None:
    """The sheet of one dataset; None for one that is not on the list in force."""
    active = _active()
    if active is None:
        return None
    bundle = editions.active_bundle(active)
    entry = next((e for e in _entries(active, bundle) if e.text["slug"] == slug), None)
    if entry is None:
        return None
    book = bundle["codebooks"].get(entry.text.get("codebook", ""), {})
    named = entry.text.get("restrictions", ())
    recalled = models.DatasetEdition.objects.filter(
        dataset__programme=active, dataset__slug=slug, withdrawn_at__isnull=False
    )
    return Sheet(
        entry,
        bundle,
        tuple(book.get("tables", ())),
        book.get("note", ""),
        tuple(rule for rule in bundle["policy"]["rules"] if rule["id"] in named),
        dict(recalled.values_list("label", "withdrawn_reason")),
    )


def fold(text: str) -> str:
    """Text as search compares it: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def _active() -> models.Programme | None:
    running = models.Programme.objects.filter(active_edition__isnull=False)
    return running.select_related("active_edition").order_by("pk").first()


def _entries(active: models.Programme, bundle: programme.Bundle) -> list[Entry]:
    """Every entry in the list's order; what is not offered stands last."""
    rows = dict(active.datasets.values_list("slug", "status"))
    generated = set(
        active.holdings.filter(descriptor__muniment__synthetic=True).values_list(
            "dataset_edition__dataset__slug", flat=True
        )
    )
    kinds = {kind["id"]: kind["label"] for kind in bundle["information_list"]["types"]}
    entries = []
    for text in information.list_datasets(bundle):
        slug = text["slug"]
        status = models.Dataset.Status(rows.get(slug, text["status"]))
        tables = information.variables(bundle, slug)
        entries.append(
            Entry(
                {**text, "kind_label": kinds[text["type"]]},
                status,
                text["type"],
                sum(len(inside) for inside in tables.values()),
                slug in generated or text.get("synthetic", False),
            )
        )
    return sorted(entries, key=lambda each: _ORDER[each.status])


_ORDER = {
    models.Dataset.Status.OPEN: 0,
    models.Dataset.Status.PUBLIC: 1,
    models.Dataset.Status.PLANNED: 2,
    models.Dataset.Status.ELSEWHERE: 3,
    models.Dataset.Status.WITHDRAWN: 4,
    models.Dataset.Status.NOT_OFFERED: 5,
}


def _matches(bundle: programme.Bundle, entry: Entry, words: list[str]) -> bool:
    if not words:
        return True
    tables = information.variables(bundle, entry.text["slug"])
    said = [entry.text["title"], entry.text["summary"], entry.text["kind_label"]]
    for table in tables.values():
        said += [f"{name} {variable['label']}" for name, variable in table.items()]
    text = fold(" ".join(said))
    return all(word in text for word in words)


def _choices(
    values: list[tuple[str, str]], counts: Counter[str], chosen: Collection[str]
) -> tuple[Choice, ...]:
    """Values that some entry has, and those that were chosen, in their own order."""
    return tuple(
        Choice(value, label, counts[value], value in chosen)
        for value, label in values
        if counts[value] or value in chosen
    )
