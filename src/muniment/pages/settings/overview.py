"""The settings at a glance: the editions, what may be edited, and the second person."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import programme as actions
from muniment.pages.office import bench, housework
from muniment.pages.people import signed_in
from muniment.pages.settings import forms, wording
from muniment.programme.folder import editing
from muniment.queries import editions
from muniment.queries.house import settings as kept
from muniment.rulebook import reading
from muniment.rulebook.words import Mode


class Settings(housework.HouseDesk):
    """The settings of one programme."""

    ROUTE = HERE = "settings"
    TEMPLATE = "settings/overview.html"

    @classmethod
    def of(cls, request: HttpRequest) -> "Settings":
        """For the administrator, and for the auditor to read; for others there are none."""
        home = kept.find_home(signed_in.person(request), kept.READING, now=timezone.now())
        if home is None:
            raise Http404
        return cls(request, *home)

    def moding(self) -> forms.SecondPerson:
        """The form for the mode, which begins with the one in force."""
        mode = editions.active_bundle(self.programme)["programme"]["second_person"]["mode"]
        initial = {"mode": mode}
        return self.form("mode", forms.SecondPerson, seconds=self.names(), initial=initial)

    def context(self) -> Mapping[str, Any]:
        """The editions, the files, and the mode with its form."""
        bundle = editions.active_bundle(self.programme)
        second = bundle["programme"]["second_person"]
        may_write = self.may("load_programme_edition", bundle=bundle.completed())
        return {
            "rows": [
                (row, wording.STATES[row.state]) for row in kept.list_editions(self.programme)
            ],
            "files": [(name, wording.FILES[name]) for name in editing.FILES if may_write],
            "letters": [name for name in editing.editable(bundle) if name not in editing.FILES],
            "may_write": may_write,
            "lacks": bundle.lacks,
            "mode": forms.MODES[Mode(second["mode"])],
            "own_modes": [
                (reading.STEPS[step].says, forms.MODES[Mode(own)])
                for step, own in sorted(second.get("steps", {}).items())
            ],
            "mode_form": self.moding()
            if self.may("change_second_person_mode", reason="?")
            else None,
        }


def _mode(here: Settings) -> HttpResponse:
    form = here.moding()
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    actions.change_second_person_mode(
        here.programme, Mode(given["mode"]), reason=given["reason"],
        second_person=here.second(given), actor=here.doing("change_second_person_mode"),
        now=here.now,
    )  # fmt: skip
    return here.again()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def settings(request: HttpRequest) -> HttpResponse:
    """The settings."""
    return bench.answer(Settings.of(request), {"mode": _mode})
