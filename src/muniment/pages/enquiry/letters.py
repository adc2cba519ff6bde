"""A letter of support as a file, for whoever asked for it and for the office."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.documents import letter as paper
from muniment.pages.people import signed_in
from muniment.queries import enquiries


@require_safe
@signed_in.only
def letter(request: HttpRequest, pk: int, proof: int) -> HttpResponse:
    """One letter as a PDF; one that was taken back says so on its face."""
    person = signed_in.person(request)
    own = enquiries.find_own(person, pk)
    found = own or enquiries.find_opened(person, pk, now=timezone.now())
    said = enquiries.find_letter(found.enquiry, proof) if found else None
    if found is None or said is None:
        raise Http404
    response = HttpResponse(paper.pdf(_told(found.enquiry, said)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letter-of-support-{proof}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _told(asked: Any, said: Any) -> paper.Letter:
    day = date_format(said.letter.dated_on, "j M Y")
    back = gettext("This letter was taken back and no longer holds.")
    return paper.told(
        gettext("Letter of support"),
        f"{day}\n\n{said.text}",
        sender=asked.programme.name,
        reference=gettext("Inquiry %(number)s, %(day)s") % {"number": asked.pk, "day": day},
        taken_back=back if said.letter.revoked_at else "",
    )
