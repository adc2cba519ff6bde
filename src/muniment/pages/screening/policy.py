"""The third gate: every rule with its evidence or a person's word; questions; passed or denied."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import review, screening
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.screening import forms, gate, rules
from muniment.programme.findings import Result
from muniment.queries import decision, schedule
from muniment.queries.review import papers
from muniment.queries.screening import policy
from muniment.rulebook.words import Role, Stage, Track

OFFICER = (Role.POLICY_OFFICER,)
GATHERING = (Role.POLICY_OFFICER, Role.COORDINATOR)
DENYING = (Role.POLICY_OFFICER, Role.DETERMINING_OFFICER)
NOTING = (Role.POLICY_OFFICER, Role.COORDINATOR, Role.STATISTICIAN)


class Policy(gate.Gate):
    """The rules that bind a request, as they stand."""

    TAB = "office_policy"
    TEMPLATE = "screening/policy.html"
    answers: "list[rules.Answer] | None" = None

    @cached_property
    def others(self) -> dict[str, Any]:
        """Who may confirm as a second person, by public id."""
        found = decision.second_people(self.case, self.person, now=self.now)
        return {each.public_id: each for each in found}

    @property
    def passing(self) -> str:
        """The step that passes this request on, by its track."""
        return "pass_policy" if self.case.track == Track.FULL else "pass_policy_for_office"

    def context(self) -> Mapping[str, Any]:
        """Every rule, the obligations, the questions, the note, and the one way on."""
        gate_now = policy.gate_of(self.case, now=self.now)
        other = next(iter(self.others.values()), None)
        about = {"reason": "?", "notice": "?", "second_person": other}
        may_judge = self.offers("judge_policy_rule", *OFFICER, reason="?")
        note = papers.find_note(self.case)
        return {
            "gate": gate_now,
            "rules": [rules.drawn(each, self.answers) for each in gate_now.rules],
            "judging": may_judge and bool(gate_now.run_at),
            "gated": self.case.stage == Stage.POLICY,
            "met": len(gate_now.of(Result.MET, Result.OBLIGATION)),
            "failed": gate_now.of(Result.NOT_MET),
            "open": gate_now.of(Result.NEEDS_PERSON),
            "pass_reasons": self.against(self.passing, *OFFICER, **about),
            "deny_reasons": self.against("deny_on_policy", *DENYING, **about),
            "for_committee": self.case.track == Track.FULL,
            "may_rerun": self.offers("rerun_policy", *GATHERING),
            "may_take_back": self.offers("correct_policy", *OFFICER, reason="?"),
            "main": self._main(gate_now, may_judge),
            "note": note,
            "may_note": not self.sight.roles.isdisjoint(NOTING),
            **self._forms(note),
            "mistakes": self.mistakes(),
        }

    def _forms(self, note: Any) -> dict[str, Any]:
        others = {key: person.name for key, person in self.others.items()}
        due = schedule.answer_due_on(self.case, now=self.now)
        today, text = schedule.today(self.case, self.now), {"text": note.text if note else ""}
        return {
            "send_form": self.form("send", forms.Send(today=today, initial={"due_on": due})),
            "pass_form": self.form("pass", forms.Second(others=others, prefix="pass")),
            "deny_form": self.form("deny", forms.Refuse(others=others, prefix="deny")),
            "back_form": self.form("back", forms.Reason(prefix="back")),
            "note_form": self.form("note", forms.Note(initial=text)),
        }

    def _main(self, now: policy.Gate, may_judge: bool) -> str:
        """The one thing to do now; its button is the filled one."""
        if self.case.stage != Stage.POLICY:
            return ""
        if now.unrun:
            return "run"
        if now.questions:
            return "send"
        if now.of(Result.NOT_MET):
            return "deny"
        return "save" if now.of(Result.NEEDS_PERSON) and may_judge else "pass"

    def second(self, given: Mapping[str, Any]) -> Any:
        """The person who confirms, None where nobody was named."""
        return self.others.get(given["second_person"])


def _run(tab: Policy) -> HttpResponse:
    screening.hold_rules_against(tab.case, actor=tab.acting(*GATHERING), now=tab.now)
    return tab.again()


def _save(tab: Policy) -> HttpResponse:
    """All or nothing: with one answer that lacks its words, none is kept."""
    tab.answers = rules.read(policy.gate_of(tab.case, now=tab.now), tab.request.POST)
    if any(each.error for each in tab.answers):
        return tab.page()
    rules.keep(tab.case, tab.answers, actor=tab.acting(*OFFICER), now=tab.now)
    return tab.again()


def _send(tab: Policy) -> HttpResponse:
    today = schedule.today(tab.case, tab.now)
    given = tab.given("send", forms.Send(tab.request.POST, today=today))
    if given is None:
        return tab.page()
    actor = tab.acting(*GATHERING)
    screening.send_questions(tab.case, actor=actor, now=tab.now, due_on=given["due_on"])
    return tab.again()


def _pass(tab: Policy) -> HttpResponse:
    others = {key: person.name for key, person in tab.others.items()}
    given = tab.given("pass", forms.Second(tab.request.POST, others=others, prefix="pass"))
    if given is None:
        return tab.page()
    pass_on = getattr(screening, tab.passing)
    pass_on(tab.case, actor=tab.acting(*OFFICER), now=tab.now, second_person=tab.second(given))
    return shortcuts.redirect("office_request", tab.case.reference)


def _deny(tab: Policy) -> HttpResponse:
    others = {key: person.name for key, person in tab.others.items()}
    given = tab.given("deny", forms.Refuse(tab.request.POST, others=others, prefix="deny"))
    if given is None:
        return tab.page()
    screening.deny_on_policy(
        tab.case, actor=tab.acting(*DENYING), now=tab.now, reason=given["reason"],
        notice=given["notice"], second_person=tab.second(given),
    )  # fmt: skip
    return shortcuts.redirect("office_request", tab.case.reference)


def _note(tab: Policy) -> HttpResponse:
    given = tab.given("note", forms.Note(tab.request.POST))
    if given is None:
        return tab.page()
    actor = tab.acting(*NOTING)
    review.brief(tab.case, given["text"], actor=actor, now=tab.now)
    return tab.again()


def _rerun(tab: Policy) -> HttpResponse:
    screening.rerun_policy(tab.case, actor=tab.acting(*GATHERING), now=tab.now)
    return tab.again()


def _take_back(tab: Policy) -> HttpResponse:
    given = tab.given("back", forms.Reason(tab.request.POST, prefix="back"))
    if given is None:
        return tab.page()
    actor = tab.acting(*OFFICER)
    screening.correct_policy(tab.case, actor=actor, now=tab.now, reason=given["reason"])
    return tab.again()


STEPS: dict[str, Callable[[Policy], HttpResponse]] = {
    "run": _run, "save": _save, "send": _send, "pass": _pass, "deny": _deny, "note": _note,
    "rerun": _rerun, "back": _take_back,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The third gate of a request."""
    return bench.answer(Policy.of(request, reference), STEPS)
