"""The office's queue: every open request by urgency, over all of a person's roles."""

from collections.abc import Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import case as course
from muniment.actions import finding, people, step
from muniment.pages import frame
from muniment.pages.office import bench, filling, rows
from muniment.pages.people import signed_in
from muniment.queries import queue as queues
from muniment.queries.house import confirmations
from muniment.queries.queue import pace as paces
from muniment.rulebook.words import Refusal, Role

TABS: dict[str, Promise] = {
    "open": _("All open"),
    "mine": _("Waiting for me"),
    "late": _("Late"),
    "applicant": _("With applicant"),
    "in-use": _("In use"),
    "closed": _("Closed"),
}
ORDERS: dict[str, Promise] = {
    "urgent": _("Most urgent first"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, theirs to act on first; who holds no office has no queue."""
    return bench.answer(Bench(request), STEPS)


class Bench:
    """The queue in the hands of one of the office, at one moment."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        self.wanted = queues.Wanted.read(request.GET.dict())
        page = request.GET.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        found = queues.open_queue(self.person, self.wanted, page=number, now=self.now)
        if found is None:
            raise Http404
        self.queue = found
        self.reminded: list[dict[str, Any]] = []

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The queue as it stands."""
        return frame.render(
            self.request,
            "office/queue.html",
            {**self._above(), **self._list(), "refused": refused or []},
            here="office_queue",
            status=status,
        )

    def again(self) -> HttpResponse:
        """Back to the same filters after a step."""
        return shortcuts.redirect(self._url())

    def _above(self) -> dict[str, Any]:
        found = self.queue
        return {
            "today": found.today,
            "waiting": found.counts[queues.Tab.MINE],
            "open": found.counts[queues.Tab.OPEN],
            "urgent": found.urgent,
            "chart": rows.bars(found.bars),
            "pace": rows.pace(paces.find_pace(self.person, now=self.now)),
            "reminded": self.reminded,
            "to_confirm": confirmations.count_waiting(self.person, now=self.now),
            "views": [
                {"pk": each.pk, "name": each.name, "url": f"?{urlencode(each.wanted.said)}"}
                for each in queues.list_views(self.person)
            ],
        }

    def _list(self) -> dict[str, Any]:
        found, wanted = self.queue, self.wanted
        first = (found.page - 1) * queues.ROWS
        return {
            "wanted": wanted,
            "said": wanted.said,
            "tabs": [self._tab(name, label) for name, label in TABS.items()],
            "every": self._url(tab="every") if wanted.words and wanted.tab != "every" else "",
            "rows": [rows.row(each) for each in found.rows],
            "found": found.found,
            "first": first + 1,
            "last": first + len(found.rows),
            "previous": self._url(page=found.page - 1) if found.page > 1 else "",
            "next": self._url(page=found.page + 1) if found.page < found.pages else "",
            "datasets": found.datasets,
            "assignees": found.assignees,
            "orders": ORDERS.items(),
            "reminds": self._reminds(),
        }

    def _tab(self, name: str, label: Promise) -> dict[str, Any]:
        number = self.queue.counts.get(queues.Tab(name))
        return {
            "label": label,
            "number": number,
            "url": self._url(tab=name),
            "active": name == self.wanted.tab,
        }

    def _reminds(self) -> bool:
        """Whether the reader may remind anybody at all; each request is asked again."""
        return any(Role.COORDINATOR in each.sight.roles for each in self.queue.rows)

    def _url(self, **change: Any) -> str:
        said: Mapping[str, Any] = {**self.wanted.said, **change}
        asked = urlencode({name: value for name, value in said.items() if value != "open"})
        return reverse("office_queue") + (f"?{asked}" if asked else "")


def _remind(here: Bench) -> HttpResponse:
    """Remind whoever's turn it is on each chosen request, and say what was sent to whom."""
    chosen = set(here.request.POST.getlist("chosen"))
    if not chosen:
        message = "Choose at least one request of the list."
        raise step.Refused([Refusal("nothing-chosen", message, {})])
    for each in here.queue.rows:
        case = each.sight.case
        if case.reference in chosen:
            here.reminded.append({"reference": case.reference, **_reminder(here, case)})
    return here.page()


def _reminder(here: Bench, case: Any) -> dict[str, Any]:
    actor = people.acting(here.person, Role.COORDINATOR)
    try:
        told = course.remind(case, actor=actor, now=here.now)
    except step.Refused as refused:
        return {"reasons": refused.reasons, "told": []}
    return {"reasons": [], "told": [person.name for person in told]}


def _keep(here: Bench) -> HttpResponse:
    name = here.request.POST.get("name", "")
    finding.keep_view(here.person, name, here.wanted.said, now=here.now)
    return here.again()


def _forget(here: Bench) -> HttpResponse:
    key = filling.key_of(here.request.POST.get("view", ""))
    view = queues.find_view(here.person, key) if key is not None else None
    if view is None:
        raise Http404
    finding.forget_view(view)
    return here.again()


STEPS = {"remind": _remind, "keep": _keep, "forget": _forget}
