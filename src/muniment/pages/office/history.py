"""The ledger of a request in plain words, newest first; as CSV for auditors."""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.actions import ledger
from muniment.pages import codebook
from muniment.pages.office import desk
from muniment.pages.people import signed_in
from muniment.pages.wording import internal
from muniment.queries import access
from muniment.queries.office import history
from muniment.rulebook.words import Role, Stage

AUDITING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
HEADS = (
    "Number", "Time (UTC)", "Day", "What", "Step", "Who", "As", "Stage before", "Stage after",
    "SHA-256",
)  # fmt: skip


@require_safe
@signed_in.only
def history_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened to a request."""
    return History.of(request, reference).page()


@require_safe
@signed_in.only
def history_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a table, for who audits."""
    found = History.of(request, reference)
    if not found.audits:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reference}-history.csv"'
    response["Cache-Control"] = "private, no-store"
    lines = csv.writer(response)
    lines.writerow(HEADS)
    lines.writerows([codebook.defused(str(each)) for each in line] for line in found.lines())
    return response


class History(desk.Desk):
    """A request's chain, as far as this reader may see it."""

    TAB = "office_history"
    TEMPLATE = "office/history.html"

    @property
    def audits(self) -> bool:
        """Whether the reader takes it away as a table."""
        return bool(self.sight.roles & AUDITING)

    def context(self) -> Mapping[str, Any]:
        """The entries in words, with who took the step and as what."""
        return {"past": list(self.entries()), "audits": self.audits}

    def entries(self) -> Iterator[dict[str, Any]]:
        """Each entry, said and named."""
        named = self._named()
        for past in history.list_entries(self.sight, self.person):
            who, role = named.get(past.actor, ("", ""))
            moved = past.stage_to and past.stage_to != past.stage_from
            yield {
                "past": past,
                "said": internal.said_of(past.tag),
                "who": who,
                "role": role,
                "stage": Stage(past.stage_to).label if moved else "",
            }

    def lines(self) -> Iterator[list[Any]]:
        """The same as cells of a table."""
        for each in self.entries():
            past = each["past"]
            yield [
                past.number, past.at.isoformat(), past.on.isoformat(), each["said"], past.tag,
                each["who"], each["role"], past.stage_from, past.stage_to, past.sha256,
            ]  # fmt: skip

    def _named(self) -> dict[str, tuple[str, str]]:
        """Pseudonym to name and office; of the committee only that it was the committee."""
        found = {}
        for actor in history.list_actors(self.case):
            role = Role(actor.role)
            name = actor.person.name if actor.person else gettext("The system")
            as_one = (gettext("The committee"), "") if role in access.COMMITTEE else None
            known = ledger.pseudonym("case", self.case.pk, actor)
            found[known] = as_one or (name, role.label)
        return found
