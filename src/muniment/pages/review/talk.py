"""The committee's discussion of a request, and the questions members would put to the applicant."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import review
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, table
from muniment.queries.review import given

LONGEST = 5000


class Talk(table.Table):
    """What was said, by whom; and one's own suggestions with what the office made of them."""

    TAB = "review_talk"
    TEMPLATE = "review/talk.html"
    OPENED = True

    def context(self) -> Mapping[str, Any]:
        shown = given.may_discuss(self.at)
        mine = None if shown else self.person
        wanted = self.request.POST.get("do", "")
        return {
            "shown": shown,
            "said": given.list_said(self.at),
            "suggested": drawing.suggested(given.list_suggested(self.case, by=mine)),
            "against": self.against("discuss"),
            "against_question": self.against("suggest_question"),
            "typed": {wanted: self.request.POST.get("text", "")},
        }

    def text(self) -> str:
        """What was typed."""
        return self.request.POST.get("text", "")[:LONGEST]


@require_http_methods(["GET", "POST"])
@signed_in.only
def talk(request: HttpRequest, reference: str) -> HttpResponse:
    """Read and write in the discussion."""
    return table.answer(Talk, request, reference, STEPS)


def _discuss(at: Talk) -> HttpResponse:
    review.discuss(at.case, at.text(), **at.by)
    return at.again()


def _suggest(at: Talk) -> HttpResponse:
    review.suggest_question(at.case, at.text(), **at.by)
    return at.again()


STEPS = {"discuss": _discuss, "suggest": _suggest}
