"""The release of one request in the office: lines, builds, checks, deliveries."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import release
from muniment.gateways import storage
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.pages.release import alike, builds, doing, drawing, forms, handing
from muniment.queries import asked, schedule
from muniment.queries import release as releases

PURPOSE = "work on the release"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def workbench(request: HttpRequest, reference: str) -> HttpResponse:
    """The workbench; posting takes the step that `do` names."""
    return bench.answer(Workbench.of(request, reference), STEPS)


class Workbench(filling.FillingDesk):
    """One request's releases in the hands of one of the office."""

    TAB = "office_release"
    TEMPLATE = "release/workbench.html"
    secret = ""
    """A passphrase that was just taken, shown this once."""

    def build(self) -> Any:
        """The build that the page or the form is about; the newest unless one is named."""
        named = self.request.POST.get("build") or self.request.GET.get("build") or ""
        key = filling.key_of(named)
        if named:
            found = releases.find_build(self.case, key) if key is not None else None
            if found is None:
                raise Http404
            return found
        newest = [each.newest for each in self.lines() if each.newest is not None]
        return max(newest, key=lambda each: each.made_at) if newest else None

    def lines(self) -> list[releases.Bench]:
        """The request's lines, read once for a page."""
        if not hasattr(self, "_lines"):
            self._lines = releases.bench_of(self.case)
        return self._lines

    def sees_figures(self) -> bool:
        """Whether exact figures are this reader's work."""
        return not self.sight.roles.isdisjoint(releases.READERS)

    def context(self) -> Mapping[str, Any]:
        """Lines and builds; of one build everything; the one step that is next."""
        build = self.build()
        wrong = self.wrong()
        shown = {} if build is None else self._of(build)
        today = schedule.today(self.case, self.now)
        main = doing.main_of(self, build)
        return {
            "lines": [
                {
                    "bench": each,
                    "rows": [(row, builds.tag(row)) for row in each.builds],
                    "first": doing.first_of(self, each, main),
                }
                for each in self.lines()
            ],
            "parts": doing.list_openable(self),
            "sees_figures": self.sees_figures(),
            "build": build,
            "main": main,
            "may": doing.others_of(self, build),
            "form": wrong[0] if wrong else None,
            **shown,
            **handing.context(self, build, today=today),
            "secret": self.secret,
        }

    def _of(self, build: Any) -> dict[str, Any]:
        told = {"tag": builds.tag(build), "look_form": self.form("look", forms.Look)}
        if build.built_at is None or not self.sees_figures():
            return told
        self._note(build)
        specification = asked.find_specification(self.case)
        return {
            **told,
            "checks": drawing.checks(build),
            "figures": alike.figures(build),
            "variables": drawing.variables(
                build,
                asked=json.loads(specification.document) if specification else {},
                approved=json.loads(build.line.agreement.terms).get("specification", {}),
            ),
            "files": drawing.files(build),
            "differences": drawing.differences(build, releases.earlier_build(build)),
            "rows": self.rows(build),
        }

    def _note(self, build: Any) -> None:
        if self.request.method == "GET":
            actor = self.acting(*sorted(releases.READERS & self.sight.roles))
            release.note_look(build, actor=actor, now=self.now, purpose=PURPOSE)

    def rows(self, build: Any) -> Mapping[str, Any]:
        """This person's sample: being drawn, or its rows for the rest of its hour."""
        look = releases.find_sample(build, self.person, now=self.now)
        if look is None:
            return {"state": "none"}
        if not look.sha256:
            return {"state": "waiting"}
        try:
            store = storage.at(settings.MUNIMENT_HOME, room=storage.LOOKS)
            with store.open(look.sha256) as stream:
                return {"state": "there", "tables": json.load(stream)}
        except storage.Missing:
            return {"state": "none"}


STEPS: dict[str, Callable[[Workbench], HttpResponse]] = {**doing.STEPS, **handing.STEPS}
