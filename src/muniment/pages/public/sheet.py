"""One dataset of the information list, ready to draw."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from muniment.pages.public import counts
from muniment.pages.wording import datasets
from muniment.pages.wording.turns import Fact
from muniment.programme import clocks, fees, tracks
from muniment.queries import catalogue
from muniment.rulebook.words import Track


def context(found: catalogue.Sheet) -> dict[str, Any]:
    """Everything the template of a dataset draws."""
    return {
        **row(found.entry),
        "dated": found.dated,
        "facts": _facts(found),
        "conditions": datasets.use_conditions(found.entry.text),
        "restrictions": found.restrictions,
        "editions": _editions(found),
        "book": [_group(table) for table in found.tables],
        "expect": _expect(found),
        "files": found.files,
        "counts": _counts(found),
        "counts_hash": found.published.sha256 if found.published else "",
        "contact": found.bundle["programme"]["contact"]["email"],
    }


def row(entry: catalogue.Entry) -> dict[str, Any]:
    """What the list and the sheet say of a dataset alike."""
    text = entry.text
    tags = [datasets.AVAILABILITY[entry.status]]
    if "level" in text:
        tags.append(datasets.LEVELS[text["level"]])
    if entry.synthetic:
        tags.append(datasets.SYNTHETIC)
    meta = [text["kind_label"], datasets.years(text.get("years"))]
    if "unit" in text:
        meta.append(gettext("One row for each %(unit)s") % {"unit": text["unit"]})
    if entry.variables:
        meta.append(gettext("%(n)s variables") % {"n": entry.variables})
    return {
        "entry": entry,
        "text": text,
        "status": entry.status.value,
        "tags": tags,
        "meta": [each for each in meta if each],
    }


def titles(tables: tuple[Mapping[str, Any], ...]) -> dict[str, str]:
    """Variable name to its label, for the captions of charts."""
    return {each["name"]: each["label"] for table in tables for each in table["variables"]}


def _counts(found: catalogue.Sheet) -> counts.Drawn | None:
    if found.published is None:
        return None
    return counts.drawn(found.published.cube, titles=titles(found.tables))


def _group(table: Mapping[str, Any]) -> dict[str, Any]:
    """One table of the codebook as a line: its name, its rows, how many variables."""
    return {
        "name": table["name"],
        "unit": table["unit"],
        "description": table.get("description", ""),
        "variables": len(table["variables"]),
    }


def _facts(found: catalogue.Sheet) -> list[Fact]:
    """Who, when, how far it goes, and what never shows. Facts that nobody declared are left out."""
    text = found.entry.text
    pairs = [
        (gettext("Who or what"), ", ".join(text.get("units", ())) or text.get("unit", "")),
        (gettext("When"), datasets.years(text.get("years"))),
        (gettext("Size"), _size(found)),
        (gettext("Series"), ", ".join(each["label"] for each in text.get("series", ()))),
        (gettext("How it leaves"), _leaves(text)),
        (gettext("Not in it"), _kept_back(found)),
        (gettext("Small groups"), "" if text["status"] == "public" else datasets.protection(text)),
        (gettext("License"), text.get("license", "")),
        (gettext("Embargo"), _embargo(text)),
    ]
    return [Fact(label, value) for label, value in pairs if value]


def _size(found: catalogue.Sheet) -> str:
    """How many units, as published and no other way; how many tables and variables."""
    published = found.published
    total = _counts(found).total if published else None  # type: ignore[union-attr]
    many = len(found.tables) > 1
    said = [
        gettext("about %(n)s (%(unit)s)") % {"n": f"{total:,}", "unit": published.cube.unit}
        if published and total
        else "",
        gettext("%(n)s tables") % {"n": len(found.tables)} if many else "",
        gettext("%(n)s variables") % {"n": found.entry.variables} if found.entry.variables else "",
    ]
    return ", ".join(filter(None, said))


def _kept_back(found: catalogue.Sheet) -> str:
    """Fields that never leave as they are, named so that nobody plans on them."""
    names = [
        each["label"]
        for table in found.tables
        for each in table["variables"]
        if each["class"] == "direct"
    ]
    if not names:
        return ""
    return gettext("As they are: %(names)s") % {"names": ", ".join(dict.fromkeys(names))}


def _leaves(text: Mapping[str, Any]) -> str:
    if "level" not in text or text["status"] == "public":
        return ""
    if text["level"] == "aggregate":
        return gettext("As grouped numbers only, never as single rows.")
    return gettext("As rows without names or other direct identifiers.")


def _embargo(text: Mapping[str, Any]) -> str:
    return (
        gettext("Rows under embargo leave no sooner than their time.") if "embargo" in text else ""
    )


def _editions(found: catalogue.Sheet) -> list[dict[str, Any]]:
    """Newest first; a recalled edition keeps its row and says why."""
    rows = []
    for dated in found.entry.text.get("editions", ()):
        label = dated["edition"]
        recalled = label in found.withdrawn_editions
        status = "withdrawn" if recalled else dated["status"]
        rows.append(
            {
                "label": label,
                "published_on": date.fromisoformat(dated["published_on"]),
                "years": datasets.years(dated.get("years")),
                "tag": datasets.AVAILABILITY[status],
                "note": found.withdrawn_editions.get(label) or dated.get("note", ""),
            }
        )
    return sorted(rows, key=lambda each: each["published_on"], reverse=True)


def _expect(found: catalogue.Sheet) -> list[Fact]:
    """Track, time to a decision and fee class; only for what may be requested."""
    text, bundle = found.entry.text, found.bundle
    if found.entry.status != "open":
        return []
    track = Track(text.get("tracks", {"default": "full"})["default"])
    facts = [Fact(gettext("Review"), tracks.terms_of(bundle, track)["label"])]
    days = sum(
        limit.days
        for stage in ("submitted", "availability", "policy", "in_review", "determination")
        if stage not in tracks.terms_of(bundle, track)["stages_removed"]
        and (limit := clocks.limit_for(bundle, stage, track=track.value))
    )
    if days:
        said = gettext("Up to %(n)s business days, questions not counted") % {"n": days}
        facts.append(Fact(gettext("Decision"), said))
    for fee in bundle["fees"]["classes"]:
        if fee["id"] == text.get("fee_class"):
            facts.append(Fact(gettext("Usual fee"), _fee(found, fee)))
    return facts


def _fee(found: catalogue.Sheet, fee: Mapping[str, Any]) -> str:
    """What the schedule asks for this dataset and for the request; the estimate comes later."""
    base, currency = found.bundle["fees"]["base"], found.bundle["programme"]["currency"]
    amounts = {
        "own": fees.written(fee["amount_minor"], currency),
        "per": datasets.PER[fee["per"]],
        "base": fees.written(base["amount_minor"], currency),
    }
    return gettext("%(own)s %(per)s and %(base)s to handle the request, before waivers") % amounts
