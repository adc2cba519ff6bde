"""One file of the rules, edited: what is saved is a draft, never the edition in force."""

from collections.abc import Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muniment.actions import programme as actions
from muniment.pages.office import bench, housework
from muniment.pages.people import signed_in
from muniment.pages.settings import forms, preview
from muniment.programme import folder
from muniment.programme.folder import editing
from muniment.queries import editions
from muniment.queries.house import settings as kept
from muniment.rulebook.words import Role


class Writing(housework.HouseDesk):
    """A file of the edition in force, on its way to a new one."""

    ROUTE = "settings_edit"
    HERE = "settings"
    TEMPLATE = "settings/edit.html"
    name: str
    shown: preview.Preview | None = None
    """How the text that was typed will read; shown before anything is saved."""

    @classmethod
    def of(cls, request: HttpRequest, name: str) -> "Writing":
        """A file that may be edited here, for the administrator; for others there is none."""
        wanted = frozenset({Role.ADMINISTRATOR})
        home = kept.find_home(signed_in.person(request), wanted, now=timezone.now())
        if home is None or name not in editing.editable(editions.active_bundle(home[0])):
            raise Http404
        here = cls(request, *home)
        here.name = name
        return here

    @property
    def arguments(self) -> list[Any]:
        return [self.name]

    @property
    def bundle(self) -> Any:
        """The edition in force, from which every draft begins."""
        return editions.active_bundle(self.programme)

    def writing(self) -> forms.Text:
        """The text, as it stands or as it was typed, to be shown or to be saved."""
        name = "preview" if self.request.POST.get("do") == "preview" else "save"
        return self.form(name, forms.Text, initial={"text": editing.texts(self.bundle)[self.name]})

    def context(self) -> Mapping[str, Any]:
        """The file and its text; for a letter, also what may stand between braces."""
        is_letter = self.name.startswith(editing.LETTERS)
        placeholders = self.bundle["letters"]["placeholders"] if is_letter else {}
        return {
            "name": self.name,
            "preview": self.shown,
            "previewed": preview.has(self.name),
            "form": self.writing(),
            "placeholders": list(placeholders.items()),
            "label": self.bundle.edition,
        }


def _drafted(here: Writing) -> Any:
    """The edition as the text would make it; None where the text says why there is none."""
    form = here.writing()
    if not form.is_valid():
        return None
    try:
        return editing.changed(
            here.bundle, here.name, form.cleaned_data["text"],
            label=editions.next_label(here.programme),
        )  # fmt: skip
    except folder.FolderFaulty as faulty:
        for fault in faulty.faults:
            form.add_error("text", str(fault))
        return None


def _preview(here: Writing) -> HttpResponse:
    """Show how the text will read; nothing is kept, and no edition is made."""
    drafted = _drafted(here)
    if drafted is not None:
        here.shown = preview.of(drafted, here.name)
    return here.page()


def _save(here: Writing) -> HttpResponse:
    drafted, form = _drafted(here), here.writing()
    if drafted is None:
        return here.page()
    differs = list(editing.compared(here.bundle, drafted))[1:]  # the first is the label
    if not differs and not here.bundle.lacks:
        form.add_error("text", _("Nothing was changed."))
        return here.page()
    made = actions.load_programme_edition(
        here.programme, drafted, actor=here.doing("load_programme_edition"), now=here.now
    )
    return shortcuts.redirect("settings_edition", number=made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """One file."""
    return bench.answer(Writing.of(request, name), {"save": _save, "preview": _preview})
