"""What the applicant sent, section by section, and what changed since the time before."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from muniment.pages.application import answers
from muniment.pages.application import files as file_pages
from muniment.pages.office import desk
from muniment.pages.people import signed_in
from muniment.queries import files
from muniment.queries.screening import sent


class Application(desk.Desk):
    """The last submission, as it was."""

    TAB = "office_application"
    TEMPLATE = "screening/application.html"

    def context(self) -> Mapping[str, Any]:
        """Answers by section, files with the scanner's word, and the changes by field."""
        found = sent.find_sent(self.case)
        if found is None:
            return {"sent": None}
        return {
            "sent": found,
            "changed": [_change(each) for each in found.changed],
            "sections": answers.read(found.form),
            "files": [self._file(each) for each in files.list_attached(self.case)],
        }

    def _file(self, attachment: Any) -> dict[str, Any]:
        verdict = attachment.file.verdict
        url = reverse("application_file", args=[self.case.reference, attachment.file.sha256])
        return {
            "name": attachment.name,
            "size": attachment.file.size,
            "tag": file_pages.TAGS[verdict],
            "url": url if verdict == file_pages.CLEAN else "",
        }


@require_safe
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The application in the office."""
    return Application.of(request, reference).page()


def _change(each: sent.Changed) -> dict[str, Any]:
    """One changed answer, both times as lines to read."""
    before, now = (
        answers.lines_of(each.field, value, each.options) for value in (each.before, each.now)
    )
    return {
        "section": each.section["title"],
        "label": each.field["label"],
        "before": before,
        "now": now,
    }
