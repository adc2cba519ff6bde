"""Jobs that gave up: what was to be done, why it failed, and the button to try again."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import people, work
from muniment.pages import frame
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.queries.office import jobs
from muniment.rulebook.words import Refusal

KINDS: dict[str, Promise] = {
    "mail": _("Send mail"),
    "count": _("Count for an applicant"),
    "figures": _("Count for the statistician"),
    "plan": _("Compile the plan of a release"),
    "sign_approval": _("Sign the approval of a build"),
    "build": _("Build a release"),
    "bring_in": _("Bring in files"),
    "sample": _("Fetch sample rows"),
    "pack": _("Pack a delivery"),
    "card_checkout": _("Have a card payment page made"),
    "close_card_page": _("Have a card payment page closed"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def given_up(request: HttpRequest) -> HttpResponse:
    """What gave up, for who may let it try again."""
    return bench.answer(Bench(request), {"retry": _retry})


class Bench:
    """The list in the hands of an administrator or a data engineer."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        found = jobs.list_given_up(self.person, now=self.now)
        if found is None:
            raise Http404
        self.found = found

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The list as it stands."""
        rows = [{"job": each.job, "what": KINDS.get(each.job.kind, each.job.kind)}
                for each in self.found]  # fmt: skip
        context: dict[str, Any] = {"rows": rows, "refused": refused or []}
        return frame.render(
            self.request, "office/jobs.html", context, here="office_queue", status=status
        )


def _retry(here: Bench) -> HttpResponse:
    key = filling.key_of(here.request.POST.get("job", ""))
    found = next((each for each in here.found if each.job.pk == key), None)
    if found is None:
        raise Http404
    work.retry_job(
        found.job,
        found.programme,
        actor=people.acting(here.person, found.role),
        now=here.now,
        reason=here.request.POST.get("reason", ""),
    )
    return shortcuts.redirect("office_jobs")
