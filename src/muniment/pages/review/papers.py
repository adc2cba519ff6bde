"""The papers: the application, the data with figures and risk, the gates, questions, files."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from muniment.pages.application import answers
from muniment.pages.application import files as file_pages
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, table
from muniment.queries import application, files
from muniment.queries.review import papers as queries


class Papers(table.Table):
    """Everything there is to read, on one page that prints."""

    TAB = "review_papers"
    TEMPLATE = "review/papers.html"
    OPENED = True

    def context(self) -> Mapping[str, Any]:
        return {
            "note": queries.find_note(self.case),
            "sections": answers.read(application.form_of(self.case)),
            "papers": [
                {"paper": each, "verdict": drawing.VERDICTS.get(each.verdict)}
                for each in queries.list_papers(self.case)
            ],
            "rules": [
                {"rule": each, "tag": drawing.RESULTS[each.result]}
                for each in queries.list_rules(self.case)
            ],
            "files": [self._file(each) for each in files.list_attached(self.case)],
        }

    def _file(self, attachment: Any) -> dict[str, Any]:
        clean = attachment.file.verdict == file_pages.CLEAN
        url = reverse("application_file", args=[self.case.reference, attachment.file.sha256])
        tag = file_pages.TAGS[attachment.file.verdict]
        return {"attachment": attachment, "tag": tag, "url": url if clean else ""}


@require_safe
@signed_in.only
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    """Read the request."""
    return table.answer(Papers, request, reference)
