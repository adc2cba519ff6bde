"""The office's enquiries: who owns which, until when, and the four ways to settle one."""

from collections.abc import Callable
from typing import Any

from django import shortcuts
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import application, enquiry, people, step
from muniment.pages import frame
from muniment.pages.enquiry import forms
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import enquiries, specification
from muniment.rulebook.words import Refusal, Role

HERE = "office_enquiries"


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, by the day it is due; and what the office has answered."""
    settled = "answered" in request.GET
    rows = enquiries.list_rows(signed_in.person(request), now=timezone.now(), settled=settled)
    if rows is None:
        raise Http404
    context = {"rows": rows, "settled": settled}
    return frame.render(request, "enquiry/office_list.html", context, here=HERE)


@require_http_methods(["GET", "POST"])
@signed_in.only
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One enquiry; posting takes the step that `do` names."""
    return bench.answer(Desk.of(request, pk), STEPS)


class Desk:
    """One enquiry in the hands of one of the office, at one moment."""

    def __init__(self, request: HttpRequest, opened: enquiries.Opened) -> None:
        self.request, self.opened, self.now = request, opened, timezone.now()
        self.row, self.person = opened.enquiry, signed_in.person(request)
        self.actor = people.acting(self.person, opened.role or Role.AUDITOR)
        others = enquiries.list_second_people(self.row, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}
        self.forms: dict[str, Form] = {
            "answer": forms.Answer(),
            "redirect": forms.Redirect(),
            "support": forms.Support(others=[(key, p.name) for key, p in self.others.items()]),
        }

    @classmethod
    def of(cls, request: HttpRequest, pk: int) -> "Desk":
        """The desk of one of the office; for everyone else there is no such enquiry."""
        found = enquiries.find_opened(signed_in.person(request), pk, now=timezone.now())
        if found is None:
            raise Http404
        return cls(request, found)

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page as it stands, with what may be done and why the rest may not."""
        named = ("take", "answer", "redirect", "support", "draft", "close")
        thread = enquiries.list_thread(self.row)
        enters = self.opened.role is Role.COORDINATOR
        context = {
            "enquiry": self.row,
            "thread": thread,
            "mailed": enters and any(enquiries.ATTACHED in said.text for said in thread),
            "waiting": self.opened.waiting,
            "late": self.opened.late,
            "refused": refused,
            "drafts": self._drafts(),
            "may": {name: not self._against(name) for name in named},
            **{f"{name}_form": form for name, form in self.forms.items()},
        }
        return frame.render(self.request, "enquiry/office.html", context, here=HERE, status=status)

    def given(self, name: str, form: Form) -> dict[str, Any] | None:
        """What was typed; None where something is to fix, which the page then shows."""
        self.forms[name] = form
        return form.cleaned_data if form.is_valid() else None

    def again(self) -> HttpResponse:
        """Back to the page after a step."""
        return shortcuts.redirect("office_enquiry", self.row.pk)

    def _drafts(self) -> bool:
        """Whether this reader may draft the specification that the enquiry asks for."""
        if self.row.case is None:
            return False
        reference = self.row.case.reference
        door = specification.find_drafting(self.person, reference, now=self.now)
        return door is not None and not application.against_writing(door[0])

    def _against(self, name: str) -> list[Refusal]:
        about = {"enquiry": self.row, "pointer": "?"}
        everyone = next(iter(self.others.values()), None)
        return step.refusals(
            NAMES[name], self.row.programme, actor=self.actor, now=self.now,
            about={**about, "second_person": everyone},
        )  # fmt: skip


def _take(desk: Desk) -> HttpResponse:
    enquiry.take_enquiry(desk.row, actor=desk.actor, now=desk.now)
    return desk.again()


def _answer(desk: Desk) -> HttpResponse:
    given = desk.given("answer", forms.Answer(desk.request.POST))
    if given is None:
        return desk.page()
    enquiry.answer_enquiry(desk.row, given["answer"], actor=desk.actor, now=desk.now)
    return desk.again()


def _redirect(desk: Desk) -> HttpResponse:
    given = desk.given("redirect", forms.Redirect(desk.request.POST))
    if given is None:
        return desk.page()
    enquiry.redirect_enquiry(desk.row, pointer=given["pointer"], actor=desk.actor, now=desk.now)
    return desk.again()


def _support(desk: Desk) -> HttpResponse:
    others = [(key, person.name) for key, person in desk.others.items()]
    given = desk.given("support", forms.Support(desk.request.POST, others=others))
    if given is None:
        return desk.page()
    enquiry.issue_support_letter(
        desk.row, given["text"], actor=desk.actor, now=desk.now, figures=given["figures"],
        second_person=desk.others.get(given["second_person"]),
    )  # fmt: skip
    return desk.again()


def _draft(desk: Desk) -> HttpResponse:
    enquiry.turn_enquiry_into_draft(desk.row, actor=desk.actor, now=desk.now)
    return desk.again()


def _close(desk: Desk) -> HttpResponse:
    enquiry.close_enquiry(desk.row, actor=desk.actor, now=desk.now)
    return desk.again()


STEPS: dict[str, Callable[[Desk], HttpResponse]] = {
    "take": _take, "answer": _answer, "redirect": _redirect, "support": _support,
    "draft": _draft, "close": _close,
}  # fmt: skip
NAMES = {
    "take": "take_enquiry", "answer": "answer_enquiry", "redirect": "redirect_enquiry",
    "support": "issue_support_letter", "draft": "turn_enquiry_into_draft",
    "close": "close_enquiry",
}  # fmt: skip
