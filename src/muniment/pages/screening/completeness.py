"""The first gate: what is missing, certified or returned with numbered points."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import files as actions
from muniment.actions import screening
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.screening import forms, gate
from muniment.pages.wording.datasets import Tag
from muniment.programme import findings_before_office as before_office
from muniment.queries import files
from muniment.queries.screening import completeness
from muniment.rulebook import reading
from muniment.rulebook.words import Refusal, Role, Stage

CERTIFIES = (
    "certify_complete", "certify_for_policy", "certify_for_review", "certify_for_determination",
)  # fmt: skip
KINDS = {
    "missing": Tag(_("Missing"), "warn"),
    "inconsistent": Tag(_("Inconsistent"), "warn"),
    "expired": Tag(_("Expired"), "warn"),
    "held": Tag(_("Not scanned yet"), "line"),
    "infected": Tag(_("Virus found"), "stop"),
    "unreadable": Tag(_("Unreadable"), "stop"),
}
FREE, MOST = 2, 40
"""Empty points offered below those that the system found, and the most that are read."""
OFFICE = (Role.COORDINATOR,)


class Completeness(gate.Gate):
    """The office's first look at a request."""

    TAB = "office_completeness"
    TEMPLATE = "screening/completeness.html"
    points: "list[forms.Point] | None" = None

    def context(self) -> Mapping[str, Any]:
        """What was found by section, the points of a return, and the rounds before."""
        found = completeness.list_found(self.case, now=self.now)
        sections = completeness.sections_of(self.case)
        here = self.case.stage == Stage.SUBMITTED
        _name, reasons = self.certifying()
        returned = self.against("return_incomplete", *OFFICE, reason="?")
        attached = files.list_attached(self.case)
        titles = {**sections, before_office.BESIDE: _("Files beside the answers")}
        return {
            "here": here,
            "found": [(title, _tagged(found, id)) for id, title in titles.items()],
            "many": len(found),
            "certify_reasons": reasons,
            "return_reasons": returned,
            "points": self.points or self._offered(found, sections),
            "held": [row for row in attached if row.file.verdict == files.Verdict.HELD],
            "rounds": completeness.list_rounds(self.case),
            "titles": sections,
            "take_back": self._taking_back(),
            "may_move": self.offers("move_to_full_track", *MOVERS, reason="?"),
            "full_form": self.form("full", forms.Reason(prefix="full")),
            "back_form": self.form("back", forms.Reason(prefix="back")),
        }

    def certifying(self) -> tuple[str, list[Refusal]]:
        """The one certificate that goes now, or the nearest, with why not."""
        stage = Stage(self.case.stage)
        names = [name for name in CERTIFIES if stage in reading.STEPS[name].at]
        tried = {name: self.against(name, *OFFICE) for name in names or CERTIFIES[:1]}
        best = min(tried, key=lambda name: len(tried[name]))
        return best, tried[best]

    def sent_points(self) -> list[forms.Point]:
        """The points as they were posted, in their order."""
        sections = completeness.sections_of(self.case)
        posted = self.request.POST
        numbers = [n for n in range(MOST) if f"p{n}-section" in posted]
        return [forms.Point(posted, prefix=f"p{n}", sections=sections) for n in numbers]

    def _offered(self, found: list[Any], sections: dict[str, str]) -> list[forms.Point]:
        """A point for everything that was found, and a few that are empty.

        The form has no section for a file beside the answers, so its point begins in the first.
        """
        first = next(iter(sections))
        begun = [
            {"section": each.section if each.section in sections else first, "text": each.text}
            for each in found
        ]
        begun = begun[: MOST - FREE] + [{}] * FREE
        return [
            forms.Point(prefix=f"p{n}", sections=sections, initial=initial)
            for n, initial in enumerate(begun)
        ]

    def _taking_back(self) -> str:
        """Which of the office's own words can be taken back now, if either."""
        named = ("correct_completeness", "correct_return")
        return next((name for name in named if self.offers(name, *OFFICE, reason="?")), "")


MOVERS = (Role.COORDINATOR, Role.POLICY_OFFICER)


def _certify(tab: Completeness) -> HttpResponse:
    found = completeness.list_found(tab.case, now=tab.now)
    certify = getattr(screening, tab.certifying()[0])
    texts = [each.text for each in found]
    certify(tab.case, actor=tab.acting(*OFFICE), now=tab.now, findings=texts)
    return tab.again()


def _return(tab: Completeness) -> HttpResponse:
    tab.points = tab.sent_points()
    if not all(point.is_valid() for point in tab.points):
        return tab.page()
    points = [(one.cleaned_data["section"], one.cleaned_data["text"]) for one in tab.points]
    screening.return_incomplete(tab.case, points, actor=tab.acting(*OFFICE), now=tab.now)
    return tab.again()


def _scanned(tab: Completeness) -> HttpResponse:
    """A held file was scanned elsewhere; the word is the coordinator's, and in the ledger."""
    posted, verdict = tab.request.POST.get("file", ""), tab.request.POST.get("verdict", "")
    waiting = {str(each.pk): each for each in files.list_attached(tab.case)}
    row = waiting.get(posted)
    said = {files.Verdict.CLEAN, files.Verdict.INFECTED}
    if row is None or row.file.verdict != files.Verdict.HELD or verdict not in said:
        raise Http404
    actor = tab.acting(*OFFICE)
    actions.record_scan(
        row,
        verdict=files.Verdict(verdict),
        media_type=row.file.media_type,
        actor=actor,
        now=tab.now,
    )
    return tab.again()


def _more(tab: Completeness) -> HttpResponse:
    sections, points = completeness.sections_of(tab.case), tab.sent_points()
    free = forms.Point(prefix=f"p{len(points)}", sections=sections)
    tab.points = [*points, free] if len(points) < MOST else points
    return tab.page()


def _move(tab: Completeness) -> HttpResponse:
    given = tab.given("full", forms.Reason(tab.request.POST, prefix="full"))
    if given is None:
        return tab.page()
    actor = tab.acting(*MOVERS)
    screening.move_to_full_track(tab.case, actor=actor, now=tab.now, reason=given["reason"])
    return tab.again()


def _take_back(tab: Completeness) -> HttpResponse:
    given = tab.given("back", forms.Reason(tab.request.POST, prefix="back"))
    if given is None:
        return tab.page()
    stage = Stage(tab.case.stage)
    take = screening.correct_return if stage is Stage.RETURNED else screening.correct_completeness
    take(tab.case, actor=tab.acting(*OFFICE), now=tab.now, reason=given["reason"])
    return tab.again()


STEPS: dict[str, Callable[[Completeness], HttpResponse]] = {
    "certify": _certify, "return": _return, "more": _more, "full": _move, "back": _take_back,
    "scanned": _scanned,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The first gate of a request."""
    return bench.answer(Completeness.of(request, reference), STEPS)


def _tagged(found: list[Any], section: str) -> list[dict[str, Any]]:
    here = [each for each in found if each.section == section]
    return [{"text": each.text, "field": each.field, "tag": KINDS[each.kind]} for each in here]
