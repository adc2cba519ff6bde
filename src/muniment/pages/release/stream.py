"""The bytes of a delivery, streamed through the site; ranges, so that a broken download goes on.

Nothing here opens a package: what flows is the locked file, from the store.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from muniment.actions import release
from muniment.gateways import storage
from muniment.pages import frame, limits
from muniment.pages.people import signed_in
from muniment.queries import release as releases

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
ENDINGS = {"zip": ("zip", "application/zip"), "age": ("tar.age", "application/octet-stream")}
ASKED_EVERY = 32 * storage.CHUNK
"""Bytes, 8 MiB: a suspension, a hold or a withdrawal stops a download that runs by then."""
Answer = HttpResponse | StreamingHttpResponse


@require_safe
@signed_in.only
def browser(request: HttpRequest, token: str) -> Any:
    """The file for the session that minted the leave; for every other there is none."""
    session = request.session.session_key or ""
    found = releases.find_download(token, session=session, now=timezone.now()) if session else None
    if found is None or found.made_by.person_id != signed_in.person(request).pk:
        raise Http404
    return _answer(request, found)


@csrf_exempt
@require_POST
@limits.only("fetch", times=120)
def program(request: HttpRequest, token: str) -> Any:
    """The file for `muniment fetch`, by its code. A post, because mail scanners follow links."""
    found = releases.find_download(token, session="", now=timezone.now())
    if found is None:
        return HttpResponse("There is no download under this code, or its hour is over.\n",
                            status=404, content_type="text/plain; charset=utf-8")  # fmt: skip
    return _answer(request, found)


def _answer(request: HttpRequest, found: Any) -> Answer:
    delivery = found.delivery
    span = _span(request, delivery)
    if span is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{delivery.size}"
        return refused
    start, end = span
    room = storage.at(
        settings.MUNIMENT_HOME, room=storage.DELIVERIES, url=settings.MUNIMENT_STORAGE_URL
    )
    try:
        stream = room.open(delivery.sha256, start=start)  # first, or a code would be spent in vain
    except storage.Missing:
        raise Http404 from None
    except storage.Unreachable:
        return HttpResponse("The files cannot be reached now; try again in a few minutes.\n",
                            status=503, content_type="text/plain; charset=utf-8")  # fmt: skip
    reasons = release.begin_bytes(found, now=timezone.now(), at_start=start == 0)
    if reasons:
        stream.close()
        return _refused(request, found, reasons)
    return _streamed(_pieces(stream, end - start, found), delivery, start=start, end=end)


def _refused(request: HttpRequest, found: Any, reasons: list[Any]) -> HttpResponse:
    if not found.session_sha256:
        said = "\n".join(str(each.sentence) for each in reasons)
        return HttpResponse(f"{said}\n", status=409, content_type="text/plain; charset=utf-8")
    context = {"reasons": reasons, "case": found.delivery.build.line.part.case}
    return frame.render(request, "release/no_stream.html", context, status=409)


def _streamed(
    pieces: Iterator[bytes], delivery: Any, *, start: int, end: int
) -> StreamingHttpResponse:
    ending, media = ENDINGS[delivery.lock]
    if delivery.key and delivery.key.public.startswith("crypt4gh:"):
        ending = "tar.c4gh"
    case = delivery.build.line.part.case
    answer = StreamingHttpResponse(
        pieces, status=206 if end - start < delivery.size else 200, content_type=media,
    )  # fmt: skip
    name = f"{case.reference}-build-{delivery.build.number}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(end - start)
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{delivery.sha256}"'
    answer["Cache-Control"] = "private, no-store"
    if answer.status_code == 206:
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{delivery.size}"
    return answer


def _span(request: HttpRequest, delivery: Any) -> tuple[int, int] | None:
    """First byte and the one after the last; None for a range that the file does not have.

    One range at most; a range of another file (`If-Range`) is the whole of this one.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    other = request.headers.get("If-Range", f'"{delivery.sha256}"') != f'"{delivery.sha256}"'
    if asked is None or other:
        return 0, delivery.size
    start = int(asked[1])
    end = min(int(asked[2]) + 1, delivery.size) if asked[2] else delivery.size
    return (start, end) if start < end else None


def _pieces(stream: BinaryIO, length: int, found: Any) -> Iterator[bytes]:
    """The bytes, as long as the rule lets them flow: it is asked again every `ASKED_EVERY`."""
    sent = 0
    with stream:
        while sent < length and (piece := stream.read(min(storage.CHUNK, length - sent))):
            if sent and sent % ASKED_EVERY < storage.CHUNK and _stopped(found):
                return
            sent += len(piece)
            yield piece


def _stopped(found: Any) -> bool:
    return bool(release.begin_bytes(found, now=timezone.now(), at_start=False))
