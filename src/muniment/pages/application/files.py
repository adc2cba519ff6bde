"""Files in the application form: taken with their section, shown with the scanner's word, given.

The answer of a file field is a list of {name, sha256, size}; the attachment is what lets anyone
have the bytes. Both are kept in step here, after every save.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from muniment.actions import files as actions
from muniment.actions import step
from muniment.documents import reading
from muniment.gateways import storage
from muniment.pages import frame, uploads
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.pages.wording.datasets import Tag
from muniment.queries import access, files
from muniment.rulebook import words

AUTOSAVE = "X-Autosave"
"""Nothing is removed while somebody still writes: a tick counts when they save."""
MOST_PAGES = 200
DEFAULT_MB = 25
MB = 1024 * 1024
HELD, CLEAN, INFECTED = "held", "clean", "infected"
TAGS = {
    HELD: Tag(_("Waiting for the virus scan"), "warn"),
    CLEAN: Tag(_("Scanned"), "good"),
    INFECTED: Tag(_("Refused by the virus scanner"), "stop"),
}
NOTES = {
    HELD: _("Only you can open it until then. You can go on."),
    INFECTED: _("The scanner found something in this file. Remove it and attach a clean copy."),
}
NO_SCANNER = _(
    "This office has no virus scanner connected, so the file is held. You can send the "
    "request; the office has the file scanned before it opens it."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """`answers` is what stood before with the files as they are now; `refused` names the rest."""

    answers: Mapping[str, Any]
    refused: list[words.Refusal]


def take(
    section: Mapping[str, Any], request: HttpRequest, *, at: desk.Desk, before: Mapping[str, Any]
) -> Taken:
    """Keep what was uploaded with this section, and leave out what was ticked for removal."""
    answers, refused = dict(before), []
    for field in _fields(section):
        name = field["id"]
        gone = request.POST.getlist(f"remove.{name}") if AUTOSAVE not in request.headers else []
        kept = [one for one in before.get(name, ()) if one["sha256"] not in gone]
        for upload in request.FILES.getlist(name):
            try:
                kept.append(_keep(field, upload, at=at))
            except (step.Refused, *uploads.FAULTS) as fault:
                refused.append(_refusal(fault, section, name, upload.name or ""))
        answers[name] = list({one["sha256"]: one for one in kept}.values())
    return Taken(answers, refused)


def settle(section: Mapping[str, Any], *, at: desk.Desk, answers: Mapping[str, Any]) -> None:
    """Attach what the saved answers name, and take off what they no longer name.

    Only bytes that were attached to this request before are attached again: naming the hash of
    somebody else's file opens nothing.
    """
    names = {field["id"] for field in _fields(section)}
    if not names:
        return
    wanted = {(name, one["sha256"]): one["name"] for name in names for one in answers.get(name, ())}
    for row in files.list_attached(at.case):
        field = row.purpose.removeprefix(files.ANSWER)
        ours = row.purpose == files.ANSWER + field and field in names
        if ours and not wanted.pop((field, row.file.sha256), ""):
            actions.remove_attachment(row, actor=at.actor, now=at.now)
    for (field, sha256), name in wanted.items():
        if once := files.find_once_attached(at.case, sha256):
            _attach(once.file, field, name, at=at)


def shown(
    section: Mapping[str, Any], *, case: Any, answers: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The answers with what a page says of each file: its tag, a note, where to have it."""
    names = [field["id"] for field in _fields(section) if answers.get(field["id"])]
    if not names:
        return answers
    verdicts = {row.file.sha256: row.file.verdict for row in files.list_attached(case)}
    drawn = {
        name: [_drawn(one, case, verdicts.get(one["sha256"])) for one in answers[name]]
        for name in names
    }
    return {**answers, **drawn}


@require_safe
@signed_in.only
def download(request: HttpRequest, reference: str, sha256: str) -> Any:
    """One file as an attachment; what is held or infected is not given, and the page says so."""
    person: Any = request.user
    sight = access.find_sight(person, reference, now=timezone.now())
    found = files.find_readable(sight, sha256) if sight else None
    if sight is None or found is None:
        raise Http404
    if not found.open:
        back, parent = reverse("request", args=[reference]), reference
        name = found.attachment.name
        return not_given(request, name, found.verdict, back=back, parent=parent)
    return _given(found.attachment)


def not_given(
    request: HttpRequest, name: str, verdict: str, *, back: str, parent: str
) -> HttpResponse:
    """The page in the place of a file that is held or infected: which one, and where to go back."""
    context = {"name": name, "tag": TAGS[verdict], "back": back, "parent": parent}
    return frame.render(request, "application/not_given.html", context, status=409)


def _given(attachment: Any) -> FileResponse | HttpResponse:
    try:
        stream = uploads.store().open(attachment.file.sha256)
    except storage.Missing:
        raise Http404 from None
    answer = FileResponse(
        stream, as_attachment=True, filename=attachment.name,
        content_type=attachment.file.media_type,
    )  # fmt: skip
    answer["Cache-Control"] = "private, no-store"
    return answer


def _keep(field: Mapping[str, Any], upload: Any, *, at: desk.Desk) -> dict[str, Any]:
    """Look at one upload, store its bytes, record and attach it; raises where it is not taken."""
    name = reading.plain_name(upload.name or "")
    limits = field.get("limits", {})
    most = limits.get("max_mb", DEFAULT_MB)
    if upload.size > most * MB:
        message = "It is larger than {most} MB. Send a smaller one."
        raise reading.Refused(words.Refusal("file-too-large", message, {"most": str(most)}))
    endings = tuple(limits.get("accept", ()))
    if endings and not name.lower().endswith(endings):
        message = "Here it must be one of: {endings}."
        params = {"endings": ", ".join(endings)}
        raise reading.Refused(words.Refusal("file-kind-not-asked", message, params))
    data = upload.read()
    looked = reading.look_at(data, name=name, most_pages=MOST_PAGES)
    stored = uploads.store().put([data], most=most * MB)
    record = actions.record_file(
        stored.sha256, size=stored.size, media_type=looked.media_type, actor=at.actor, now=at.now
    )
    _attach(record, field["id"], name, at=at)
    return {"name": name, "sha256": stored.sha256, "size": stored.size}


def _attach(record: Any, field: str, name: str, *, at: desk.Desk) -> None:
    purpose = files.ANSWER + field
    actions.attach(at.case, record, purpose=purpose, name=name, actor=at.actor, now=at.now)


def _fields(section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [field for field in section["fields"] if field["type"] == "file"]


def _drawn(one: Mapping[str, Any], case: Any, verdict: str | None) -> dict[str, Any]:
    held = verdict == HELD
    note = NO_SCANNER if held and not settings.MUNIMENT_SCANNER else NOTES.get(verdict or "")
    url = reverse("application_file", args=[case.reference, one["sha256"]])
    given = verdict in (HELD, CLEAN)
    tag = TAGS.get(verdict or "")
    return {**one, "tag": tag, "note": note, "url": url if given else ""}


def _refusal(
    fault: reading.Refused | step.Refused | storage.Unreachable,
    section: Mapping[str, Any],
    field: str,
    name: str,
) -> words.Refusal:
    """The reason with the file's name, and the field that it belongs beside."""
    reason = fault.reasons[0] if isinstance(fault, step.Refused) else uploads.reason(fault)
    shown_name = reading.plain_name(name)
    params = {**reason.params, "file": shown_name, "field": field, "section_id": section["id"]}
    return words.Refusal(reason.code, f'"{{file}}" was not taken. {reason.message}', params)
