"""How every working page is answered: shown, or one step of it taken.

A page that offers steps posts `do`, the short name of one of them. A step that the rulebook refuses
leaves the page as it was, with the reasons on top and what was typed still there.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from django.http import Http404, HttpRequest, HttpResponse

from muniment.actions import step
from muniment.rulebook.words import Refusal


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
        return bench.page(refused=refused.reasons, status=409)
