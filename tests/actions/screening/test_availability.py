"""The second gate: figures for what is asked now, a verdict on each part, a pass bound to it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import screening
from muniment.actions.screening import asking, availability
from muniment.queries import access, asked, timeline
from muniment.rulebook.words import Stage
from tests.world_front import (
    COUNT,
    START,
    Front,
    is_marked,
    last_entry,
    letters_to,
    refusal_codes,
    specification,
)  # fmt: skip

Outcome = models.Availability.Outcome
Verdict = models.Availability.Verdict


def part_of(case: models.Case) -> models.Part:
    return asked.live_parts(case).get()


def record(front: Front, part: models.Part, **more: Any) -> models.Availability:
    return screening.record_available(
        part, front.figures(part, **more), actor=front.acting("stella"), now=START
    )


def judge(front: Front, part: models.Part, verdict: Verdict, reason: str = "Enough."):  # type: ignore[no-untyped-def]
    return screening.judge_sufficiency(
        part, verdict, actor=front.acting("stella"), now=START, reason=reason
    )


def test_figures_are_kept_apart_and_only_protected_ones_are_told(front: Front) -> None:
    case = front.in_availability()
    row = record(front, part_of(case))
    assert (row.outcome, row.protected, row.exact) == (
        Outcome.AVAILABLE, {"cohort": COUNT}, {"cohort": 254},
    )  # fmt: skip
    assert (row.verdict, row.embargoed_until) == ("", None)
    assert is_marked(row, "made", actor=front.acting("stella"), now=START)
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == (
        "screening.record_available", ["outcome", "part", "protected", "reason"],
    )  # fmt: skip
    told = json.dumps(list(models.Message.objects.values_list("body", flat=True)))
    assert "254" not in told


def test_new_figures_supersede_the_old(front: Front) -> None:
    part = part_of(front.in_availability())
    first, second = record(front, part), record(front, part)
    assert is_marked(first, "superseded", actor=front.acting("stella"), now=START)
    assert asked.live_answer(part) == second


def test_figures_of_another_version_or_content_are_stale(front: Front) -> None:
    part = part_of(front.in_availability())
    current = asked.basis_of(part)
    stale = [
        asked.Basis("0" * 64, current.source_sha256), asked.Basis(current.part_sha256, "0" * 64),
    ]  # fmt: skip
    for basis in stale:
        figures = screening.Figures(basis=basis, protected={"cohort": COUNT})
        codes = refusal_codes(
            lambda f=figures: screening.record_available(
                part, f, actor=front.acting("stella"), now=START
            )
        )
        assert codes == ["figures-stale"]
    assert not part.availabilities.exists()


def test_an_exact_number_is_no_protected_figure(front: Front) -> None:
    part = part_of(front.in_availability())
    figures = screening.Figures(
        basis=asked.basis_of(part), protected={"cohort": {**COUNT, "shown": 254}}
    )
    codes = refusal_codes(
        lambda: screening.record_partly_available(
            part, figures, actor=front.acting("stella"), now=START, reason="Some."
        )
    )
    assert codes == ["figures-unprotected"]


def test_only_a_statistician_records(front: Front) -> None:
    part = part_of(front.in_availability())
    codes = refusal_codes(
        lambda: screening.record_available(
            part, front.figures(part), actor=front.acting("cora"), now=START
        )
    )
    assert codes == ["not-your-step"]


def test_partly_available_says_what_is_missing(front: Front) -> None:
    part = part_of(front.in_availability())

    def record_partly(reason: str) -> models.Availability:
        return screening.record_partly_available(
            part, front.figures(part), actor=front.acting("stella"), now=START, reason=reason
        )

    assert refusal_codes(lambda: record_partly("")) == ["reason-missing"]
    assert record_partly("2012 is missing.").outcome == Outcome.PARTLY
    assert last_entry(part.case).tag == "screening.record_partly_available"


def test_not_available_says_in_which_way(front: Front) -> None:
    part = part_of(front.in_availability())

    def record_not(outcome: Outcome, reason: str = "The site left.") -> models.Availability:
        return screening.record_not_available(
            part, outcome, actor=front.acting("stella"), now=START, reason=reason
        )

    assert refusal_codes(lambda: record_not(Outcome.AVAILABLE)) == ["outcome-invalid"]
    assert refusal_codes(lambda: record_not(Outcome.RESTRICTED, "")) == ["reason-missing"]
    row = record_not(Outcome.RESTRICTED)
    assert (row.outcome, row.protected, row.exact) == (Outcome.RESTRICTED, {}, {})
    assert last_entry(part.case).tag == "screening.record_not_available"


def test_a_verdict_stands_on_current_figures_and_a_reason(front: Front) -> None:
    part = part_of(front.in_availability())
    assert refusal_codes(lambda: judge(front, part, Verdict.SUFFICIENT)) == ["figures-stale"]
    row = record(front, part)
    assert refusal_codes(lambda: judge(front, part, Verdict.SUFFICIENT, "")) == ["reason-missing"]
    judge(front, part, Verdict.MARGINAL, "Barely.")
    row.refresh_from_db()
    assert (row.verdict, row.verdict_reason) == (Verdict.MARGINAL, "Barely.")
    assert is_marked(row, "judged", actor=front.acting("stella"), now=START)
    assert last_entry(part.case).tag == "screening.judge_sufficiency"


def test_what_is_not_available_has_no_figures_to_judge(front: Front) -> None:
    part = part_of(front.in_availability())
    screening.record_not_available(
        part, Outcome.NOT_AVAILABLE, actor=front.acting("stella"), now=START, reason="Absent."
    )
    assert refusal_codes(lambda: judge(front, part, Verdict.SUFFICIENT)) == ["figures-stale"]


def test_exact_figures_are_seen_for_a_purpose_that_is_on_record(front: Front) -> None:
    case = front.in_availability()
    part = part_of(case)

    def view(reason: str) -> dict[str, int]:
        return screening.view_exact_counts(
            part, actor=front.acting("stella"), now=START, reason=reason
        )

    assert view("Nothing is recorded yet.") == {}
    record(front, part)
    assert refusal_codes(lambda: view("")) == ["reason-missing"]
    assert view("To judge the smallest group.") == {"cohort": 254}
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == (
        "screening.view_exact_counts", ["part", "purpose"],
    )  # fmt: skip


def test_availability_is_passed_for_exactly_these_parts(front: Front) -> None:
    case = front.in_policy()
    row = case.passes.get(gate="availability")
    assert row.parts == asked.parts_by_hash(case)
    assert row.answers_sha256 == asked.answers_sha256(case)
    assert front.fresh(case).stage == Stage.POLICY
    assert last_entry(case).tag == "screening.pass_availability"


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        (None, ["part-unanswered", "part-not-available"]),
        (Verdict.INSUFFICIENT, ["part-not-available"]),
    ],
)
def test_a_part_without_a_good_verdict_does_not_pass(
    front: Front, verdict: Verdict | None, codes: list[str]
) -> None:
    case = front.in_availability()
    record(front, part_of(case))
    if verdict is not None:
        judge(front, part_of(case), verdict)
    said = refusal_codes(
        lambda: screening.pass_availability(case, actor=front.acting("stella"), now=START)
    )
    assert said == codes


def test_a_verdict_on_content_that_was_replaced_does_not_pass(front: Front) -> None:
    case = front.in_availability()
    record(front, part_of(case))
    judge(front, part_of(case), Verdict.SUFFICIENT)
    models.Holding.objects.filter(slug="sdtm-pilot").update(content_sha256="0" * 64)
    codes = refusal_codes(
        lambda: screening.pass_availability(case, actor=front.acting("stella"), now=START)
    )
    assert codes == ["part-unanswered", "part-not-available"]


def told(front: Front, case: models.Case) -> tuple[str, str]:
    """What stands on the page that the last letter links to, and not in the letter."""
    alice = front.people["alice"]
    sight = access.find_sight(alice, case.reference, now=START)
    assert sight is not None
    row = timeline.list_questions(sight)[-1]
    assert row.answered_on is not None
    assert not row.blocking
    assert row.answer not in alice.messages.latest("pk").body.replace("\\", "")
    return row.text, row.answer


def test_a_request_without_anything_to_give_is_closed_with_the_reason(front: Front) -> None:
    case = front.in_availability()
    stella = front.acting("stella")

    def close(reason: str) -> models.Case:
        return screening.close_not_available(case, actor=stella, now=START, reason=reason)

    assert refusal_codes(lambda: close("Absent.")) == ["part-unanswered"]
    screening.record_not_available(
        part_of(case), Outcome.NOT_AVAILABLE, actor=stella, now=START, reason="Absent."
    )
    assert refusal_codes(lambda: close("")) == ["reason-missing"]
    close("The variable was never collected.")
    assert front.fresh(case).stage == Stage.NOT_AVAILABLE
    assert letters_to(front.people["alice"])[-1] == "not-available"
    assert last_entry(case).tag == "screening.close_not_available"
    assert told(front, case) == (availability.WHY_NOT, "The variable was never collected.")


def test_a_request_with_something_to_give_is_not_closed(front: Front) -> None:
    case = front.in_availability()
    record(front, part_of(case))
    judge(front, part_of(case), Verdict.SUFFICIENT)
    codes = refusal_codes(
        lambda: screening.close_not_available(
            case, actor=front.acting("stella"), now=START, reason="Absent."
        )
    )
    assert codes == ["some-part-available"]


def test_a_request_for_what_is_elsewhere_is_redirected(front: Front) -> None:
    case = front.in_availability()
    stella = front.acting("stella")

    def send(pointer: str) -> models.Case:
        return screening.redirect(case, actor=front.acting("cora"), now=START, pointer=pointer)

    assert refusal_codes(lambda: send("")) == ["part-held-here", "pointer-missing"]
    screening.record_not_available(
        part_of(case), Outcome.ELSEWHERE, actor=stella, now=START, reason="Moved."
    )
    send("The trial's own archive.")
    assert front.fresh(case).stage == Stage.REDIRECTED
    assert letters_to(front.people["alice"])[-1] == "redirected"
    assert last_entry(case).tag == "screening.redirect"
    assert told(front, case) == (availability.WHERE_ELSE, "The trial's own archive.")


def test_rows_under_embargo_are_known_from_the_figures(front: Front) -> None:
    case = front.in_availability()
    lifts = START + timedelta(days=3)
    row = record(front, part_of(case), embargoed_until=lifts)
    assert row.embargoed_until == lifts


def test_a_described_holding_is_answered_by_a_person(front: Front) -> None:
    document = specification(holding="covid-19-registry", edition="2026.1")
    described = front.holdings["covid-19-registry"].descriptor["resources"][0]
    names = [
        field["name"]
        for field in described["schema"]["fields"]
        if field.get("muniment", {}).get("class") in ("quasi", "sensitive", "none")
    ]
    document["parts"][0]["tables"] = [
        {"name": described["name"], "variables": [{"name": names[0], "reason": "Needed."}]}
    ]
    document["parts"][0]["cohort"] = None
    case = front.in_availability(document=document)
    part = part_of(case)
    figures = screening.Figures(basis=asked.basis_of(part), protected={}, exact={"patients": 2240})
    row = screening.record_available(
        part, figures, actor=front.acting("stella"), now=START, reason="As published in 2021."
    )
    assert (row.reason, row.holding_sha256) == (
        "As published in 2021.", asked.source_sha256(part),
    )  # fmt: skip


def test_the_office_asks_the_data_plane_for_figures(front: Front) -> None:
    part = part_of(front.in_availability())
    foreign = refusal_codes(
        lambda: asking.ask_for_figures(part, actor=front.acting("cora"), now=START)
    )
    job = asking.ask_for_figures(part, actor=front.acting("stella"), now=START)
    assert foreign == ["not-your-step"]
    assert (job.kind, job.payload, job.made_by) == (
        "figures", {"part": part.pk}, front.acting("stella"),
    )  # fmt: skip


def test_nobody_counts_a_dataset_that_has_no_data_here(front: Front) -> None:
    part = part_of(front.in_availability())
    part.holding = None
    codes = refusal_codes(
        lambda: asking.ask_for_figures(part, actor=front.acting("stella"), now=START)
    )
    assert codes == ["no-live-figures"]


def test_a_dataset_without_a_holding_is_known_by_its_entry(front: Front) -> None:
    case = front.in_availability()
    part = part_of(case)
    models.Part.objects.filter(pk=part.pk).update(holding=None)
    asked_now = part_of(front.fresh(case))
    before = asked.source_sha256(asked_now)
    models.DatasetEdition.objects.filter(pk=part.dataset_edition_id).update(entry={"level": "x"})
    assert asked.source_sha256(part_of(front.fresh(case))) != before
