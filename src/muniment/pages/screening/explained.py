"""One result of the policy in sentences: which rule, which evidence, which term, who decided."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment.pages.office import desk
from muniment.pages.people import signed_in
from muniment.pages.screening import wording
from muniment.queries.screening import policy


class Explained(desk.Desk):
    """The page behind one rule of one request."""

    TAB = "office_policy"
    TEMPLATE = "screening/explained.html"
    rule = ""

    def context(self) -> Mapping[str, Any]:
        """The rule, what it looked at, and every result it had here."""
        dataset = self.request.GET.get("dataset", "")
        found = policy.find_explained(self.case, self.rule, dataset, now=self.now)
        if found is None:
            raise Http404
        explained, results = found
        return {
            "explained": explained,
            "lines": [(line, wording.RESULTS[line.result]) for line in explained.lines],
            "results": [_result(row) for row in results],
            "dataset": dataset,
        }


@require_safe
@signed_in.only
def page(request: HttpRequest, reference: str, rule: str) -> HttpResponse:
    """Why a rule has its result."""
    tab = Explained.of(request, reference)
    tab.rule = rule
    return tab.page()


def _result(row: Any) -> dict[str, Any]:
    person = row.made_by.person
    return {
        "row": row,
        "tag": wording.RESULTS[row.result],
        "by": person.name if person else "",
        "stands": row.superseded_at is None,
    }
