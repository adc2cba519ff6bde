"""The people whom the office keeps: who holds what, and one person's sheet with its steps."""

from collections.abc import Mapping
from typing import Any

from django import shortcuts
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from muniment.gateways import storage
from muniment.pages import frame, uploads
from muniment.pages.application import files as attached
from muniment.pages.office import bench, filling, housework
from muniment.pages.people import signed_in
from muniment.pages.settings import personal
from muniment.queries import editions
from muniment.queries import files as scans
from muniment.queries.house import people as kept
from muniment.queries.house import settings as homes
from muniment.queries.house import staffing
from muniment.rulebook.words import Role

DUTIES = {
    kept.Duty.OFFICE: _("holds an office"),
    kept.Duty.OFFICIAL: _("signs for an institution"),
    kept.Duty.REQUEST: _("is on a request that goes on"),
    kept.Duty.DESTRUCTION: _("has data whose destruction is not certified"),
}
LONGEST_SEARCH = 200


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """Offices and certificates that wait; with a search, whoever it names."""
    home = homes.find_home(signed_in.person(request), kept.READING, now=timezone.now())
    if home is None:
        raise Http404
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = kept.list_people(home[0], search=search)
    context = {"people": found, "search": search, "most": kept.LONGEST}
    return frame.render(request, "settings/people.html", context, here="settings")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person."""
    return bench.answer(Person.of(request, public_id), personal.STEPS)


@require_safe
@signed_in.only
def certificate(request: HttpRequest, public_id: str, pk: int) -> Any:
    """The document of a certificate, confirmed or not; held like any file until scanned."""
    here = Person.of(request, public_id)
    found = kept.find_training(here.about, pk)
    if found is None or found.original is None:
        raise Http404
    if not scans.is_open(found.original, here.person, kept_by=found.original.made_by):
        back, parent = reverse("office_person", args=[public_id]), here.about.name
        verdict = found.original.verdict
        return attached.not_given(request, found.name, verdict, back=back, parent=parent)
    return _given(found.original)


def _given(file: Any) -> FileResponse:
    try:
        stream = uploads.store().open(file.sha256)
    except storage.Missing:
        raise Http404 from None
    answer = FileResponse(stream, as_attachment=True, content_type=file.media_type)
    answer["Cache-Control"] = "private, no-store"
    return answer


class Person(housework.HouseDesk):
    """One person's sheet in the hands of one of the office."""

    ROUTE = "office_person"
    HERE = "settings"
    TEMPLATE = "settings/person.html"

    def __init__(self, request: HttpRequest, home: Any, about: Any) -> None:
        super().__init__(request, *home)
        self.about = about

    @classmethod
    def of(cls, request: HttpRequest, public_id: str) -> "Person":
        """For whoever keeps or reads what is known of people; to others there is nobody."""
        home = homes.find_home(signed_in.person(request), kept.READING, now=timezone.now())
        about = kept.find_person(public_id) if home else None
        if home is None or about is None:
            raise Http404
        return cls(request, home, about)

    @property
    def arguments(self) -> list[Any]:
        return [self.about.public_id]

    @property
    def seconds(self) -> dict[str, Any]:
        """Who can confirm: nobody does what is about themselves."""
        return {key: each for key, each in super().seconds.items() if each != self.about}

    def training(self) -> Any:
        """The certificate that a form is about."""
        key = filling.key_of(self.request.POST.get("training", ""))
        found = kept.find_training(self.about, key) if key is not None else None
        if found is None:
            raise Http404
        return found

    def grant(self) -> Any:
        """The office that a form is about."""
        key = filling.key_of(self.request.POST.get("grant", ""))
        found = kept.find_grant(self.about, self.programme, key) if key is not None else None
        if found is None:
            raise Http404
        return found

    def context(self) -> Mapping[str, Any]:
        """The sheet, and a form for each step that is open to this reader."""
        today = editions.today(self.programme, self.now)
        sheet = kept.sheet_of(self.about, self.programme, today=today)
        staff = staffing.staff_of(self.programme, today=today)
        return {
            "about": self.about,
            "sheet": sheet,
            "grants": [
                (each, Role(each.role).label, staff.lost_with(each)) for each in sheet.grants
            ],
            "today": today,
            "duties": [DUTIES[each] for each in sheet.duties],
            "forms": personal.open_forms(self),
            "may_end": self.may("end_role", person=self.about, reason="?"),
            "may_confirm": personal.may_confirm(self),
        }

    def left(self) -> HttpResponse:
        """To the list, from a sheet that is no more."""
        return shortcuts.redirect("office_people")
