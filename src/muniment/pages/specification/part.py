"""One part: which variables and why, who is in, at which level. Works by posting alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from muniment.actions import application, step
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Holding
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import specification as queries

from . import comparing, counted, drawing, editing, reading, rules

SAVES = ("save", "count")
AT_MOST_BY = 2


@dataclass(frozen=True, slots=True)
class Here:
    """One part on the desk of who writes it."""

    request: HttpRequest
    at: desk.Desk
    asked: queries.Asked
    part: queries.Part
    holding: Holding

    @property
    def by(self) -> tuple[str, ...]:
        """What the count is broken down by, from the form or from the address."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return tuple(dict.fromkeys(filter(None, sent.getlist("by"))))[:AT_MOST_BY]


@require_http_methods(["GET", "POST"])
@signed_in.only
def part(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """The builder of one dataset; without a description of its variables there is none."""
    at = desk.at(request, reference)
    asked = queries.asked_of(at.case)
    found = asked.find_part(name)
    if found is None or not at.is_open or found.holding is None:
        return _elsewhere(found, reference)
    here = Here(request, at, asked, found, found.holding)
    draft = _saved_draft(here)
    if request.method == "POST":
        return _posted(here, reading.posted(request.POST, draft, here.holding))
    return _draw(here, draft)


def _elsewhere(found: queries.Part | None, reference: str) -> HttpResponse:
    if found is None:
        raise Http404
    return shortcuts.redirect("specification", reference)


def _saved_draft(here: Here) -> reading.Draft:
    if here.part.written is not None:
        return reading.of(here.part.written, here.holding)
    return reading.new(here.part.name, here.holding, level=here.part.level)


def _posted(here: Here, draft: reading.Draft) -> HttpResponse:
    button = here.request.POST.get("do", SAVES[0])
    if button in SAVES:
        return _save(here, draft, then=button)
    table = here.request.POST.get("related", "")
    changed = editing.pressed(draft, button, here.holding, table=table)
    return _draw(here, changed, fresh=True)


def _save(here: Here, draft: reading.Draft, *, then: str) -> HttpResponse:
    try:
        document, who = draft.document(here.holding)
    except faults.Faulty as faulty:
        return _draw(here, draft, wrong=list(faulty.faults), fresh=True)
    whole = reading.replaced(
        here.asked.written.document() if here.asked.written else None, document
    )
    wrong = queries.faults_of(here.at.case, whole)
    if wrong:
        return _draw(here, draft, wrong=wrong, who=who, fresh=True)
    try:
        _put(here, whole)
    except application.EditedElsewhere as found:
        return comparing.part(here.request, here.at.case, document, found)
    except step.Refused as refused:
        return _draw(here, draft, reasons=refused.reasons, fresh=True)
    return _count(here, draft) if then == "count" else _next(here)


def _put(here: Here, whole: Mapping[str, Any]) -> None:
    application.put_specification(
        here.at.case,
        whole,
        version=desk.version(here.request),
        actor=here.at.actor,
        now=here.at.now,
        unfinished=[each.name for each in here.asked.unfinished],
    )


def _count(here: Here, draft: reading.Draft) -> HttpResponse:
    """What was saved is counted; a question that may not be asked is refused beside the count."""
    try:
        counted.ask(here.at, here.part.name, by=here.by)
    except step.Refused as refused:
        return _draw(here, draft, count_reasons=refused.reasons)
    address = shortcuts.resolve_url("specification_part", here.at.case.reference, here.part.name)
    query = "?" + urlencode({"by": here.by}, doseq=True) if here.by else ""
    return shortcuts.redirect(f"{address}{query}#count")


def _next(here: Here) -> HttpResponse:
    return shortcuts.redirect("specification", here.at.case.reference)


def _draw(
    here: Here,
    draft: reading.Draft,
    *,
    wrong: list[faults.Fault] | None = None,
    who: rules.Written | None = None,
    reasons: list[Any] | None = None,
    count_reasons: list[Any] | None = None,
    fresh: bool = False,
) -> HttpResponse:
    """`fresh` says that the form holds what is not saved yet."""
    asked = queries.asked_of(here.at.case)
    placed = _placed(wrong or [], who, asked, here.part.name)
    bare = _bare(draft, here.holding) if wrong else set()
    tables = drawing.tables(draft, here.holding, bare=bare)
    context = {
        "case": here.at.case,
        "part": here.part,
        "draft": draft,
        "fresh": fresh,
        "version": desk.version(here.request) if fresh else asked.version,
        "wrong": _summary(placed, bare),
        "reasons": reasons or [],
        "groups": drawing.groups(draft, here.holding, faults=placed),
        "related": drawing.related(here.holding),
        "grouping": drawing.grouping(draft, here.holding),
        "aggregate_only": here.holding.level == "aggregate",
        "tables": tables,
        "chosen": len(draft.chosen),
        "of": sum(len(table["boxes"]) for table in tables),
        "computed": reading.computed_words(here.part.written),
        "needing": _needing(draft, here.holding),
        **counted.context(here.at, asked, here.part.name, by=here.by),
        "count_reasons": count_reasons or [],
    }
    return frame.render(here.request, "specification/part.html", context, here="request_list")


def _placed(
    wrong: list[faults.Fault], who: rules.Written | None, asked: queries.Asked, name: str
) -> list[tuple[rules.Place | None, faults.Fault]]:
    """Each fault with the rule that it is in, where it is in one."""
    parts = asked.written.parts if asked.written else ()
    number = next((n for n, each in enumerate(parts) if each.id == name), len(parts))
    start = f"/parts/{number}/cohort"
    placed = []
    for fault in wrong:
        inside = fault.path.startswith(start) and who is not None
        place = who.find_place(fault.path.removeprefix(start)) if who and inside else None
        placed.append((place, fault))
    return placed


def _bare(draft: reading.Draft, holding: Holding) -> set[tuple[str, str]]:
    """Variables that need a reason and have none."""
    return {key for key, field in _fields(draft, holding)
            if reading.needs_reason(field) and not draft.chosen[key]}  # fmt: skip


def _needing(draft: reading.Draft, holding: Holding) -> int:
    return sum(reading.needs_reason(field) for _, field in _fields(draft, holding))


def _fields(draft: reading.Draft, holding: Holding) -> list[tuple[tuple[str, str], Any]]:
    return [
        ((table.name, field.name), field)
        for table in holding.tables
        for field in table.fields
        if (table.name, field.name) in draft.chosen
    ]


def _summary(
    placed: list[tuple[rules.Place | None, faults.Fault]], bare: set[tuple[str, str]]
) -> list[dict[str, str]]:
    """What stands above the form; what a form can say better than a document, it says."""
    said = []
    for place, fault in placed:
        if place is not None:
            said.append({"text": fault.message, "at": f"g{place[0]}"})
        elif fault.code == "wrong-length" and fault.path.endswith("/tables"):
            text = gettext("Choose at least one variable, or ask for grouped numbers.")
            said.append({"text": text, "at": "which"})
        elif not fault.path.endswith("/reason"):
            said.append({"text": fault.message, "path": fault.path})
    return said + [{"bare": name} for _, name in sorted(bare)]
