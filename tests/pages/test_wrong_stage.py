"""What a party posts at a stage at which it is not to be done: one sentence, nothing written.

The stages come from the rulebook, so that a step which it opens elsewhere is met elsewhere here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.queries.facts import people as facts
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.catalogue.test_catalogue import release

As = Callable[[str], Client]
TURNS = 2
"""Wrong stages that each attempt is met with."""
NO_PAGE = "There is no page here"
SAID = ("Not possible yet", "There is 1 thing to fix",
        "so only what a question names can be changed", NO_PAGE)  # fmt: skip
SIGNED = {"name": "Alice Example", "agrees": "on", "shown": "0" * 64}
REASON = {"reason": "We have no money."}
TRAINEE = {
    "applicant_class": "trainee",
    "supervisor": {"name": "Supriya", "email": "supriya@example.org"},
}
SERIES = {"delivery_rhythm": "series", "series_until": "2040-01-01"}


@dataclass(frozen=True)
class Attempt:
    """Somebody at a form: the step of the rulebook behind it, and what is typed."""

    route: str
    step: str
    form: dict[str, str] = field(default_factory=dict)
    who: str = "alice"


def form(do: str, name: str = "", **typed: str) -> dict[str, str]:
    return {"do": do, "form": name or do, **typed}


ATTEMPTS = (
    Attempt("fees", "accept_higher_cost", form("accept")),
    Attempt("fees", "ask_waiver", form("ask_waiver", "waiver", **REASON)),
    Attempt("sign", "sign_as_applicant", form("sign", **SIGNED)),
    Attempt("sign", "sign_for_institution", form("sign", binds="on", **SIGNED), "sam"),
    Attempt("sign", "propose_clause_change", form("change", clause="C", text="No.", reason="Law.")),
    Attempt("sign", "decline_to_sign", form("decline", **REASON)),
    Attempt("sign", "name_signing_official",
            form("official", name="Olaf Official", email="olaf@example.org")),
    Attempt("request_series", "end_standing_request", form("end", **REASON)),
    Attempt("delivery", "download", {"do": "download"}),
    Attempt("delivery", "download", {"do": "code"}),
    Attempt("delivery", "confirm_receipt", {"do": "received"}),
    Attempt("decision_condition", "report_condition_met", {"text": "The board approved it."}),
    Attempt("request_after", "report_progress", form("report_progress", text="All is well.")),
    Attempt("request_after", "submit_final_report", form("submit_final_report", text="Done.")),
    Attempt("request_after", "report_output", form("report_output", title="A paper")),
    Attempt("request_after", "report_breach", form("report_breach", text="A laptop is lost.")),
    Attempt("request_after", "ask_retention",
            form("ask_retention", until_on="2040-01-01", **REASON)),
    Attempt("request_after", "begin_close_out", {"do": "begin_close_out"}),
    *(Attempt("request_changes", f"open_{kind}", form(f"open_{kind}", **REASON))
      for kind in ("amendment", "renewal", "appeal", "resubmission")),
    Attempt("request_points", "submit_again", {"point-1": "It is there now."}),
    Attempt("specification_proposal", "accept_reduced_scope", {"answer": "accept"}),
    Attempt("team_end", "confirm_supervision"),  # leaves are taken while it is written …
    Attempt("team_supervisor", "confirm_supervision"),
    Attempt("supervision", "confirm_supervision", {}, "edie"),
    Attempt("invitation", "accept_invitation", {}, "stan"),
)  # fmt: skip
ALSO_LEAVES = reading.STEPS["end_persons_access"].at
"""… and from the agreement on by a step."""


def wrong_stages(attempt: Attempt) -> list[Stage]:
    """Some at which the rulebook has no place for it: spread over the line, and just too late."""
    right = {*reading.STEPS[attempt.step].at, *(ALSO_LEAVES * (attempt.route == "team_end"))}
    wrong = [stage for stage in Stage if stage not in right]
    first, line = ATTEMPTS.index(attempt), list(Stage)
    spread = [wrong[(first + turn * len(wrong) // TURNS) % len(wrong)] for turn in range(TURNS)]
    late = next(each for each in line[max(map(line.index, right)) :] + line if each in wrong)
    return [*{late: None} | dict.fromkeys(spread)]


def request(office: rows.Office, stage: Stage) -> models.Case:
    """With all that the forms are about, as if every stage had been gone through."""
    case = office.case(stage, supervisor=office.people["edie"])
    case.sections.create(name="applicant", answers=TRAINEE)
    case.sections.create(name="data", answers=SERIES)
    office.bills(case)
    release(office, case)
    by: dict[str, Any] = {"made_at": rows.NOW, "made_by": office.acting("cora", Role.COORDINATOR)}
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.", **by
    )
    models.Condition.objects.create(
        determination=decided, when="before_release", text="Ethics approval.", **by
    )
    models.ReturnPoint.objects.create(case=case, number=1, section="project", text="Say why.", **by)
    office.joins(case, "tess")
    models.TeamMember.objects.create(
        case=case, email="stan@example.org", name="Stan Example", project_role="analyst",
        token_sha256=facts.token_sha256(case.reference),
        token_until=rows.NOW + timedelta(days=9), **by,
    )  # fmt: skip
    return case


def address(attempt: Attempt, case: models.Case) -> str:
    more = {
        "team_end": lambda: {"pk": case.team.earliest("pk").pk},
        "decision_condition": lambda: {"pk": models.Condition.objects.latest("pk").pk},
        "delivery": lambda: {"pk": models.Delivery.objects.latest("pk").pk},
    }.get(attempt.route, dict)
    named = {"token" if attempt.route == "invitation" else "reference": case.reference}
    return reverse(attempt.route, kwargs=named | more())


def written(case: models.Case) -> list[object]:
    """What of a request and around it could have been changed."""
    kept = models.Case.objects.get(pk=case.pk)
    return [
        models.Entry.objects.count(), models.Message.objects.count(), models.Job.objects.count(),
        models.Case.objects.count(), kept.stage, kept.version, kept.supervisor_id,
        kept.supervisor_confirmed_at, kept.standing_ended_at,
        *kept.team.order_by("pk").values_list("person", "accepted_at", "ended_at"),
        *kept.agreements.values_list("signatures", "declined", "clause_changes"),
        *models.ReturnPoint.objects.filter(case=case).values_list("answer", "resolved_at"),
        *models.Condition.objects.order_by("pk").values_list("evidence"),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda each: f"{each.route}-{each.step}")
def test_at_the_wrong_stage_a_sentence_says_so_and_nothing_is_written(
    office: rows.Office, as_: As, attempt: Attempt
) -> None:
    office.verify_address("stan")
    browser = as_(attempt.who)
    browser.raise_request_exception = False
    for stage in wrong_stages(attempt):
        case = request(office, stage)
        before = written(case)
        answer = browser.post(address(attempt, case), attempt.form, follow=True)
        said = unescape(answer.content.decode())
        assert answer.status_code in (200, 404, 409), (stage, answer.status_code)
        assert any(each in said for each in SAID), (stage, answer.status_code)
        assert (answer.status_code == 404) == (NO_PAGE in said), stage
        assert written(case) == before, stage


def test_every_attempt_meets_a_stage_at_which_its_page_is_there(
    office: rows.Office, as_: As
) -> None:
    browsers = {attempt.who: as_(attempt.who) for attempt in ATTEMPTS}
    posted_only = {"delivery", "decision_condition", "team_end", "team_supervisor"}
    met = set()
    for attempt in ATTEMPTS:
        if attempt.route in posted_only | met:
            continue
        found = [
            browsers[attempt.who].get(address(attempt, request(office, stage))).status_code
            for stage in wrong_stages(attempt)
        ]
        met |= {attempt.route} if 200 in found else set()
    assert {each.route for each in ATTEMPTS} - met == posted_only
