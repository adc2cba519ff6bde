"""What each posted `do` of the decision's pages leads to."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse

from muniment.actions import decision, step
from muniment.pages.decision import deciding, forms
from muniment.pages.office import filling
from muniment.queries import decision as queries
from muniment.rulebook.words import Refusal

At = deciding.Deciding


def decide(at: At) -> HttpResponse:
    """Send the decision as typed."""
    if not at.typed():
        return at.page()
    given = at.form.cleaned_data
    name = at.step_for(given["outcome"])
    more: dict[str, Any] = {}
    if name.endswith("with_conditions"):
        more["conditions"] = at.asked()
    elif at.rows.listed():
        message = "Choose to approve with conditions, or clear the conditions below."
        raise step.Refused([Refusal("conditions-not-asked", message)])
    if name in deciding.CONFIRMED:
        more["second_person"] = at.others.get(given.get("second_person", ""))
    if name == "deny":
        more["criteria"] = at.form.by_criterion()
    take = getattr(decision, name)
    take(at.case, actor=at.doing(name), now=at.now, reason=given["reason"], notice=given["letter"],
         **more)  # fmt: skip
    return at.again()


def draft(at: At) -> HttpResponse:
    """Fill the letter in from the programme's own, for whoever decides to edit."""
    if at.typed():
        at.typed(letter=at.letter())
    return at.page()


def more(at: At) -> HttpResponse:
    """One more row for a condition."""
    posted = at.request.POST.get("conditions-TOTAL_FORMS", "")
    rows = int(posted) if posted.isdecimal() and len(posted) < 4 else 0
    at.typed(rows=min(rows + 1, 30))
    return at.page()


def keep(at: At) -> HttpResponse:
    """Keep it as it is for whoever decides."""
    if not at.typed():
        return at.page()
    decision.keep_draft(at.case, at.drafted(), actor=at.preparing, now=at.now)
    return at.again()


def defer(at: At) -> HttpResponse:
    """Give the request back to the committee."""
    decision.defer(at.case, reason=_reason(at), actor=at.doing("defer"), now=at.now)
    return at.again()


def refer(at: At) -> HttpResponse:
    """Give a request that needs no committee to the committee."""
    decision.refer_to_committee(
        at.case, reason=_reason(at), actor=at.doing("refer_to_committee"), now=at.now
    )
    return at.again()


def inform(at: At) -> HttpResponse:
    """Tell the committee what the office decided."""
    decision.inform_committee(at.case, actor=at.doing("inform_committee"), now=at.now)
    return at.again()


def deny_part(at: At) -> HttpResponse:
    """Deny one part."""
    part = _named(at, "part", queries.find_part)
    decision.deny_part(part, reason=_reason(at), actor=at.doing("deny_part"), now=at.now)
    return at.again()


def supersede(at: At) -> HttpResponse:
    """Take the decision back."""
    decision.supersede_determination(
        at.case, reason=_reason(at), actor=at.doing("supersede_determination"), now=at.now
    )
    return at.again()


def decline(at: At) -> HttpResponse:
    """Decline what was approved."""
    notice = at.request.POST.get("letter", "")[: forms.LONGEST]
    decision.decline_before_release(
        at.case, reason=_reason(at), notice=notice, second_person=_second(at),
        actor=at.doing("decline_before_release"), now=at.now,
    )  # fmt: skip
    return at.again()


def accept(at: At) -> HttpResponse:
    """The evidence is enough."""
    decision.accept_condition(_condition(at), actor=at.doing("accept_condition"), now=at.now)
    return at.again()


def refuse(at: At) -> HttpResponse:
    """The evidence is not enough."""
    decision.refuse_condition(
        _condition(at), reason=_reason(at), actor=at.doing("refuse_condition"), now=at.now
    )
    return at.again()


def waive(at: At) -> HttpResponse:
    """Let the condition go."""
    decision.waive_condition(
        _condition(at),
        reason=_reason(at),
        actor=at.doing("waive_condition"),
        now=at.now,
        second_person=_second(at),
    )
    return at.again()


def _reason(at: At) -> str:
    return at.request.POST.get("reason", "").strip()[: forms.LONGEST]


def _second(at: At) -> Any:
    return at.others.get(at.request.POST.get("second_person", ""))


def _condition(at: At) -> Any:
    return _named(at, "condition", queries.find_condition)


def _named(at: At, field: str, find: Callable[[Any, int], Any]) -> Any:
    key = filling.key_of(at.request.POST.get(field, ""))
    found = None if key is None else find(at.case, key)
    if found is None:
        raise Http404
    return found


STEPS: dict[str, Callable[[At], HttpResponse]] = {
    "decide": decide, "draft": draft, "more": more, "keep": keep, "defer": defer, "refer": refer,
    "inform": inform, "deny_part": deny_part, "supersede": supersede, "decline": decline,
    "accept": accept, "refuse": refuse, "waive": waive,
}  # fmt: skip
