"""How access works: seven steps, the usual time, fees, policy, and what nobody is promised."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment import programme
from muniment.pages import frame
from muniment.pages.wording import datasets, stages
from muniment.pages.wording.turns import Fact
from muniment.programme import fees, tracks
from muniment.queries import application, catalogue, timeline
from muniment.queries.catalogue import listed
from muniment.rulebook.words import Track

AS_ONE = {
    "completeness": "application",
    "policy": "availability",
}
"""Gates that an applicant waits for together with the one before, where they follow on it."""
ASKED_FOR = (Track.FULL, Track.EXPEDITED, Track.INTERNAL)
"""Tracks on which a request is made at all."""


@require_safe
def how_access_works(request: HttpRequest) -> HttpResponse:
    """For anyone, before they start."""
    bundle = catalogue.find_bundle()
    context = {"steps": []} if bundle is None else _guide(bundle)
    context["programmes"] = application.list_running()
    return frame.render(request, "guide.html", context, here="how_access_works")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The sharing policy in its own words, as of any edition that was ever in force."""
    texts = listed.list_policies()
    label = request.GET.get("edition", "")
    shown = next((each for each in texts if label in ("", each["edition"])), None)
    if shown is None and (label or texts):
        raise Http404
    context = {"policy": shown, "texts": texts, "in_force": not texts or shown is texts[0]}
    return frame.render(request, "policy.html", context, here="how_access_works")


def _guide(bundle: programme.Bundle) -> dict[str, Any]:
    """Everything the template draws, from the edition in force."""
    return {
        "edition": bundle.edition,
        "steps": _steps(bundle),
        "tracks": bundle["tracks"]["tracks"],
        "heads": [tracks.terms_of(bundle, track)["label"] for track in ASKED_FOR],
        "fee_note": bundle["fees"]["note"],
        "fees": _fees(bundle),
        "classes": _classes(bundle),
        "waivers": bundle["fees"]["waivers"],
        "policy": bundle["policy"],
        "disclaimers": [
            each for each in bundle["programme"]["disclaimers"] if "site" in each["shown"]
        ],
    }


def _steps(bundle: programme.Bundle) -> list[dict[str, Any]]:
    """The steps as an applicant counts them, each under the programme's own heading."""
    drawn: list[dict[str, Any]] = []
    for step in bundle["programme"]["steps"]:
        names = [
            name
            for name, covered in timeline.SEGMENTS.items()
            if covered[0].value in step["stages"]
        ]
        drawn += [{"under": step["label"], **each} for each in _counted(bundle, names)]
    return drawn


def _counted(bundle: programme.Bundle, names: list[str]) -> list[dict[str, Any]]:
    """Segments as steps; two gates that are waited for as one are one."""
    groups: list[list[str]] = []
    for name in names:
        if groups and AS_ONE.get(name) == groups[-1][0]:
            groups[-1].append(name)
        else:
            groups.append([name])
    return [
        {
            "name": gettext("Screening") if "policy" in group[1:] else stages.SEGMENTS[group[0]][0],
            "text": [stages.SEGMENTS[name][1] for name in group],
            "days": _days(bundle, group),
        }
        for group in groups
    ]


def _days(bundle: programme.Bundle, names: list[str]) -> list[int | None]:
    """The most business days of ours on each track; None where the track has no such step."""
    found: list[int | None] = []
    for track in ASKED_FOR:
        removed = set(tracks.terms_of(bundle, track)["stages_removed"])
        held = [
            name
            for name in names
            if not all(stage.value in removed for stage in timeline.SEGMENTS[name])
        ]
        days = sum(timeline.office_days(bundle, name, track=track.value) for name in held)
        found.append(days if held else None)
    return found


def _fees(bundle: programme.Bundle) -> list[Fact]:
    """What the schedule asks of most requests; the estimate itself comes with the agreement."""
    currency = bundle["programme"]["currency"]
    return [
        Fact(
            bundle["fees"][name]["label"],
            fees.written(bundle["fees"][name]["amount_minor"], currency),
        )
        for name in ("base", "hours", "delivery", "annual")
        if name in bundle["fees"]
    ]


def _classes(bundle: programme.Bundle) -> list[dict[str, Any]]:
    currency = bundle["programme"]["currency"]
    return [
        {
            "label": each["label"],
            "amount": fees.written(each["amount_minor"], currency),
            "per": datasets.PER[each["per"]],
            "note": each.get("note", ""),
        }
        for each in bundle["fees"]["classes"]
    ]
