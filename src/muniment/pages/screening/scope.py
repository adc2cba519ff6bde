"""A smaller scope of one part: what stays is ticked, and the applicant accepts or refuses it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import screening
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.screening import forms, gate
from muniment.queries import specification
from muniment.queries.screening import availability
from muniment.rulebook.words import Role

STATISTICIAN = (Role.STATISTICIAN,)


class Scope(gate.Gate):
    """The proposal for one part; the others stay as they are."""

    TAB = "office_availability"
    TEMPLATE = "screening/scope.html"
    name = ""

    def part(self) -> specification.Part:
        """The part as it is asked for now."""
        found = specification.asked_of(self.case).find_part(self.name)
        if found is None or found.written is None:
            raise Http404
        return found

    def context(self) -> Mapping[str, Any]:
        """Its variables, each ticked while it stays."""
        part = self.part()
        assert part.written is not None
        posted = self.request.POST.getlist("keep") if self.request.method == "POST" else None
        return {
            "part": part,
            "tables": [_table(table, posted) for table in part.written.tables],
            "several": len(availability.list_parts(self.case)) > 1,
            "reasons": self.against("propose_reduced_scope", *STATISTICIAN, reason="?"),
            "reason_form": self.form("reason", forms.Reason()),
        }


def _table(table: Any, posted: list[str] | None) -> dict[str, Any]:
    rows = [(each, f"{table.name}.{each.name}") for each in table.variables]
    variables = [
        {"row": each, "key": key, "kept": posted is None or key in posted} for each, key in rows
    ]
    return {"name": table.name, "variables": variables}


def _propose(tab: Scope) -> HttpResponse:
    given = tab.given("reason", forms.Reason(tab.request.POST))
    if given is None:
        return tab.page()
    document = smaller(
        specification.asked_of(tab.case),
        tab.name,
        keep=set(tab.request.POST.getlist("keep")),
        drop="drop" in tab.request.POST,
    )
    screening.propose_reduced_scope(
        tab.case, document, actor=tab.acting(*STATISTICIAN), now=tab.now, reason=given["reason"]
    )
    return shortcuts.redirect(tab.TAB, tab.case.reference)


STEPS: dict[str, Callable[[Scope], HttpResponse]] = {"propose": _propose}


@require_http_methods(["GET", "POST"])
@signed_in.only
def page(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """Propose less of one part."""
    tab = Scope.of(request, reference)
    tab.name = part
    tab.part()
    return bench.answer(tab, STEPS)


def smaller(asked: specification.Asked, name: str, *, keep: set[str], drop: bool) -> dict[str, Any]:
    """The present document with less of one part, or without it; nothing is ever added."""
    assert asked.written is not None  # the page is about one of its parts
    document = asked.written.document()
    parts: Any = document["parts"]
    for part in parts:
        if part["id"] == name:
            for table in part["tables"]:
                table["variables"] = [
                    each for each in table["variables"] if f"{table['name']}.{each['name']}" in keep
                ]
            part["tables"] = [table for table in part["tables"] if table["variables"]]
    if drop:
        document["parts"] = [part for part in parts if part["id"] != name]
        links: Any = document["links"]
        document["links"] = [link for link in links if name not in link["parts"]]
    return document
