"""A request before its decision, as rows: the gates passed, the committee heard."""

from datetime import timedelta
from typing import Any

from django.test import Client

from muniment import models
from muniment.queries import asked
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

CRITERIA = rows.bundle()["criteria"]["criteria"]
OTHER = {
    "conditions-TOTAL_FORMS": "2",
    "conditions-INITIAL_FORMS": "0",
    "conditions-0-when": "before_release",
    "conditions-1-when": "after",
}
"""The rows for conditions as the page sends them, empty."""


def heard(office: rows.Office, *, outcome: str = "approved", track: str = "full") -> models.Case:
    """A request at its determination; on the full track with the committee's word."""
    case = office.case(Stage.DETERMINATION, title="Age and dose", track=track)
    case.parts.update(track=track)
    case.specifications.update(made_at=rows.NOW - timedelta(days=9))
    by = office.acting("paula", Role.POLICY_OFFICER)
    for gate in ("availability", "policy"):
        models.GatePass.objects.create(
            case=case, gate=gate, parts=asked.parts_by_hash(case),
            answers_sha256=asked.answers_sha256(case), made_at=rows.NOW, made_by=by,
        )  # fmt: skip
    if track == "full":
        models.Recommendation.objects.create(
            case=case, round=1, outcome=outcome, tally={"approve": 2, "deny": 1},
            reason="Clear and careful.", made_at=rows.NOW, made_by=by,
        )  # fmt: skip
    return case


def knows(office: rows.Office, *names: str) -> None:
    """These people were seen in person, so that they may confirm."""
    for name in names:
        person = office.people[name]
        person.identity_verified_at, person.identity_verified_by = rows.NOW, office.system
        person.save()


def tab(case: models.Case) -> str:
    """Where the office decides it."""
    return f"/office/{case.reference}/decision/"


def typed(outcome: str = "approved", **more: Any) -> dict[str, Any]:
    """The form as filled in."""
    given = {"outcome": outcome, "reason": "Sound.", "letter": "Dear Alice, it is so."}
    reasons = {f"criterion_{each['id']}": "As said." for each in CRITERIA}
    return {"do": "decide", **given, **(reasons if outcome == "denied" else {}), **OTHER, **more}


def text(browser: Client, address: str, *, status: int = 200) -> str:
    """A page's own words."""
    answer = browser.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def post(browser: Client, address: str, data: dict[str, Any], *, status: int = 302) -> str:
    """What comes of a form."""
    answer = browser.post(address, data)
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[-3000:])
    return answer.content.decode()
