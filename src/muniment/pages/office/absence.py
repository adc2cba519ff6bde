"""Away: from when until when, and who stands in; the queue shows it to everybody in the office."""

from typing import Any

from django import forms, shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import people
from muniment.pages import frame
from muniment.pages.office import bench
from muniment.pages.office.forms import DAY, choose
from muniment.pages.people import signed_in
from muniment.queries.queue import absences
from muniment.rulebook.words import Refusal


class Absence(forms.Form):
    """The days, and who stands in."""

    from_on = forms.DateField(label=_("First day away"), widget=DAY)
    until_on = forms.DateField(label=_("Last day away"), widget=DAY)
    substitute = forms.ChoiceField(
        label=_("Who stands in"), help_text=_("Somebody who holds one of your offices.")
    )

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        choose(self, "substitute", colleagues)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def absence(request: HttpRequest) -> HttpResponse:
    """Who is away, and the form to say that one will be."""
    return bench.answer(Bench(request), {"away": _away})


class Bench:
    """The office's rota in the hands of one of them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        rota = absences.find_rota(self.person, now=self.now)
        if rota is None:
            raise Http404
        self.rota = rota
        self.colleagues = {each.public_id: each for each in rota.colleagues}
        self.form = self.filled(request.POST if request.method == "POST" else None)

    def filled(self, given: Any) -> Absence:
        """The form with what was typed."""
        names = [(key, person.name) for key, person in self.colleagues.items()]
        return Absence(given, colleagues=names)

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page as it stands."""
        context = {"form": self.form, "rota": self.rota, "refused": refused or []}
        return frame.render(
            self.request, "office/absence.html", context, here="office_queue", status=status
        )


def _away(here: Bench) -> HttpResponse:
    if not here.form.is_valid():
        return here.page()
    given = here.form.cleaned_data
    people.declare_absence(
        here.rota.programme,
        actor=people.acting(here.person, here.rota.role),
        now=here.now,
        from_on=given["from_on"],
        until_on=given["until_on"],
        substitute=here.colleagues[given["substitute"]],
    )
    return shortcuts.redirect("office_absence")
