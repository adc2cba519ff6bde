"""One edition: how it differs from the one in force, how it will read, and its two steps."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import calendars
from muniment.actions import programme as actions
from muniment.pages.office import bench, housework
from muniment.pages.office.forms import Confirmed
from muniment.pages.people import signed_in
from muniment.pages.settings import forms, preview, wording
from muniment.programme.folder import editing
from muniment.queries import editions
from muniment.queries.house import settings as kept
from muniment.queries.house import staffing


class Edition(housework.HouseDesk):
    """One edition in the hands of the administrator."""

    ROUTE = "settings_edition"
    HERE = "settings"
    TEMPLATE = "settings/edition.html"
    row: kept.Row
    bundle: Any

    @classmethod
    def of(cls, request: HttpRequest, number: int) -> "Edition":
        """The edition of that number; for who does not read settings there is none."""
        home = kept.find_home(signed_in.person(request), kept.READING, now=timezone.now())
        found = kept.find_edition(home[0], number) if home else None
        if home is None or found is None:
            raise Http404
        here = cls(request, *home)
        here.row, here.bundle = found
        return here

    @property
    def arguments(self) -> list[Any]:
        return [self.row.edition.number]

    def activating(self) -> Confirmed:
        """Who confirms that it is put in force."""
        return self.form("activate", Confirmed, seconds=self.names())

    def retiring(self) -> forms.Reasoned:
        """Why it is retired."""
        return self.form("retire", forms.Reasoned, seconds=self.names())

    def context(self) -> Mapping[str, Any]:
        """The edition, its changes, and what changed as it will read."""
        changes = list(editing.compared(editions.active_bundle(self.programme), self.bundle))
        free = not self.row.in_force and self.row.edition.retired_at is None
        may_retire = free and self.may("retire_programme_edition", reason="?")
        reasons = self.against("activate_programme_edition", bundle=self.bundle) if free else []
        return {
            "row": self.row,
            "tag": wording.STATES[self.row.state],
            "changes": changes,
            "previews": [
                shown
                for change in changes
                if (shown := preview.of(self.bundle, change.name)) is not None
            ],
            "free": free,
            "lacks": self.bundle.lacks,
            "reasons": reasons,
            "lacking": self._lacking() if reasons else [],
            "activate_form": self.activating(),
            "retire_form": self.retiring() if may_retire else None,
            "may_count_days": self._may_count_days(),
        }

    def _lacking(self) -> list[str]:
        """Whom this edition would ask for in vain."""
        today = editions.today(self.programme, self.now)
        held = staffing.list_held(self.programme, today=today)
        return staffing.Staff(self.bundle, held).lacking()

    def _may_count_days(self) -> bool:
        """Whether its business days can be put in force for the requests that run already."""
        counted = self.programme.calendar_edition_id == self.row.edition.pk
        may = self.row.in_force and not counted
        return may and self.may("activate_calendar", bundle=self.bundle)


def _activate(here: Edition) -> HttpResponse:
    form = here.activating()
    if not form.is_valid():
        return here.page()
    actions.activate_programme_edition(
        here.row.edition, second_person=here.second(form.cleaned_data),
        actor=here.doing("activate_programme_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


def _retire(here: Edition) -> HttpResponse:
    form = here.retiring()
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    actions.retire_programme_edition(
        here.row.edition, reason=given["reason"], second_person=here.second(given),
        actor=here.doing("retire_programme_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


def _count_days(here: Edition) -> HttpResponse:
    if not here.row.in_force:
        raise Http404
    actor = here.doing("activate_calendar")
    calendars.activate_calendar(here.row.edition, actor=actor, now=here.now)
    return here.again()


STEPS = {"activate": _activate, "retire": _retire, "calendar": _count_days}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition."""
    return bench.answer(Edition.of(request, number), STEPS)


@require_safe
@signed_in.only
def export(request: HttpRequest, number: int) -> HttpResponse:
    """The edition as a folder of text files, in one archive."""
    here = Edition.of(request, number)
    response = HttpResponse(editing.zipped(here.bundle), content_type="application/zip")
    name = f"{here.bundle.slug}-{here.bundle.edition}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
