"""The payee's tax form: kept by finance, given with an invoice to whoever may read that."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.actions import files
from muniment.documents import reading
from muniment.gateways import storage
from muniment.pages import uploads
from muniment.pages.people import signed_in
from muniment.queries import payment

MOST = 10 * 1024 * 1024
MOST_PAGES = 20
FAULTS = (reading.Refused, storage.Unreachable)


def kept(upload: Any, *, actor: Any, now: datetime) -> Any:
    """Look at an upload and store it; raises one of `FAULTS` where it is not taken."""
    name, data = reading.plain_name(upload.name or ""), upload.read(MOST + 1)
    looked = reading.look_at(data, name=name, most_pages=MOST_PAGES)
    stored = uploads.store().put([data], most=MOST)
    return files.record_file(
        stored.sha256, size=stored.size, media_type=looked.media_type, actor=actor, now=now
    )


@require_safe
@signed_in.only
def form(request: HttpRequest, number: str) -> Any:
    """The form, beside an invoice that this reader may open."""
    row = payment.find_invoice(signed_in.person(request), number, now=timezone.now())
    file = row.case.programme.tax_form if row is not None else None
    if file is None:
        raise Http404
    try:
        stream = uploads.store().open(file.sha256)
    except storage.Missing:
        raise Http404 from None
    answer = FileResponse(stream, content_type=file.media_type, filename="tax-form.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer
