"""The office's tab Review: who reviews, the note to the committee, members' questions, scores."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import case as course
from muniment.actions import review
from muniment.pages.office import bench, desk, filling
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, leading, own
from muniment.queries import editions
from muniment.queries.review import given, papers
from muniment.queries.review import readers as queries
from muniment.rulebook.words import Role

LONGEST = 5000
PREPARING = (Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER)


class ReviewTab(desk.Desk):
    """One request's reviewers on the office's desk."""

    TAB = "office_review"
    TEMPLATE = "office/review.html"

    @property
    def leader(self) -> Any:
        """The reader as a coordinator; nobody else in the office asks for reviews."""
        return self.acting(Role.COORDINATOR)

    def context(self) -> Mapping[str, Any]:
        found = self._scores()
        bundle = editions.bundle_of(self.case.edition)
        return {
            **leading.context(self),
            "coordinates": Role.COORDINATOR in self.sight.roles,
            "prepares": not self.sight.roles.isdisjoint(PREPARING),
            "note": papers.find_note(self.case),
            "scores": found and own.drawing_of(found, bundle),
            "suggested": drawing.suggested(given.list_suggested(self.case)),
            "against_remind": self.against("remind", Role.COORDINATOR),
            "typed": self.request.POST.get("text", ""),
        }

    def _scores(self) -> given.Scores | None:
        """By the programme's rule; who sits on the committee as well reads them as a member."""
        readers = queries.readers_of(self.case, reader=self.person, now=self.now)
        return None if readers.blind else given.scores_for_office(self.case, self.person)

    def text(self, name: str = "text") -> str:
        """What was typed."""
        return self.request.POST.get(name, "")[:LONGEST]

    def suggestion(self) -> Any:
        """The member's question that a form is about."""
        key = filling.key_of(self.request.POST.get("suggestion", ""))
        found = None if key is None else given.find_suggestion(self.case, key)
        if found is None:
            raise Http404
        return found


@require_http_methods(["GET", "POST"])
@signed_in.only
def review_tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The tab Review of one request."""
    return bench.answer(ReviewTab.of(request, reference), STEPS)


def _remind(at: ReviewTab) -> HttpResponse:
    course.remind(at.case, actor=at.leader, now=at.now)
    return at.again()


def _brief(at: ReviewTab) -> HttpResponse:
    review.brief(at.case, at.text(), actor=at.acting(*PREPARING), now=at.now)
    return at.again()


def _pass_on(at: ReviewTab) -> HttpResponse:
    blocking = "blocking" in at.request.POST
    actor = at.acting(*PREPARING)
    review.pass_on(at.suggestion(), at.text(), blocking=blocking, actor=actor, now=at.now)
    return at.again()


def _keep_back(at: ReviewTab) -> HttpResponse:
    actor = at.acting(*PREPARING)
    review.keep_back(at.suggestion(), at.text("reason"), actor=actor, now=at.now)
    return at.again()


STEPS = {
    **leading.STEPS, "remind": _remind, "brief": _brief, "pass": _pass_on, "keep": _keep_back,
}  # fmt: skip
