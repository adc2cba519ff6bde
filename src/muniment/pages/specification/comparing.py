"""Two people wrote at once: both in words, to choose from. Nothing is lost."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from muniment.actions import application
from muniment.dataplane.spec import specification
from muniment.pages import frame

from . import reading


def part(
    request: HttpRequest, case: Any, mine: Mapping[str, Any], found: application.EditedElsewhere
) -> HttpResponse:
    """One part: taking one's own keeps the rest as the other left it."""
    whole = reading.replaced(found.theirs, mine)
    theirs = specification.parse(found.theirs)
    names = [each.id for each in theirs.parts]
    said = theirs.get_part(mine["id"]).sentence() if mine["id"] in names else ""
    ours = specification.parse(whole).get_part(mine["id"]).sentence()
    return _choose(request, case, whole, found.version, ours=ours, theirs=said)


def whole(request: HttpRequest, case: Any, found: application.EditedElsewhere) -> HttpResponse:
    """The whole document."""
    ours = specification.parse(found.yours).sentence()
    theirs = specification.parse(found.theirs).sentence()
    return _choose(request, case, found.yours, found.version, ours=ours, theirs=theirs)


def _choose(
    request: HttpRequest,
    case: Any,
    document: Mapping[str, Any],
    version: int,
    *,
    ours: str,
    theirs: str,
) -> HttpResponse:
    context = {
        "case": case,
        "version": version,
        "document": json.dumps(document, ensure_ascii=False),
        "ours": ours,
        "theirs": theirs,
    }
    return frame.render(request, "specification/compare.html", context, status=409)
