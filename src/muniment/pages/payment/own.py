"""The fees of a request for those who asked: read the lines, contest one, accept a higher cost."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import payment, people, questions, step
from muniment.pages import frame, request_tabs
from muniment.pages.office import bench
from muniment.pages.payment import drawing, forms
from muniment.pages.people import signed_in
from muniment.queries import access, schedule
from muniment.queries.payment import billing
from muniment.rulebook.words import Refusal, Role


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """What the request costs, and what was paid."""
    return bench.answer(Own(request, reference), STEPS)


class Own:
    """The fees of one request in the hands of one of its parties."""

    def __init__(self, request: HttpRequest, reference: str) -> None:
        self.request, self.now = request, timezone.now()
        sight = access.find_sight(signed_in.person(request), reference, now=self.now)
        if sight is None or not sight.is_party:
            raise Http404
        self.sight, self.case = sight, sight.case
        self.books = billing.books_of(self.case, today=schedule.today(self.case, self.now))

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The lines that were issued, a higher cost that waits, the invoices."""
        shown = self.shown()
        form = self.form("ask", forms.Question, lines=self.lines())
        context = {
            "case": self.case,
            "estimate": drawing.estimate(shown) if shown else None,
            "higher": self.higher(),
            "accepted": drawing.estimate(self.books.accepted) if self.books.accepted else None,
            "bills": [drawing.account(each.account) for each in self.books.bills],
            "questions": self.books.questions,
            "asks": bool(shown) and any(r in self.sight.roles for r in request_tabs.WRITERS),
            "ask_form": form,
            "waiver_form": self.form("waiver", forms.Reason),
            "may_waive": not self.against("ask_waiver", reason="?"),
            "waivers": self.books.waivers,
            "refused": refused or [],
        }
        return frame.render(
            self.request, "payment/own.html", context, here="request_list", status=status
        )

    def shown(self) -> Any:
        """The estimate that was issued, or one above it that waits for a word."""
        estimate = self.books.estimate
        seen = estimate is not None and (estimate.issued_at or self.higher())
        return estimate if seen else self.books.accepted

    def higher(self) -> bool:
        """Whether a cost above the accepted one waits for the applicant."""
        return not self.against("accept_higher_cost")

    def lines(self) -> list[tuple[str, str]]:
        """The lines that can be asked about."""
        shown = self.shown()
        return [(line["what"], line["what"]) for line in shown.lines] if shown else []

    def form(self, name: str, kind: Any, **more: Any) -> Any:
        """A form of the page; filled in where it is the one that was posted."""
        posted = self.request.method == "POST" and self.request.POST.get("form") == name
        return kind(self.request.POST if posted else None, auto_id=f"{name}-%s", **more)

    def actor(self, *roles: Role) -> Any:
        """The reader in the first of these roles that they hold here."""
        held = next((role for role in roles if role in self.sight.roles), Role.ANYONE)
        return people.acting(signed_in.person(self.request), held)

    def against(self, name: str, **about: Any) -> list[Refusal]:
        """Why the reader may not take a step now."""
        actor = self.actor(Role.APPLICANT, Role.SUPERVISOR)
        return step.refusals(name, self.case, actor=actor, now=self.now, about=about)

    def again(self) -> HttpResponse:
        """Back to the page after a step."""
        return shortcuts.redirect("fees", self.case.reference)


def _accept(here: Own) -> HttpResponse:
    payment.accept_higher_cost(here.case, actor=here.actor(Role.APPLICANT), now=here.now)
    return here.again()


def _ask(here: Own) -> HttpResponse:
    form = here.form("ask", forms.Question, lines=here.lines())
    if not form.is_valid():
        return here.page()
    questions.ask_office(
        here.case, form.cleaned_data["text"], actor=here.actor(*request_tabs.WRITERS),
        now=here.now, office=Role.FINANCE,
        about=f"{billing.ABOUT}{form.cleaned_data['line']}"[:120],
    )  # fmt: skip
    return here.again()


def _waiver(here: Own) -> HttpResponse:
    form = here.form("waiver", forms.Reason)
    if not form.is_valid():
        return here.page()
    actor = here.actor(Role.APPLICANT, Role.SUPERVISOR)
    payment.ask_waiver(here.case, actor=actor, now=here.now, reason=form.cleaned_data["reason"])
    return here.again()


STEPS = {"accept": _accept, "ask": _ask, "ask_waiver": _waiver}
