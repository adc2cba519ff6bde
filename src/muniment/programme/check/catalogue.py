"""information-list.yaml and the codebooks."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from muniment.programme import duo

from .problem import Place, Problem, Sections, keys, twice

_OFFERED = (
    "unit", "years", "editions", "codebook", "duo", "restrictions", "level", "threshold",
    "noise_sigma", "rounding", "fee_class", "tracks",
)  # fmt: skip
"""What whoever may ask, now or later, has to know; the sensitivity of each variable stands in the
codebook, and a contact is named by every entry (the schema asks for both).
"""
_NEEDS = {
    "open": (*_OFFERED, "kind"),
    "planned": (*_OFFERED, "reason"),
    "public": (*_OFFERED, "pointer"),
    "elsewhere": ("reason", "pointer"),
    "withdrawn": ("reason",),
    "not_offered": ("reason",),
}
"""What an entry must say, by its status. An empty list of restrictions says that there are none."""


def problems(sections: Sections) -> Iterator[Problem]:
    """Entries that lack something, or name what does not exist."""
    listed = sections["information_list"]
    yield from twice(listed["types"], ("information_list", "types"), key="id")
    yield from twice(listed["datasets"], ("information_list", "datasets"), key="slug")
    for number, entry in enumerate(listed["datasets"]):
        place = ("information_list", "datasets", number)
        yield from _complete(entry, place)
        yield from _references(sections, entry, place)
        yield from _duo(entry, place)
        yield from _dates(entry, place)
        yield from _embargo(sections, entry, place)
        yield from _fee_years(sections, entry, place)
    used = {entry["codebook"] for entry in listed["datasets"] if "codebook" in entry}
    for name, codebook in sections["codebooks"].items():
        if name not in used:
            yield Problem(("codebooks", name), "no dataset of the information list uses this file.")
        yield from _codebook(codebook, ("codebooks", name))


def _complete(entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    for key in _NEEDS[entry["status"]]:
        if key not in entry:
            sentence = f"a dataset that is {entry['status']} must say {key!r}."
            yield Problem(place, sentence)
    open_editions = [e for e in entry.get("editions", ()) if e["status"] == "open"]
    if entry["status"] == "open" and "editions" in entry and not open_editions:
        yield Problem((*place, "editions"), "an open dataset needs at least one open edition.")
    if entry["status"] != "open" and open_editions:
        sentence = f"a dataset that is {entry['status']} cannot have an open edition."
        yield Problem((*place, "editions"), sentence)
    if entry["status"] == "public" and entry.get("tracks", {}).get("default") != "public":
        yield Problem((*place, "tracks"), "a public dataset follows the public track.")


def _references(sections: Sections, entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    listed_rules = {r["id"] for r in sections["policy"]["rules"] if r.get("applies") == "listed"}
    known: dict[str, tuple[set[str], str]] = {
        "type": (keys(sections["information_list"]["types"]), "types of the information list"),
        "fee_class": (keys(sections["fees"]["classes"]), "classes in fees.yaml"),
        "codebook": (set(sections["codebooks"]), "codebooks"),
    }
    for key, (names, where) in known.items():
        if key in entry and entry[key] not in names:
            yield Problem((*place, key), f"{entry[key]!r} is not among the {where}.")
    lists = {
        "restrictions": (listed_rules, "rules in policy.yaml that apply where listed"),
        "clauses": (keys(sections["clauses"]["clauses"]), "clauses in clauses.yaml"),
    }
    for key, (names, where) in lists.items():
        for number, one in enumerate(entry.get(key, ())):
            if one not in names:
                yield Problem((*place, key, number), f"{one!r} is not among the {where}.")
    yield from _tracks(sections, entry.get("tracks", {}), (*place, "tracks"))
    classes = keys(sections["programme"]["applicant_classes"])
    for one in sorted(set(entry.get("delivery", {}).get("by_class", {})) - classes):
        sentence = f"{one!r} is not an applicant class."
        yield Problem((*place, "delivery", "by_class", one), sentence)


def _tracks(sections: Sections, named: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    tracks = keys(sections["tracks"]["tracks"])
    classes = keys(sections["programme"]["applicant_classes"])
    if "default" in named and named["default"] not in tracks:
        sentence = f"tracks.yaml has no track {named['default']!r}."
        yield Problem((*place, "default"), sentence)
    for applicant_class, track in named.get("by_class", {}).items():
        inside = (*place, "by_class", applicant_class)
        if applicant_class not in classes:
            yield Problem(inside, f"{applicant_class!r} is not an applicant class.")
        if track not in tracks:
            yield Problem(inside, f"tracks.yaml has no track {track!r}.")


def _duo(entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    terms = entry.get("duo")
    if not terms:
        return
    named = [((*place, "duo", "permission"), terms["permission"], "permission")]
    for number, modifier in enumerate(terms.get("modifiers", ())):
        inside = (*place, "duo", "modifiers", number)
        named.append(((*inside, "term"), modifier["term"], "modifier"))
        for index, study in enumerate(modifier.get("study_types", ())):
            named.append(((*inside, "study_types", index), study, "investigation"))
    for inside, term, kind in named:
        try:
            duo.get_term(term, kind=kind)
        except duo.UnknownTerm as error:
            yield Problem(inside, str(error))
    if terms["permission"] == "DUO:0000007" and not terms.get("diseases"):
        sentence = "a disease specific permission (DUO:0000007) must name its 'diseases'."
        yield Problem((*place, "duo"), sentence)


def _dates(entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    spans = [((*place, "years"), entry["years"])] if "years" in entry else []
    editions = entry.get("editions", ())
    yield from twice(editions, (*place, "editions"), key="edition")
    for number, dated in enumerate(editions):
        if "years" in dated:
            spans.append(((*place, "editions", number, "years"), dated["years"]))
    for inside, years in spans:
        if years.get("until", years["from"]) < years["from"]:
            yield Problem(inside, "'until' lies before 'from'.")


def _embargo(sections: Sections, entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    codebook = sections["codebooks"].get(entry.get("codebook"))
    if "embargo" in entry and codebook:
        wanted = (entry["embargo"]["table"], entry["embargo"]["field"])
        if wanted not in _variables(codebook):
            sentence = f"the codebook has no variable {'.'.join(wanted)}."
            yield Problem((*place, "embargo"), sentence)


def _fee_years(sections: Sections, entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """The variable whose years a fee counts is one of the codebook's."""
    codebook, named = sections["codebooks"].get(entry.get("codebook")), entry.get("fee_years")
    if codebook and named and named not in {name for _table, name in _variables(codebook)}:
        yield Problem((*place, "fee_years"), f"the codebook has no variable {named}.")


def _codebook(codebook: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    yield from twice(codebook["tables"], (*place, "tables"), key="name")
    variables = _variables(codebook)
    for number, table in enumerate(codebook["tables"]):
        inside = (*place, "tables", number)
        yield from twice(table["variables"], (*inside, "variables"), key="name")
        for index, key in enumerate(table["key"]):
            if (table["name"], key) not in variables:
                sentence = f"the key {key!r} is not a variable of the table."
                yield Problem((*inside, "key", index), sentence)
        for index, variable in enumerate(table["variables"]):
            yield from _variable(variable, variables, (*inside, "variables", index))


def _variable(
    variable: Mapping[str, Any], variables: set[tuple[str, str]], place: Place
) -> Iterator[Problem]:
    target = variable.get("linked_to")
    if target is not None and tuple(target.split(".", 1)) not in variables:
        yield Problem((*place, "linked_to"), f"there is no variable {target!r} to link to.")
    try:
        rising = _rise(variable.get("bands", ()), variable["type"])
    except (ValueError, TypeError, ArithmeticError):
        sentence = f"the edges of bands must be values of type {variable['type']}."
        yield Problem((*place, "bands"), sentence)
        return
    if not rising:
        yield Problem((*place, "bands"), "bands must rise and must not overlap.")


def _rise(bands: Sequence[Sequence[Any]], kind: str) -> bool:
    """Whether bands follow each other upwards; an open end stands only at the outside."""
    edges: list[list[Any]] = [
        [None if edge is None else _edge(edge, kind) for edge in band] for band in bands
    ]
    inner = [edge for band in edges for edge in band][1:-1]
    if None in inner:
        return False
    inside = all(low is None or high is None or low <= high for low, high in edges)
    pairs = itertools.pairwise(edges)
    return inside and all(before[1] < after[0] for before, after in pairs)


def _edge(edge: int | str, kind: str) -> Any:
    """An edge as something that can be ordered; decimals stand as text."""
    return date.fromisoformat(str(edge)[:10]) if kind.startswith("date") else Decimal(edge)


def _variables(codebook: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (table["name"], variable["name"])
        for table in codebook["tables"]
        for variable in table["variables"]
    }
