"""A filled-in form that came by mail: what was read in it, and its way into a draft.

The form lies in the kept mail. It is read as an uploaded one is, in a process of its own; only
where somebody of the office takes the answers is it kept as a file, and then the virus scanner
looks at it like at every other. The answers count once their applicant confirms them.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import enquiry, files, people, step
from muniment.documents import reading
from muniment.documents.reading import enclosed
from muniment.gateways import storage
from muniment.pages import frame, limits, uploads
from muniment.pages.application import entering, readback
from muniment.pages.people import signed_in
from muniment.queries import enquiries
from muniment.rulebook.words import Refusal, Role

MOST_READ = 5
"""Files of one inquiry that are looked into; each is a process of its own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of the mail that is our form, with what was read in it."""

    name: str
    sha256: str
    data: bytes
    read: readback.ReadBack


@dataclass(frozen=True, slots=True)
class Looked:
    """The form among the files, if any; which files are none, and why; which nobody looked into."""

    sent: Sent | None
    unread: tuple[tuple[str, Refusal], ...]
    others: tuple[tuple[str, str], ...]


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("mailed-form", times=60, methods=("GET", "POST"))
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read in the mail's form; posting enters it for its applicant to confirm."""
    opened = enquiries.find_opened(signed_in.person(request), pk, now=timezone.now())
    if opened is None or opened.role is not Role.COORDINATOR:
        raise Http404
    looked = _look(opened.enquiry, request.POST.get("file") or request.GET.get("file", ""))
    if request.method != "POST":
        return _page(request, opened.enquiry, looked)
    try:
        _take(request, opened.enquiry, looked.sent)
    except step.Refused as refused:
        return _page(request, opened.enquiry, looked, reasons=refused.reasons, status=409)
    return shortcuts.redirect("office_enquiry", pk)


def _page(
    request: HttpRequest,
    asked: Any,
    looked: Looked,
    *,
    reasons: list[Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = people.acting(signed_in.person(request), Role.COORDINATOR)
    context = {
        "enquiry": asked, "sent": looked.sent, "unread": looked.unread, "others": looked.others,
        "reasons": reasons or _against(asked, actor),
        "guess": {"name": request.POST.get("name", asked.asker.name),
                  "email": request.POST.get("email", asked.asker.email)},
    }  # fmt: skip
    name = "enquiry/form.html" if looked.sent else "enquiry/no_form.html"
    return frame.render(request, name, context, here="office_enquiries", status=status)


def _against(asked: Any, actor: Any) -> list[Refusal]:
    """Why the form cannot be entered now."""
    if asked.case is not None:
        message = "There is a request for this inquiry already."
        return [Refusal("draft-exists", message)]
    about, now = {"enquiry": asked}, timezone.now()
    return step.refusals("answer_enquiry", asked.programme, actor=actor, now=now, about=about)


def _look(asked: Any, wanted: str) -> Looked:
    """Read the file of the hash `wanted`; without one, each in turn until one is our form."""
    enclosures = _files(asked)
    if wanted and wanted not in enclosures:
        raise Http404
    sent, unread, tried = None, list[tuple[str, Refusal]](), set[str]()
    for sha256 in [wanted] if wanted else list(enclosures)[:MOST_READ]:
        file, edition = enclosures[sha256], asked.programme.active_edition
        tried.add(sha256)
        try:
            read = readback.read(file.data, target=edition, before={})
        except reading.Refused as refused:
            unread.append((file.name, refused.reason))
            continue
        sent = Sent(file.name, sha256, file.data, read)
        break
    others = ((file.name, key) for key, file in enclosures.items() if key not in tried)
    return Looked(sent, tuple(unread), tuple(others))


def _files(asked: Any) -> dict[str, enclosed.Enclosed]:
    """Each file of the inquiry's mails that could be our form, by hash, the newest mail first."""
    found: dict[str, enclosed.Enclosed] = {}
    for mail in enquiries.list_mails(asked):
        for file in enclosed.list_forms(_kept(mail.sha256)):
            found.setdefault(hashlib.sha256(file.data).hexdigest(), file)
    return found


def _kept(sha256: str) -> bytes:
    """The mail as it came; nothing where the store has lost it."""
    try:
        with uploads.store().open(sha256) as stream:
            return stream.read()
    except storage.Missing:
        return b""


def _take(request: HttpRequest, asked: Any, sent: Sent | None) -> None:
    """Keep the form's bytes, then enter its answers, all or none."""
    if sent is None:
        raise Http404
    uploads.store().put([sent.data], most=reading.LARGEST_FORM)
    actor, now = people.acting(signed_in.person(request), Role.COORDINATOR), timezone.now()
    with transaction.atomic():
        email, name = request.POST.get("email", ""), request.POST.get("name", "")
        applicant = people.register_person(email, name=name)
        original = files.record_file(
            sent.sha256, size=len(sent.data), media_type=entering.media_type(sent.read.kind),
            actor=actor, now=now,
        )  # fmt: skip
        files.unless_infected(original, name=sent.name)
        enquiry.enter_mailed_form(
            asked, applicant, sent.read.answers, original=original, actor=actor, now=now
        )
