"""The list of rules as it is filled in: met, ask the applicant, or not met, each with its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from muniment.actions import screening
from muniment.pages.screening import wording
from muniment.programme.findings import Result
from muniment.queries.screening import policy

RESULTS = {wording.MET: Result.MET, wording.NOT_MET: Result.NOT_MET}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen for one rule; `error` is empty where it can be kept."""

    judged: policy.Judged
    choice: str
    text: str
    error: str

    @property
    def changes(self) -> bool:
        """Whether it says anything else than what stands."""
        stands = _choice(self.judged)
        return (self.choice, self.text) != (stands, _text(self.judged, stands))


def read(gate: policy.Gate, posted: Mapping[str, Any]) -> list[Answer]:
    """What was posted for the rules that a person judges; those without a choice are left alone."""
    found = []
    for judged in gate.rules:
        choice = str(posted.get(f"choice.{judged.key}", ""))
        if judged.automatic or choice not in dict(wording.CHOICES):
            continue
        text = str(posted.get(f"text.{judged.key}", "")).replace("\r\n", "\n").strip()
        asks = choice == wording.ASK
        missing = gettext("Write the question.") if asks else gettext("Say why.")
        found.append(Answer(judged, choice, text, "" if text else missing))
    return found


def keep(case: Any, answers: Sequence[Answer], *, actor: Any, now: datetime) -> None:
    """Judge or gather what changed; a question that is no longer asked is taken out.

    It goes after the judgement, so that it stays where that is refused.
    """
    for each in answers:
        if not each.changes:
            continue
        rule, dataset = each.judged.rule["id"], each.judged.dataset
        by = {"actor": actor, "now": now, "dataset": dataset}
        if each.choice == wording.ASK:
            screening.collect_question(case, rule, each.text, **by)
            continue
        screening.judge_policy_rule(case, rule, RESULTS[each.choice], reason=each.text, **by)
        if each.judged.question:
            screening.drop_question(case, rule, **by)


def drawn(judged: policy.Judged, answers: Sequence[Answer] | None) -> dict[str, Any]:
    """One rule as the list shows it, with what was typed where something is to fix."""
    typed = next((each for each in answers or () if each.judged.key == judged.key), None)
    choice = typed.choice if typed else _choice(judged)
    return {
        "judged": judged,
        "tag": wording.RESULTS[judged.result],
        "choice": choice,
        "text": typed.text if typed else _text(judged, choice),
        "error": typed.error if typed else "",
        "choices": wording.CHOICES,
    }


def _choice(judged: policy.Judged) -> str:
    """What stands: a gathered question first, then a person's word."""
    if judged.question:
        return wording.ASK
    if judged.automatic or judged.result is Result.NEEDS_PERSON:
        return ""
    return wording.NOT_MET if judged.result is Result.NOT_MET else wording.MET


def _text(judged: policy.Judged, choice: str) -> str:
    if choice == wording.ASK:
        return judged.question
    return judged.reason if choice else ""
