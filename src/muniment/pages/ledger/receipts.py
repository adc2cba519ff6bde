"""The receipts of a request: a list, and each as a file that is checked off line."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.pages import frame
from muniment.pages.people import signed_in
from muniment.pages.wording import events
from muniment.queries import access
from muniment.queries.ledger import receipts


@require_safe
@signed_in.only
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    """What this reader may take away as proof."""
    sight = _sight(request, reference)
    rows = [
        {"receipt": each, "said": events.SAID.get(each.tag, each.tag)}
        for each in receipts.list_receipts(sight)
    ]
    context = {"case": sight.case, "rows": rows, "office": sight.is_office}
    return frame.render(request, "ledger/receipts.html", context, here="request_list")


@require_safe
@signed_in.only
def download(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One receipt; there is none before its entry is anchored."""
    document = receipts.find_document(_sight(request, reference), number)
    if document is None:
        raise Http404
    body = json.dumps(document, indent=2, ensure_ascii=False)
    answer = HttpResponse(body, content_type="application/json")
    name = f"{reference}-receipt-{number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sight(request: HttpRequest, reference: str) -> access.Sight:
    found = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    if found is None or not (found.is_party or found.is_office):
        raise Http404
    return found
