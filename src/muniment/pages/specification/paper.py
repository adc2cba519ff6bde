"""The same specification as JSON: to paste, to upload, to take home."""

import json

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import application, step
from muniment.pages import frame, limits
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import specification as queries
from muniment.rulebook.words import Refusal

from . import comparing

LARGEST = 1_000_000


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.uploads
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The document as text; saving lists every fault with its place."""
    at = desk.at(request, reference)
    asked = queries.asked_of(at.case)
    if request.method != "POST":
        return _draw(request, at, asked, text=pretty(asked))
    try:
        return _put(request, at)
    except application.EditedElsewhere as found:
        return comparing.whole(request, at.case, found)
    except step.Refused as refused:
        return _draw(request, at, asked, text=_again(request), reasons=refused.reasons)


@require_safe
@signed_in.only
def download(request: HttpRequest, reference: str) -> HttpResponse:
    """The present version as a file, in the form that was hashed."""
    at = desk.at(request, reference)
    row = queries.asked_of(at.case).row
    if row is None:
        raise Http404
    answer = HttpResponse(row.document, content_type="application/json")
    name = f"{at.case.reference}-specification-{row.version}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def sent(request: HttpRequest) -> tuple[bytes, str]:
    """What was uploaded, else what was pasted: as bytes, and as text to show again."""
    file = request.FILES.get("file")
    if file is None:
        text = request.POST.get("document", "")
        return text.encode("utf-8", "replace"), text
    if file.size is None or file.size > LARGEST:
        message = "The file is larger than 1 MB; a specification is smaller."
        raise step.Refused([Refusal("file-too-large", message)])
    file.seek(0)
    content = file.read()
    return content, content.decode("utf-8", "replace")


def _again(request: HttpRequest) -> str:
    """What was sent, to be mended; a file that is too large stays where it is."""
    try:
        return sent(request)[1]
    except step.Refused:
        return request.POST.get("document", "")


def pretty(asked: queries.Asked) -> str:
    """The present version with line breaks, for people."""
    if asked.written is None:
        return ""
    return json.dumps(asked.written.document(), indent=2, ensure_ascii=False)


def _put(request: HttpRequest, at: desk.Desk) -> HttpResponse:
    application.put_specification(
        at.case,
        sent(request)[0],
        version=desk.version(request),
        actor=at.actor,
        now=at.now,
    )
    return shortcuts.redirect("specification", at.case.reference)


def _draw(
    request: HttpRequest,
    at: desk.Desk,
    asked: queries.Asked,
    *,
    text: str,
    reasons: list[Refusal] | None = None,
) -> HttpResponse:
    context = {
        "case": at.case,
        "open": at.is_open,
        "text": text,
        "version": desk.version(request) or asked.version,
        "reasons": reasons or [],
    }
    return frame.render(request, "specification/paper.html", context, here="request_list")
