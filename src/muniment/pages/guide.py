"""How access works: the programme's steps, the usual time, and what nobody is promised."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment import programme
from muniment.pages import frame
from muniment.pages.wording import stages
from muniment.pages.wording.turns import Fact
from muniment.programme import fees
from muniment.queries import catalogue, timeline


@require_safe
def how_access_works(request: HttpRequest) -> HttpResponse:
    """For anyone, before they start."""
    bundle = catalogue.find_bundle()
    context = {"steps": []} if bundle is None else _guide(bundle)
    return frame.render(request, "guide.html", context, here="how_access_works")


def _guide(bundle: programme.Bundle) -> dict[str, Any]:
    """Everything the template draws, from the edition in force."""
    return {
        "steps": _steps(bundle),
        "tracks": bundle["tracks"]["tracks"],
        "fee_note": bundle["fees"]["note"],
        "fees": _fees(bundle),
        "disclaimers": [
            each for each in bundle["programme"]["disclaimers"] if "site" in each["shown"]
        ],
    }


def _steps(bundle: programme.Bundle) -> list[dict[str, Any]]:
    """Each step with its segments, and the most business days each may take us."""
    return [
        {
            "label": step["label"],
            "segments": [
                {
                    "name": stages.SEGMENTS[name][0],
                    "text": stages.SEGMENTS[name][1],
                    "days": timeline.office_days(bundle, name, track="full"),
                }
                for name, covered in timeline.SEGMENTS.items()
                if covered[0].value in step["stages"]
            ],
        }
        for step in bundle["programme"]["steps"]
    ]


def _fees(bundle: programme.Bundle) -> list[Fact]:
    """What the schedule asks of most requests; the estimate itself comes with the agreement."""
    currency = bundle["programme"]["currency"]
    return [
        Fact(
            bundle["fees"][name]["label"],
            fees.written(bundle["fees"][name]["amount_minor"], currency),
        )
        for name in ("base", "hours", "annual")
        if name in bundle["fees"]
    ]
