"""The agreement as a file: PDF to read or as sealed, Word for the contracts office, ODRL."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment.documents import agreement as documents
from muniment.gateways import storage
from muniment.pages import uploads
from muniment.pages.agreement import signing
from muniment.pages.people import signed_in
from muniment.queries.agreement import offered, paper, sealing

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jsonld": "application/ld+json",
}


@require_safe
@signed_in.only
def file(request: HttpRequest, reference: str, kind: str) -> Any:
    """One of the three; the PDF with its seals, once there is one."""
    found = signing.Signing.of(request, reference).found
    if kind not in TYPES:
        raise Http404
    return _private(_made(found, kind), reference, kind)


def _made(found: offered.Offered, kind: str) -> FileResponse | HttpResponse:
    if kind == "pdf" and found.seal is not None:
        try:
            stream = uploads.store().open(sealing.file_of(found.seal).sha256)
        except storage.Missing:
            raise Http404 from None
        return FileResponse(stream, content_type=TYPES[kind])
    made = paper.paper_of(found.agreement)
    if kind == "pdf":
        body = documents.pdf(made.document, text=made.text, copy=made.copy)
    elif kind == "docx":
        body = documents.docx(made.document, text=made.text)
    else:
        body = made.copy
    return HttpResponse(body, content_type=TYPES[kind])


def _private(
    answer: FileResponse | HttpResponse, reference: str, kind: str
) -> FileResponse | HttpResponse:
    answer["Content-Disposition"] = f'inline; filename="agreement-{reference}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
