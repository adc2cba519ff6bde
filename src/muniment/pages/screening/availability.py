"""The second gate, part by part: counted, looked at under log, judged, passed on."""

from collections.abc import Callable, Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from muniment.actions import screening
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.screening import forms, gate, weighed
from muniment.queries.screening import availability, need
from muniment.rulebook.words import Role, Stage

STATISTICIAN = (Role.STATISTICIAN,)
PASSING = (Role.STATISTICIAN, Role.COORDINATOR)
COORDINATOR = (Role.COORDINATOR,)
HAD = ("available", "partly")
CLOSING = ("close_not_available", "close_after_refused_scope")


class Availability(gate.Gate):
    """The parts of a request, one of which is worked on."""

    TAB = "office_availability"
    TEMPLATE = "screening/availability.html"
    exact: Mapping[str, Any] | None = None
    """Exact figures, only in the answer to the post that said what they are for."""

    @property
    def parts(self) -> list[availability.Part]:
        """Every part, read anew."""
        return availability.list_parts(self.case)

    def chosen(self) -> availability.Part:
        """The part that is worked on: the one that is named, else the first."""
        wanted = self.request.POST.get("part") or self.request.GET.get("part")
        found = [each for each in self.parts if wanted in (None, each.row.part_id)]
        if not found:
            raise Http404
        return found[0]

    def context(self) -> Mapping[str, Any]:
        """The parts, the chosen one with what was counted and said, and the ways on."""
        gated, parts = self.case.stage == Stage.AVAILABILITY, self.parts
        if not parts:
            return {"chosen": None, "rows": []}
        chosen, stated = self.chosen(), need.stated(self.case)
        ways = {
            "pass": self.against("pass_availability", *PASSING),
            "rerun": self.offers("rerun_availability", *PASSING),
            "redirect": self.offers("redirect", *PASSING, pointer="?"),
            "back": self.offers("correct_availability", *PASSING, reason="?"),
            "close": bool(self.closing()),
        }
        return {
            "rows": [weighed.row(each, chosen) for each in parts],
            "need": weighed.compared(chosen, stated),
            "chosen": weighed.row(chosen, chosen),
            "gated": gated,
            "exact": None if self.exact is None else weighed.table(self.exact, chosen, stated),
            "waiting_scope": availability.find_waiting(self.case),
            "linked": availability.list_linked(self.case),
            "ways": ways,
            "main": self._main(gated, chosen, ways),
            **self._work(chosen, stated),
            "mistakes": self.mistakes(),
        }

    def _work(self, chosen: availability.Part, stated: need.Need) -> dict[str, Any]:
        """What may be done with the chosen part, and the forms for it."""
        about = {"part": chosen.row, "reason": "?"}
        described = not chosen.loaded
        fresh = forms.Described if described else forms.Word
        given = {"outcome": chosen.answer.outcome} if chosen.answer else {}
        judged = {
            "verdict": weighed.compared(chosen, stated)["word"] or "sufficient",
            "needed": (chosen.answer and chosen.answer.needed) or stated.people,
        }
        return {
            "may_work": self.offers("record_not_available", *STATISTICIAN, **about),
            "may_look": bool(chosen.answer)
            and self.offers("view_exact_counts", *STATISTICIAN, **about),
            "verdict_reasons": self.against("judge_sufficiency", *STATISTICIAN, **about),
            "may_split": self.offers("split_part", *COORDINATOR, **about),
            "word_form": self.form("word", fresh(prefix="word", initial=given)),
            "look_form": self.form("look", forms.Look(prefix="look")),
            "verdict_form": self.form("verdict", forms.Verdict(prefix="verdict", initial=judged)),
            "split_form": self.form("split", forms.Reason(prefix="split")),
            "close_form": self.form("close", forms.Reason(prefix="close")),
            "back_form": self.form("back", forms.Reason(prefix="back")),
            "pointer_form": self.form("redirect", forms.Pointer(prefix="redirect")),
        }

    def _main(self, gated: bool, chosen: availability.Part, ways: Mapping[str, Any]) -> str:
        """The one thing to do now; its button is the filled one."""
        if not gated:
            return "rerun" if ways["rerun"] else ""
        if chosen.counting and chosen.counting.waiting:
            return "wait"
        if chosen.answer is None or not chosen.current:
            return "count" if chosen.loaded else "word"
        if chosen.answer.outcome in HAD and not chosen.answer.verdict:
            return "verdict"
        return "" if ways["pass"] else "pass"

    def closing(self) -> str:
        """Which of the two ways to close the request goes now; empty where neither does."""
        free = (name for name in CLOSING if self.offers(name, *PASSING, reason="?"))
        return next(free, "")

    def again(self) -> HttpResponse:
        """Back to the part that was worked on."""
        part = self.request.POST.get("part", "")
        here = reverse(self.TAB, args=[self.case.reference])
        return shortcuts.redirect(f"{here}?part={part}" if part else here)


def _count(tab: Availability) -> HttpResponse:
    actor = tab.acting(*STATISTICIAN)
    screening.ask_for_figures(tab.chosen().row, actor=actor, now=tab.now)
    return tab.again()


def _look(tab: Availability) -> HttpResponse:
    """Shown in this answer alone: the address holds nothing, and a reload asks for a purpose."""
    given = tab.given("look", forms.Look(tab.request.POST, prefix="look"))
    if given is not None:
        exact = screening.view_exact_counts(
            tab.chosen().row,
            actor=tab.acting(*STATISTICIAN),
            now=tab.now,
            reason=given["purpose"],
        )
        tab.exact = availability.without_hidden(exact, tab.person)
        del tab.typed["look"]  # the next look has a purpose of its own
    return tab.page()


def _word(tab: Availability) -> HttpResponse:
    part = tab.chosen()
    kind = forms.Word if part.loaded else forms.Described
    given = tab.given("word", kind(tab.request.POST, prefix="word"))
    if given is None:
        return tab.page()
    by = {"actor": tab.acting(*STATISTICIAN), "now": tab.now, "reason": given["reason"]}
    if given["outcome"] not in HAD:
        screening.record_not_available(part.row, given["outcome"], **by)
        return tab.again()
    if part.loaded:
        figures = screening.figures_on_record(part.row)
    else:
        figures = screening.described_figures(part.row, given)
    said = {
        "available": screening.record_available,
        "partly": screening.record_partly_available,
    }
    said[given["outcome"]](part.row, figures, **by)
    return tab.again()


def _verdict(tab: Availability) -> HttpResponse:
    given = tab.given("verdict", forms.Verdict(tab.request.POST, prefix="verdict"))
    if given is None:
        return tab.page()
    screening.judge_sufficiency(
        tab.chosen().row, given["verdict"], actor=tab.acting(*STATISTICIAN), now=tab.now,
        reason=given["reason"], needed=given["needed"],
    )  # fmt: skip
    return tab.again()


def _pass(tab: Availability) -> HttpResponse:
    screening.pass_availability(tab.case, actor=tab.acting(*PASSING), now=tab.now)
    return tab.again()


def _rerun(tab: Availability) -> HttpResponse:
    screening.rerun_availability(tab.case, actor=tab.acting(*PASSING), now=tab.now)
    return tab.again()


def _reasoned(
    name: str, act: Callable[["Availability", str], Any]
) -> Callable[["Availability"], HttpResponse]:
    """A step that needs nothing but a reason."""

    def answer(tab: Availability) -> HttpResponse:
        given = tab.given(name, forms.Reason(tab.request.POST, prefix=name))
        if given is None:
            return tab.page()
        act(tab, given["reason"])
        return tab.again()

    return answer


def _split(tab: Availability, reason: str) -> None:
    actor = tab.acting(*COORDINATOR)
    screening.split_part(tab.chosen().row, actor=actor, now=tab.now, reason=reason)


def _close(tab: Availability, reason: str) -> None:
    close = getattr(screening, tab.closing() or CLOSING[0])
    close(tab.case, actor=tab.acting(*PASSING), now=tab.now, reason=reason)


def _take_back(tab: Availability, reason: str) -> None:
    actor = tab.acting(*PASSING)
    screening.correct_availability(tab.case, actor=actor, now=tab.now, reason=reason)


def _redirect(tab: Availability) -> HttpResponse:
    given = tab.given("redirect", forms.Pointer(tab.request.POST, prefix="redirect"))
    if given is None:
        return tab.page()
    actor = tab.acting(*PASSING)
    screening.redirect(tab.case, actor=actor, now=tab.now, pointer=given["pointer"])
    return tab.again()


STEPS: dict[str, Callable[[Availability], HttpResponse]] = {
    "count": _count, "look": _look, "word": _word, "verdict": _verdict, "pass": _pass,
    "rerun": _rerun, "redirect": _redirect, "split": _reasoned("split", _split),
    "close": _reasoned("close", _close), "back": _reasoned("back", _take_back),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The second gate of a request."""
    return bench.answer(Availability.of(request, reference), STEPS)
