"""Questions and messages of a request: asked, answered, given more time, taken back."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import questions
from muniment.pages.office import bench, filling, forms
from muniment.pages.people import signed_in
from muniment.queries import office, timeline
from muniment.rulebook import words


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    """What was asked and answered on one request."""
    return bench.answer(Messages.of(request, reference), STEPS)


class Messages(filling.FillingDesk):
    """The thread of a request, by question."""

    TAB = "office_messages"
    TEMPLATE = "office/messages.html"

    def context(self) -> Mapping[str, Any]:
        """Every question with what the reader may do about it, and the form for a new one."""
        topics = office.list_topics(self.case)
        return {
            "thread": self._thread(topics),
            "ask": self.asking(topics) if self.may("ask_question") else None,
            "blocks": self.may("ask_blocking_question"),
            "suggestions": len(office.list_suggestions(self.sight)),
            "reminded": office.list_reminders(self.sight),
            "lapses_on": office.lapses_on(self.case),
            "wrong": self.wrong(),
        }

    def asking(self, topics: list[Any]) -> forms.Question:
        """The form for a question."""
        return self.form("ask", forms.Question, fields=topics)

    def row(self, name: str) -> Any:
        """The question that a posted form is about; there is none for who may not see it."""
        key = filling.key_of(self.request.POST.get("form", "").removeprefix(f"{name}-"))
        found = timeline.find_question(self.sight, key) if key is not None else None
        if found is None:
            raise Http404
        return found

    def _thread(self, topics: list[Any]) -> list[dict[str, Any]]:
        """Each question with what the reader may do about it; the rule is asked once for all."""
        labels = {key: label for _group, fields in topics for key, label in fields}
        may = self._may()
        return [
            {
                "question": each,
                "about": labels.get(each.about, each.about),
                "answer": self._answer_form(each, may["answer"]),
                "later": self._later_form(each, may["later"]),
                "withdraw": each.pk in may["withdraw"],
            }
            for each in timeline.list_questions(self.sight)
        ]

    def _may(self) -> dict[str, set[int]]:
        """What is open to the reader, to the questions for which it is."""
        rows = office.list_open_questions(self.sight)
        ours = [row for row in rows if row.made_by.role not in words.CASE_ROLES]
        theirs = [row for row in rows if row.made_by.role in words.CASE_ROLES]
        own = [row for row in ours if row.made_by.person_id == self.person.pk]
        return {
            "answer": self._open("answer_applicant", theirs),
            "later": self._open("extend_question", ours, reason="?"),
            "withdraw": self._open("withdraw_question", own, asked=own[0] if own else None),
        }

    def _open(self, name: str, rows: list[Any], **about: Any) -> set[int]:
        """The keys of these questions, where the step is open on the first and so on all."""
        opened = bool(rows) and self.may(name, question=rows[0], **about)
        return {row.pk for row in rows} if opened else set()

    def _answer_form(self, each: timeline.Asked, open_to: set[int]) -> forms.Answer | None:
        return self.form(f"answer-{each.pk}", forms.Answer) if each.pk in open_to else None

    def _later_form(self, each: timeline.Asked, open_to: set[int]) -> forms.Later | None:
        return self.form(f"later-{each.pk}", forms.Later) if each.pk in open_to else None


def _ask(desk: Messages) -> HttpResponse:
    given = desk.given(desk.asking(office.list_topics(desk.case)))
    if given is None:
        return desk.page()
    name = "ask_blocking_question" if given["blocking"] else "ask_question"
    ask = questions.ask_blocking_question if given["blocking"] else questions.ask_question
    ask(
        desk.case, given["text"], actor=desk.doing(name), now=desk.now,
        about=given["about"], due_on=given["due_on"],
    )  # fmt: skip
    return desk.again()


def _answer(desk: Messages) -> HttpResponse:
    row = desk.row("answer")
    given = desk.given(desk.form(f"answer-{row.pk}", forms.Answer))
    if given is None:
        return desk.page()
    actor = desk.doing("answer_applicant")
    questions.answer_applicant(row, given["text"], actor=actor, now=desk.now)
    return desk.again()


def _later(desk: Messages) -> HttpResponse:
    row = desk.row("later")
    given = desk.given(desk.form(f"later-{row.pk}", forms.Later))
    if given is None:
        return desk.page()
    questions.extend_question(
        row, due_on=given["due_on"], actor=desk.doing("extend_question"), now=desk.now,
        reason=given["reason"],
    )  # fmt: skip
    return desk.again()


def _withdraw(desk: Messages) -> HttpResponse:
    actor = desk.doing("withdraw_question")
    questions.withdraw_question(desk.row("withdraw"), actor=actor, now=desk.now)
    return desk.again()


STEPS = {
    "ask": _ask,
    "answer": _answer,
    "later": _later,
    "withdraw": _withdraw,
}
