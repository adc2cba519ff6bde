"""The information list and one dataset's sheet: for anyone, signed in or not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.pages import frame
from muniment.pages.wording import datasets
from muniment.pages.wording.turns import Fact
from muniment.programme import clocks, fees, tracks
from muniment.queries import catalogue
from muniment.rulebook.words import Track

LONGEST_SEARCH = 200


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The site opens on the information list."""
    return shortcuts.redirect("data_list")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list, searched and narrowed by a plain GET form."""
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    statuses, kinds = request.GET.getlist("availability"), request.GET.getlist("kind")
    found = catalogue.find_listing(search=search, statuses=statuses, kinds=kinds)
    context = {
        "search": search,
        "narrowed": bool(search or statuses or kinds),
        "listing": found,
        "rows": _rows(found, offered=True),
        "unoffered": _rows(found, offered=False),
        "facets": _facets(found) if found else [],
    }
    return frame.render(request, "data/list.html", context, here="data_list")


@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """What the list says of one dataset."""
    found = catalogue.find_sheet(slug)
    if found is None:
        raise Http404
    return frame.render(request, "data/sheet.html", _sheet(found), here="data_list")


def _sheet(found: catalogue.Sheet) -> dict[str, Any]:
    """Everything the template of a dataset draws."""
    return {
        **_row(found.entry),
        "facts": _facts(found),
        "conditions": datasets.use_conditions(found.entry.text),
        "restrictions": found.restrictions,
        "editions": _editions(found),
        "tables": [_table(table) for table in found.tables],
        "codebook_note": found.codebook_note,
        "expect": _expect(found),
        "contact": found.bundle["programme"]["contact"]["email"],
    }


def _rows(found: catalogue.Listing | None, *, offered: bool) -> list[dict[str, Any]]:
    """What may be asked for, or ever will be; what is not offered is listed apart, in short."""
    entries = found.entries if found else ()
    return [_row(each) for each in entries if (each.status != "not_offered") is offered]


def _row(entry: catalogue.Entry) -> dict[str, Any]:
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


def _facets(found: catalogue.Listing) -> list[dict[str, Any]]:
    statuses = [(each, str(datasets.AVAILABILITY[each.value].label)) for each in found.statuses]
    kinds = [(each, each.label) for each in found.kinds]
    return [
        {"name": "availability", "legend": gettext("Availability"), "choices": statuses},
        {"name": "kind", "legend": gettext("Kind of data"), "choices": kinds},
    ]


def _facts(found: catalogue.Sheet) -> list[Fact]:
    """Who, when, how far it goes, and what never shows. Facts that nobody declared are left out."""
    text = found.entry.text
    size = [
        gettext("%(n)s tables") % {"n": len(found.tables)} if len(found.tables) > 1 else "",
        gettext("%(n)s variables") % {"n": found.entry.variables} if found.entry.variables else "",
    ]
    series = ", ".join(each["label"] for each in text.get("series", ()))
    pairs = [
        (gettext("Who or what"), ", ".join(text.get("units", ())) or text.get("unit", "")),
        (gettext("When"), datasets.years(text.get("years"))),
        (gettext("Size"), ", ".join(filter(None, size))),
        (gettext("Series"), series),
        (gettext("How it leaves"), _leaves(text)),
        (gettext("Small groups"), datasets.protection(text)),
        (gettext("License"), text.get("license", "")),
        (gettext("Embargo"), _embargo(text)),
    ]
    return [Fact(label, value) for label, value in pairs if value]


def _leaves(text: Mapping[str, Any]) -> str:
    if "level" not in text:
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
    return sorted(rows, key=lambda row: row["published_on"], reverse=True)


def _table(table: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "name": variable["name"],
            "label": variable["label"],
            "type": datasets.TYPES[variable["type"]],
            "unit": variable.get("unit", ""),
            "codes": datasets.codes(variable),
            "note": variable.get("note", ""),
            "tag": datasets.SENSITIVITY[variable["class"]],
        }
        for variable in table["variables"]
    ]
    return {"text": table, "rows": rows}


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
