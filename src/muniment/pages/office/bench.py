"""How every working page is answered: shown, or one step of it taken.

A page that offers steps posts `do`, the short name of one of them. A step that the rulebook refuses
leaves the page as it was, with the reasons on top and what was typed still there. Where all that a
step lacks is the word of the colleague whom the form names, that colleague is asked.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from muniment.actions import step
from muniment.actions.people import confirming
from muniment.rulebook.words import Refusal

CARRIED = frozenset({"do", "form", "second_person"})
"""Fields that say what is done and by whom; not what it says."""
TOKEN = "csrfmiddlewaretoken"


class Bench(Protocol):
    """One page in the hands of one person, at one moment."""

    @property
    def request(self) -> HttpRequest:
        """What was asked."""

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page as it stands."""


Working = TypeVar("Working", bound=Bench)


def answer(bench: Working, steps: Mapping[str, Callable[[Working], HttpResponse]]) -> HttpResponse:
    """The page; or, when it was posted, what the step that `do` names leads to."""
    if bench.request.method != "POST":
        return bench.page()
    wanted = bench.request.POST.get("do", "")
    if wanted not in steps:
        raise Http404
    try:
        return steps[wanted](bench)
    except step.Refused as refused:
        return asking(bench.request, refused) or bench.page(refused=refused.reasons, status=409)


def asking(request: HttpRequest, refused: step.Refused) -> HttpResponse | None:
    """To the question that the named colleague is asked; None where nobody is."""
    typed = [
        (name, value) for name, values in request.POST.lists() for value in values if name != TOKEN
    ]
    path, now = request.get_full_path()[:300], timezone.now()
    asked = confirming.ask_to_confirm(refused, now=now, path=path, typed=typed)
    return None if asked is None else shortcuts.redirect("confirmation", asked.pk)
