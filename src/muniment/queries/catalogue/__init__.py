"""The information list in force: entries, search, facets, and one dataset's sheet.

What a dataset is comes from the active programme edition; what became of it since (withdrawn, or
an edition recalled) from the tables. Nothing here opens a holding: only its description is read,
and of that only whether it was generated.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from muniment import models, programme
from muniment.programme import information
from muniment.queries import editions

from . import cubes, listed, publication

STATUSES = tuple(models.Dataset.Status)
NOT_OFFERED = models.Dataset.Status.NOT_OFFERED


@dataclass(frozen=True, slots=True)
class Masthead:
    """How the programme names itself on every page."""

    short_name: str
    name: str
    contact: str
    notice: str


@dataclass(frozen=True, slots=True)
class Match:
    """A variable that a search found."""

    table: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset of the information list: its text as published, its status as of now."""

    text: Mapping[str, Any]
    status: models.Dataset.Status
    kind: str
    variables: int
    synthetic: bool
    matches: tuple[Match, ...] = ()
    """What a search found among the variables, best first."""


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

    dated: listed.Dated
    editions: tuple[listed.Dated, ...]
    """Every edition of the list, newest first."""
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
    dated: listed.Dated
    tables: tuple[Mapping[str, Any], ...]
    codebook_note: str
    restrictions: tuple[Mapping[str, Any], ...]
    withdrawn_editions: Mapping[str, str]
    """Edition label to the reason for its recall."""
    published: cubes.Published | None
    """The public counts in force; never those of an older edition of the list."""
    files: tuple[publication.PublicFile, ...]


def find_masthead() -> Masthead | None:
    """The active programme's names; None on an install without one."""
    if (bundle := find_bundle()) is None:
        return None
    text = bundle["programme"]
    return Masthead(text["short_name"], text["name"], text["contact"]["email"], text["notice"])


def find_bundle() -> programme.Bundle | None:
    """The edition in force of the install's first active programme; None when there is none."""
    active = find_active()
    return None if active is None else editions.active_bundle(active)


def find_active() -> models.Programme | None:
    """The install's first programme with an edition in force."""
    return editions.running.first()


def find_listing(
    *,
    search: str = "",
    statuses: Collection[str] = (),
    kinds: Collection[str] = (),
    edition: str = "",
) -> Listing | None:
    """The entries whose title, summary or variables hold every word of `search`.

    An empty facet leaves nothing out; an empty edition is the list in force. None when no
    programme is active or the list never had that edition.
    """
    active = find_active()
    bundle = listed.find_bundle(active, edition) if active else None
    if active is None or bundle is None:
        return None
    words = fold(search).split()
    found = _entries(active, bundle, words)
    shown = [
        each
        for each in found
        if (not statuses or each.status in statuses) and (not kinds or each.kind in kinds)
    ]
    by_status = Counter(each.status.value for each in found if not kinds or each.kind in kinds)
    by_kind = Counter(each.kind for each in found if not statuses or each.status in statuses)
    types = [(kind["id"], kind["label"]) for kind in bundle["information_list"]["types"]]
    every = listed.list_dated(active)
    return Listing(
        _dated(every, bundle),
        tuple(every),
        tuple(step["label"] for step in bundle["programme"]["steps"]),
        tuple(shown),
        _choices([(each.value, "") for each in STATUSES], by_status, statuses),
        _choices(types, by_kind, kinds),
    )


def find_sheet(slug: str, *, edition: str = "") -> Sheet | None:
    """The sheet of one dataset; None for one that is not on that edition of the list."""
    active = find_active()
    bundle = listed.find_bundle(active, edition) if active else None
    if active is None or bundle is None:
        return None
    found = [e for e in _sheets(active, bundle) if e.entry.text["slug"] == slug]
    if not found:
        return None
    recalled = models.DatasetEdition.objects.filter(
        dataset__programme=active, dataset__slug=slug, withdrawn_at__isnull=False
    )
    reasons = dict(recalled.values_list("label", "withdrawn_reason"))
    published = cubes.find_published(slug, programme=active) if found[0].dated.in_force else None
    return replace(found[0], withdrawn_editions=reasons, published=published)


def list_sheets() -> list[Sheet]:
    """Every dataset on the list in force but those not offered; without recalls and counts."""
    active = find_active()
    found = [] if active is None else _sheets(active, editions.active_bundle(active))
    return [each for each in found if each.entry.status != NOT_OFFERED]


def _sheets(active: models.Programme, bundle: programme.Bundle) -> list[Sheet]:
    dated = _dated(listed.list_dated(active), bundle)
    files = publication.files_by_dataset(active) if dated.in_force else {}
    found = []
    for entry in _entries(active, bundle, []):
        book = bundle["codebooks"].get(entry.text.get("codebook", ""), {})
        named = entry.text.get("restrictions", ())
        found.append(
            Sheet(
                entry,
                bundle,
                dated,
                tuple(book.get("tables", ())),
                book.get("note", ""),
                tuple(rule for rule in bundle["policy"]["rules"] if rule["id"] in named),
                {},
                None,
                tuple(files.get(entry.text["slug"], ())),
            )
        )
    return found


def find_dataset(slug: str) -> models.Dataset | None:
    """The dataset of the running programme."""
    active = find_active()
    return active.datasets.filter(slug=slug).first() if active else None


def has_asked(person_pk: int | None, slug: str) -> bool:
    """Whether this person asked to be told when the dataset opens; who is signed out did not."""
    return models.Interest.objects.filter(dataset__slug=slug, person=person_pk).exists()


def fold(text: str) -> str:
    """Text as search compares it: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def _dated(every: list[listed.Dated], bundle: programme.Bundle) -> listed.Dated:
    return next(e for e in every if e.label == bundle["information_list"]["edition"])


def _entries(active: models.Programme, bundle: programme.Bundle, words: list[str]) -> list[Entry]:
    """The entries that hold every word, in the list's order; what is not offered stands last.

    What was withdrawn since is withdrawn in every edition; any other status is the tables' for
    the list in force, and the list's own for an older one.
    """
    in_force = bundle.sha256 == editions.active_bundle(active).sha256
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
        status = models.Dataset.Status(text["status"])
        if in_force or rows.get(slug) == models.Dataset.Status.WITHDRAWN:
            status = models.Dataset.Status(rows.get(slug, status))
        variables = _variables(bundle, slug)
        if not _holds(text, kinds[text["type"]], variables, words):
            continue
        entries.append(
            Entry(
                {**text, "kind_label": kinds[text["type"]]},
                status,
                text["type"],
                len(variables),
                slug in generated or text.get("synthetic", False),
                _matches(variables, words),
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


def _variables(bundle: programme.Bundle, slug: str) -> list[Match]:
    tables = information.variables(bundle, slug)
    return [
        Match(table, name, variable["label"])
        for table, inside in tables.items()
        for name, variable in inside.items()
    ]


def _holds(text: Mapping[str, Any], kind: str, variables: list[Match], words: list[str]) -> bool:
    """Whether title, summary, kind and variables together hold every word."""
    said = [text["title"], text["summary"], kind]
    said += [f"{each.name} {each.label}" for each in variables]
    whole = fold(" ".join(said))
    return all(word in whole for word in words)


def _matches(variables: list[Match], words: list[str]) -> tuple[Match, ...]:
    """The variables that hold the most of the words; none where no word is in any."""
    held = [(sum(word in fold(f"{e.name} {e.label}") for word in words), e) for e in variables]
    most = max((number for number, _ in held), default=0)
    return tuple(each for number, each in held if most and number == most)


def _choices(
    values: list[tuple[str, str]], counts: Counter[str], chosen: Collection[str]
) -> tuple[Choice, ...]:
    """Values that some entry has, and those that were chosen, in their own order."""
    return tuple(
        Choice(value, label, counts[value], value in chosen)
        for value, label in values
        if counts[value] or value in chosen
    )
