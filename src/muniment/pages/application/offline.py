"""Applying off line: the form as a file, and a filled-in file as answers.

Nothing is taken before somebody has seen what was read. In between only the bytes are kept; a
signed note, good for two hours and for this person alone, says which.
"""

from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import application, step
from muniment.documents import forms as paper
from muniment.documents import reading
from muniment.documents.forms import docx, pdf
from muniment.gateways import storage
from muniment.pages import frame, limits, uploads
from muniment.pages.application import answers, desk, entering, readback
from muniment.pages.people import signed_in
from muniment.queries import access
from muniment.queries import application as queries
from muniment.rulebook import words

SALT = "filled-in form"
GOOD_FOR_SECONDS = 2 * 3600
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A filled-in file that lies in the store, with what was read in it."""

    name: str
    sha256: str
    size: int
    read: readback.ReadBack


@require_safe
@limits.only("form-file", times=60, methods=("GET", "HEAD"))
def blank(request: HttpRequest, programme: str, kind: str) -> HttpResponse:
    """The empty form as a file; a sentence where this machine cannot make it."""
    running = queries.find_running(programme)
    if running is None or kind not in TYPES:
        raise Http404
    try:
        made = _file(running.active_edition, kind)
    except paper.Unavailable as lacking:
        return _refused(request, [words.Refusal("form-unavailable", str(lacking))], status=503)
    answer = HttpResponse(made, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{programme}-application.{kind}"'
    return answer


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.uploads
def begin(request: HttpRequest) -> HttpResponse:
    """A filled-in form before there is a request; taking it makes the draft."""
    return _walk(request, entering.Anew(request.user, timezone.now()))


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.uploads
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """A filled-in form for a request that is being written."""
    now = timezone.now()
    person: Any = request.user
    sight = access.find_sight(person, reference, now=now)
    place = entering.find_into(sight, request.user, now=now)
    if place is None:
        raise Http404
    return _walk(request, place)


@require_http_methods(["GET", "POST"])
@signed_in.only
def entered(request: HttpRequest, reference: str) -> HttpResponse:
    """What the office entered, for the applicant to confirm."""
    at = desk.at(request, reference)
    reasons = step.refusals("confirm_entry", at.case, actor=at.actor, now=at.now)
    waiting = queries.list_entered(at.case)
    if request.method == "POST" and waiting and not reasons:
        application.confirm_entry(at.case, actor=at.actor, now=at.now)
        return shortcuts.redirect("application", reference)
    parts = [part for part in answers.read(queries.form_of(at.case)) if part.id in waiting]
    context = {"case": at.case, "sections": parts, "reasons": reasons}
    return frame.render(request, "application/entered.html", context, here="request_list")


def _walk(request: HttpRequest, place: entering.Place) -> HttpResponse:
    """Choose a file, see what was read, take it: three postings of one page."""
    try:
        if request.method == "POST" and "note" in request.POST:
            return _take(request, place)
        if request.method == "POST":
            return _show(request, place, _sent(request, place))
    except reading.Refused as refused:
        return _refused(request, [refused.reason], place)
    except step.Refused as refused:
        return _refused(request, refused.reasons, place)
    return _choose(request, place)


def _choose(request: HttpRequest, place: entering.Place) -> HttpResponse:
    context = {"place": place, "programmes": queries.list_running()}
    return frame.render(request, "application/offline.html", context, here="request_list")


def _sent(request: HttpRequest, place: entering.Place) -> Sent:
    """Read what was uploaded, then keep its bytes."""
    given = request.FILES.get("form")
    if given is None:
        message = "Choose the form that you filled in, then press the button."
        raise reading.Refused(words.Refusal("form-missing", message))
    if given.size and given.size > reading.LARGEST_FORM:
        message = "This file is larger than 15 MB. A form is smaller; send the form alone."
        raise reading.Refused(words.Refusal("file-too-large", message))
    data = given.read()
    found = readback.read(data, target=place.edition, before=place.answers)
    stored = uploads.store().put([data], most=reading.LARGEST_FORM)
    return Sent(reading.plain_name(given.name or ""), stored.sha256, stored.size, found)


def _show(request: HttpRequest, place: entering.Place, sent: Sent) -> HttpResponse:
    note = signing.dumps(
        {"sha256": sent.sha256, "name": sent.name, "person": request.user.pk}, salt=SALT
    )
    on_behalf = entering.may_enter(place)
    context = {"place": place, "sent": sent, "note": note, "on_behalf": on_behalf,
               "guess": entering.first_person(sent.read.answers) if on_behalf else {}}  # fmt: skip
    return frame.render(request, "application/readback.html", context, here="request_list")


def _take(request: HttpRequest, place: entering.Place) -> HttpResponse:
    """Read the kept bytes once more, and save what they say in one go."""
    sent = _kept(request, place)
    case = entering.take(place, sent, request.POST)
    if case.applicant_id == request.user.pk or place.is_writer:
        return shortcuts.redirect("application", case.reference)
    context = {"case": case, "sent": sent}
    return frame.render(request, "application/entered_for.html", context, here="request_list")


def _kept(request: HttpRequest, place: entering.Place) -> Sent:
    try:
        note = signing.loads(request.POST["note"], salt=SALT, max_age=GOOD_FOR_SECONDS)
        if note["person"] != request.user.pk:
            raise signing.BadSignature
        with uploads.store().open(note["sha256"]) as stream:
            data = stream.read()
    except (signing.BadSignature, storage.Missing):
        message = "Too much time has passed since the upload. Upload the file again."
        raise reading.Refused(words.Refusal("upload-expired", message)) from None
    found = readback.read(data, target=place.edition, before=place.answers)
    return Sent(note["name"], note["sha256"], len(data), found)


def _refused(
    request: HttpRequest, reasons: Any, place: entering.Place | None = None, *, status: int = 409
) -> HttpResponse:
    context = {"place": place, "programmes": queries.list_running(), "reasons": reasons}
    return frame.render(
        request, "application/offline.html", context, here="request_list", status=status
    )


def _file(edition: Any, kind: str) -> bytes:
    """Made once per edition and process: a second or two for the PDF."""
    if (edition.sha256, kind) not in _MADE:
        draw = pdf.render if kind == "pdf" else docx.render
        _MADE[edition.sha256, kind] = draw(readback.layout_of(edition))
    return _MADE[edition.sha256, kind]


_MADE: dict[tuple[str, str], bytes] = {}
