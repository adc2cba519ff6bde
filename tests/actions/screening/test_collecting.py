"""Questions that rules raise are gathered and sent together; figures are counted or described."""

from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import screening
from muniment.queries import asked
from muniment.rulebook.words import Role
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes, specification

DUE = START.date() + timedelta(days=9)


def registry() -> dict[str, Any]:
    """The sex of everybody in the described registry."""
    document = specification(holding="covid-19-registry")
    [part] = document["parts"]
    sex = {"name": "sex", "reason": "Adjust for sex."}
    part |= {"tables": [{"name": "patients", "variables": [sex]}], "cohort": None}
    return document


def collect(front: Front, case: models.Case, rule: str, text: str) -> models.PolicyQuestion:
    paula = front.acting("paula")
    return screening.collect_question(case, rule, text, actor=paula, now=START)


def test_gathered_questions_go_out_together_and_open_the_field_of_their_rule(front: Front) -> None:
    case, paula = front.in_policy(), front.acting("paula")
    collect(front, case, "security", "Which cloud?")
    kept = collect(front, case, "security", "In which cloud are the files?")
    collect(front, case, "ethics-sufficient", "Please send a letter that names this project.")
    assert is_marked(kept, "made", actor=paula, now=START)
    sent = screening.send_questions(case, actor=paula, now=START, due_on=DUE)
    assert [(each.text, each.about, each.blocking, each.due_on) for each in sent] == [
        ("In which cloud are the files?", "", True, DUE),
        ("Please send a letter that names this project.", "ethics_status", True, DUE),
    ]
    assert not case.policy_questions.filter(sent__isnull=True).exists()
    assert last_entry(case).tag == "work.ask_blocking_question"
    assert front.fresh(case).due_on is None  # the clock stands
    again = screening.send_questions
    nothing = refusal_codes(lambda: again(case, actor=paula, now=START, due_on=DUE))
    assert nothing == ["no-question"]


def test_a_question_is_dropped_again(front: Front) -> None:
    case = front.in_policy()
    collect(front, case, "security", "Which cloud?")
    screening.drop_question(case, "security", actor=front.acting("paula"), now=START)
    assert not case.policy_questions.exists()


def test_only_the_gate_gathers_and_only_while_it_screens(front: Front) -> None:
    case = front.in_policy()
    stan = front.acting("stan", Role.POLICY_OFFICER)
    stranger = refusal_codes(
        lambda: screening.collect_question(case, "security", "Why?", actor=stan, now=START)
    )
    empty = refusal_codes(lambda: collect(front, case, "security", "  "))
    later = front.in_review()
    late = refusal_codes(lambda: collect(front, later, "security", "Why?"))
    assert (stranger, empty, late) == (["not-your-step"], ["question-empty"], ["not-screened-now"])


def test_the_rules_are_run_by_the_system_when_the_gate_asks(front: Front) -> None:
    case = front.in_policy()
    rows = screening.hold_rules_against(case, actor=front.acting("paula"), now=START)
    assert {row.made_by for row in rows} == {front.system}
    fay = front.acting("fay")
    assert refusal_codes(lambda: screening.hold_rules_against(case, actor=fay, now=START)) == [
        "not-your-step"
    ]


def test_a_described_holding_has_the_statisticians_figures_and_no_protected_one(
    front: Front,
) -> None:
    case = front.in_availability(document=registry())
    part, stella = asked.live_parts(case).get(), front.acting("stella")
    figures = screening.described_figures(part, {"matching": 640, "smallest": 12, "events": None})
    assert (figures.protected, figures.exact) == ({}, {"matching": 640, "smallest": 12})
    screening.record_available(part, figures, actor=stella, now=START, reason="Counted by hand.")
    kept = screening.figures_on_record(part)
    assert (kept.exact, kept.basis) == (figures.exact, asked.basis_of(part))
    screening.record_partly_available(
        part, kept, actor=stella, now=START, reason="2021 is not in it."
    )
    assert asked.live_answer(part).outcome == "partly"  # type: ignore[union-attr]


def test_counted_figures_are_not_typed_and_nothing_is_kept_of_nothing(front: Front) -> None:
    case = front.in_availability()
    part = asked.live_parts(case).get()
    typed = refusal_codes(lambda: screening.described_figures(part, {"matching": 640}))
    none = refusal_codes(lambda: screening.figures_on_record(part))
    assert (typed, none) == (["figures-are-counted"], ["nothing-counted"])


def test_each_look_at_exact_figures_is_on_record_with_its_purpose(front: Front) -> None:
    case, stella = front.in_availability(), front.acting("stella")
    part = asked.live_parts(case).get()
    screening.record_available(part, front.figures(part), actor=stella, now=START)
    found = screening.view_exact_counts(
        part, actor=stella, now=START, reason="To judge sufficiency."
    )
    assert found == {"cohort": 254}
    row = models.ReadUnderLog.objects.get(part=part)
    assert row.purpose == "To judge sufficiency."
    assert is_marked(row, "made", actor=stella, now=START)
    silent = refusal_codes(
        lambda: screening.view_exact_counts(part, actor=stella, now=START, reason="")
    )
    assert silent == ["reason-missing"]
    assert models.ReadUnderLog.objects.count() == 1


@pytest.mark.parametrize("needed", [None, 150])
def test_the_verdict_keeps_what_the_plan_asks_for(front: Front, needed: int | None) -> None:
    case, stella = front.in_availability(), front.acting("stella")
    part = asked.live_parts(case).get()
    screening.record_available(part, front.figures(part), actor=stella, now=START)
    row = screening.judge_sufficiency(
        part, models.Availability.Verdict.SUFFICIENT, actor=stella, now=START,
        reason="Enough.", needed=needed,
    )  # fmt: skip
    row.refresh_from_db()
    assert row.needed == needed
