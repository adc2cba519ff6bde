"""What stands beside the builder: the protected count, its groups, what may still be asked.

Everything here is a function of the question, the description and the protected answer.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.actions import application, input_refused
from muniment.dataplane.spec import answer as answers
from muniment.dataplane.spec import budget
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.pages.screening import weighed
from muniment.queries import counts
from muniment.queries import specification as queries
from muniment.queries.screening import need
from muniment.rulebook.words import Refusal

from . import reading


@require_safe
@signed_in.only
def fragment(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """The box of the count alone, for a page that waits for its answer."""
    at = desk.at(request, reference)
    asked = queries.asked_of(at.case)
    if asked.find_part(name) is None:
        raise Http404
    by = tuple(filter(None, request.GET.getlist("by")))
    box = context(at, asked, name, by=by)
    box |= _reasons(asked.find_part(name))
    return frame.render(request, "specification/count.html", {"case": at.case, **box})


def _reasons(part: queries.Part | None) -> dict[str, Any]:
    """How many of the saved variables need a reason."""
    if part is None or part.holding is None or part.written is None:
        return {}
    fields = [
        part.holding.get_table(table.name).get_field(variable.name)
        for table in part.written.tables
        for variable in table.variables
    ]
    needing = sum(reading.needs_reason(field) for field in fields)
    return {"draft": part.written, "chosen": len(fields), "needing": needing}


def ask(at: desk.Desk, name: str, *, by: tuple[str, ...]) -> None:
    """Reserve the count of a saved part; raises step.Refused."""
    part = queries.asked_of(at.case).find_part(name)
    if part is None or part.holding is None or part.written is None:
        message = "Save the part first; then it can be counted."
        input_refused.unless_empty([Refusal("nothing-to-count", message)])
        return
    question = counts.asking(part.written, by=_known(by, part))
    application.reserve_count(at.case, question, part.holding, actor=at.actor, now=at.now)


def context(at: desk.Desk, asked: queries.Asked, name: str, *, by: tuple[str, ...]) -> Any:
    """What the boxes of the sidebar draw."""
    part = asked.find_part(name)
    drawn: dict[str, Any] = {
        "part": part,
        "by": by,
        "count": None,
        "fee": queries.estimate(at.case, asked.parts, today=at.now.date()),
    }
    if part is None or part.holding is None or part.written is None:
        return drawn
    row = counts.get_row(at.case.programme, part.holding)
    by = _known(by, part)
    question = counts.asking(part.written, by=by)
    standing = counts.standing(question, holding=part.holding, row=row, person=at.person)
    drawn["count"] = {
        "standing": standing,
        "unit": part.holding.unit,
        "total": standing.total,
        "need": _need(at, standing.total),
        "table": table(by, standing.breakdown),
        "choices": _choices(part, by, standing),
        "rounding": part.holding.rounding,
        "within": answers.within(sigma=part.holding.noise_sigma, rounding=part.holding.rounding),
        "threshold": part.holding.threshold,
    }
    return drawn


def _need(at: desk.Desk, total: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the applicant says is needed, against the protected count only."""
    stated = need.stated(at.case).people
    if stated is None or not total or "shown" not in total:
        return None
    word = need.suggested(stated, total["shown"])
    return {"people": stated, "tag": weighed.verdict(word)}


def table(by: tuple[str, ...], answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A breakdown as rows: the last variable across, the others down."""
    if not answer or "cells" not in answer:
        return None
    across: list[str] = []
    rows: dict[str, list[Any]] = {}
    for cell in answer["cells"]:
        *down, last = cell["labels"]
        if not down:
            rows[last] = [cell["count"]["shown"]]
            continue
        if last not in across:
            across.append(last)
        rows.setdefault(", ".join(down), []).append(cell["count"]["shown"])
    head = ", ".join(by[:-1]) if across else by[0]
    return {
        "caption": gettext("By %(names)s") % {"names": " and ".join(by)},
        "head": head,
        "across": across or [gettext("Matching")],
        "rows": list(rows.items()),
        "few": any(cell["count"]["shown"] is None for cell in answer["cells"]),
    }


def _choices(part: queries.Part, by: tuple[str, ...], standing: counts.Standing) -> list[Any]:
    """What the count may be broken down by; nothing where the budget never reaches for it."""
    assert part.holding is not None
    if standing.allowed < budget.PRICE_OF_TOTAL + budget.PRICE_OF_BREAKDOWN:
        return []
    names = [field.name for field in counts.groupable(part.holding)]
    return [
        [{"value": name, "chosen": name == chosen} for name in names]
        for chosen in [*by, "", ""][:2]
    ]


def _known(by: tuple[str, ...], part: queries.Part) -> tuple[str, ...]:
    assert part.holding is not None
    names = {field.name for field in counts.groupable(part.holding)}
    return tuple(name for name in by if name in names)
