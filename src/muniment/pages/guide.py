"""How access works: the programme's steps, the usual time, and what nobody is promised."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment import programme
from muniment.pages import frame
from muniment.pages.wording import stages
from muniment.programme import clocks
from muniment.queries import catalogue, timeline


@require_safe
def how_access_works(request: HttpRequest) -> HttpResponse:
    """For anyone, before they start."""
    bundle = catalogue.find_bundle()
    context: dict[str, Any] = {"steps": []}
    if bundle is not None:
        context = {
            "text": bundle["programme"],
            "steps": _steps(bundle),
            "tracks": bundle["tracks"]["tracks"],
            "fee_note": bundle["fees"]["note"],
            "disclaimers": bundle["programme"]["disclaimers"],
        }
    return frame.render(request, "guide.html", context, here="how_access_works")


def _steps(bundle: programme.Bundle) -> list[dict[str, Any]]:
    """Each step with its segments, and the most business days each may take us."""
    return [
        {
            "label": step["label"],
            "segments": [
                {
                    "name": stages.SEGMENTS[name][0],
                    "text": stages.SEGMENTS[name][1],
                    "days": _days(bundle, name),
                }
                for name, covered in timeline.SEGMENTS.items()
                if covered[0].value in step["stages"]
            ],
        }
        for step in bundle["programme"]["steps"]
    ]


def _days(bundle: programme.Bundle, segment: str) -> int:
    """The office's own time; what waits for the applicant has no usual time."""
    limits = [
        clocks.limit_for(bundle, stage.value, track="full") for stage in timeline.SEGMENTS[segment]
    ]
    ours = {"applicant", "co_applicant", "supervisor", "signing_official"}
    return sum(limit.days for limit in limits if limit and limit.owner not in ours)
