"""One's own review, and the others' once it is in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import review, step
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, sheet, table
from muniment.queries import editions
from muniment.queries.review import given, papers, place, readers

AUTOSAVE = "X-Autosave"


class Own(table.Table):
    """The scoring form; behind it, once one's own is in, everybody's scores."""

    TAB = "review"
    TEMPLATE = "review/own.html"

    def context(self) -> Mapping[str, Any]:
        if not papers.has_opened(self.at):
            return {"shut": True, "against": self.against("read_papers")}
        own, committee = given.find_own(self.at), self._bundle()["committee"]
        found = given.scores_for(self.at)
        return {
            "shut": False,
            "mode": committee["scoring"],
            "own": own,
            "own_on": own and place.local_day(self.case, own.made_at),
            "draft": given.find_draft(self.at),
            "sheet": self._sheet(own),
            "against": self.against("score"),
            "against_scores": self.against("read_scores"),
            "scores": found and drawing_of(found, self._bundle()),
            "reviewers": readers.list_reviewers(self.case),
            "note": papers.find_note(self.case),
            "due_on": self.case.due_on,
        }

    def _bundle(self) -> Any:
        return editions.bundle_of(self.case.edition)

    def _sheet(self, own: Any) -> dict[str, Any]:
        if self.request.method == "POST" and "comment" in self.request.POST:
            return sheet.drawn(self._bundle(), sheet.sent(self._bundle(), self.request.POST))
        draft = given.find_draft(self.at)
        written = draft.written if draft else sheet.of_review(own)
        return sheet.drawn(self._bundle(), written)


def drawing_of(found: given.Scores, bundle: Any) -> dict[str, Any]:
    """Everybody's scores as a table: one row for each criterion, one column for each member."""
    rows = [
        {
            "title": each["title"],
            "summary": found.summaries[each["id"]],
            "marks": [
                {"name": one.name, "mark": one.marks.get(each["id"])} for one in found.reviews
            ],
        }
        for each in bundle["criteria"]["criteria"]
        if each["id"] in found.summaries
    ]
    leanings = {one.name: drawing.CHOICES.get(one.leaning, "") for one in found.reviews}
    reviews = [{"review": one, "leaning": leanings[one.name]} for one in found.reviews]
    return {"rows": rows, "reviews": reviews, "overall": found.overall}


@require_http_methods(["GET", "POST"])
@signed_in.only
def own(request: HttpRequest, reference: str) -> HttpResponse:
    """The review of one request; what is being written is saved on the way."""
    if request.method == "POST" and AUTOSAVE in request.headers:
        return table.answer(Own, request, reference, {"": _autosave})
    return table.answer(Own, request, reference, STEPS)


def _open(at: Own) -> HttpResponse:
    review.read_papers(at.case, **at.by)
    return at.again("review_papers")


def _save(at: Own) -> HttpResponse:
    written = sheet.sent(editions.bundle_of(at.case.edition), at.request.POST)
    review.keep_draft(at.case, written, **at.by)
    return at.again()


def _autosave(at: Own) -> HttpResponse:
    try:
        _save(at)
    except step.Refused as refused:
        said = [reason.sentence for reason in refused.reasons]
        return JsonResponse({"refused": said}, status=409)
    return JsonResponse({"version": 0, "shown": []})


def _hand_in(at: Own) -> HttpResponse:
    _save(at)
    written = sheet.sent(editions.bundle_of(at.case.edition), at.request.POST)
    scores = {key: int(value) for key, value in written["scores"].items()}
    review.score(
        at.case, scores=scores, comments=written["comments"], comment=written["comment"],
        leaning=written["leaning"], **at.by,
    )  # fmt: skip
    return at.again()


def _scores(at: Own) -> HttpResponse:
    review.read_scores(at.case, **at.by)
    return at.again()


STEPS = {"open": _open, "draft": _save, "hand-in": _hand_in, "scores": _scores}
