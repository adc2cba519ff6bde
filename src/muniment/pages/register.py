"""The public register of uses: who uses the data, for what, and what came of it."""

import csv
import io
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from muniment.pages import codebook, frame
from muniment.pages.wording import turns
from muniment.pages.wording.datasets import Tag
from muniment.pages.wording.turns import Fact
from muniment.queries import register
from muniment.rulebook.words import Stage

ON_A_PAGE = 20
LONGEST_SEARCH = 200

STANDING = {
    Stage.AGREEMENT: Tag(_("Approved, agreement being signed"), "info"),
    Stage.BUILDING: Tag(_("Approved, data being prepared"), "info"),
    Stage.CHECKING: Tag(_("Approved, data being prepared"), "info"),
    Stage.ACTIVE: Tag(_("Active"), "good"),
    Stage.CLOSE_OUT: Tag(_("Closing out"), "good"),
    Stage.CLOSED: Tag(_("Finished"), "line"),
    Stage.REVOKED: Tag(_("Access revoked"), "stop"),
    Stage.WITHDRAWN: Tag(_("Withdrawn"), "line"),
    Stage.LAPSED: Tag(_("Ended without data"), "line"),
}
NOTES = {
    Stage.REVOKED: _("Access was taken back. The use stays in the register."),
    Stage.WITHDRAWN: _("The applicant withdrew after the approval. It stays in the register."),
    Stage.LAPSED: _("It was approved, and nobody answered in time. It stays in the register."),
}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Totals first, then the uses in plain words."""
    asked = _asked(request)
    found = register.find_register(**asked)
    uses = Paginator([_row(each) for each in found.uses] if found else [], ON_A_PAGE)
    context = {
        **asked,
        "register": found,
        "narrowed": any(asked.values()),
        "bars": _bars(found) if found else [],
        "page": uses.get_page(request.GET.get("page")),
    }
    return frame.render(request, "register/list.html", context, here="register")


@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One use; any other request does not exist here."""
    use = register.find_use(reference)
    if use is None:
        raise Http404
    context = {**_row(use), "facts": _facts(use)}
    return frame.render(request, "register/use.html", context, here="register")


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Every listed use, a row each; no cell begins like a formula."""
    found = register.find_register()
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEADS)
    for use in found.uses if found else ():
        sheet.writerow([codebook.defused(each) for each in _cells(use)])
    response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="register-of-uses.csv"'
    return response


def _asked(request: HttpRequest) -> dict[str, str]:
    return {
        "search": request.GET.get("q", "").strip()[:LONGEST_SEARCH],
        "year": request.GET.get("year", ""),
        "dataset": request.GET.get("dataset", ""),
    }


HEADS = (
    "Project ID", "Project title", "Lay summary", "Organization name", "Applicant name",
    "Dataset(s) name", "Latest approval date", "Project start date", "Project end date", "Status",
    "Link to research outputs",
)  # fmt: skip


def _cells(use: register.Use) -> list[str]:
    return [
        use.reference,
        use.title,
        use.summary,
        use.institution,
        use.lead,
        "; ".join(each.title for each in use.datasets),
        use.approved_on.isoformat(),
        use.starts_on,
        use.ends_on,
        str(STANDING[Stage(use.stage)].label),
        "; ".join(each.doi or each.title for each in use.publications),
    ]


def _row(use: register.Use) -> dict[str, Any]:
    meta = [use.institution, ", ".join(each.title for each in use.datasets)]
    meta.append(gettext("Approved %(year)s") % {"year": use.approved_on.year})
    note = NOTES.get(Stage(use.stage), "")
    if use.withdrawn_on:
        day = turns.day(use.withdrawn_on)
        note = gettext("This entry was withdrawn on %(day)s. It stays with this note.") % {
            "day": day
        }
    return {
        "use": use,
        "tag": STANDING[Stage(use.stage)],
        "meta": [each for each in meta if each],
        "note": note,
    }


def _facts(use: register.Use) -> list[Fact]:
    pairs = [
        (gettext("Lead"), use.lead),
        (gettext("Institution"), use.institution),
        (gettext("Approved"), turns.day(use.approved_on)),
        (gettext("Start"), _day(use.starts_on)),
        (gettext("End of use"), _day(use.ends_on)),
        (gettext("Reference"), use.reference),
    ]
    return [Fact(label, value) for label, value in pairs if value]


def _day(said: str) -> str:
    try:
        return turns.day(date.fromisoformat(said))
    except ValueError:
        return said


def _bars(found: register.Register) -> list[dict[str, Any]]:
    """Uses by dataset: a number with a bar as long as it says."""
    most = max((number for _, number in found.by_dataset), default=1)
    return [
        {"dataset": each, "number": number, "width": f"{100 * number / most:.2f}%"}
        for each, number in found.by_dataset
    ]
