"""A request before the committee, as rows; what members give goes through the pages."""

from typing import Any

from django.test import Client

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

CRITERIA = [each["id"] for each in rows.bundle()["criteria"]["criteria"]]


def before_committee(office: rows.Office, *, declared: tuple[str, ...] = ()) -> models.Case:
    """A request in review on which these members have declared and opened the papers."""
    case = office.case(Stage.IN_REVIEW, title="Age and dose")
    for name in declared:
        office.declares(case, name, conflicted=False)
        models.Opened.objects.create(
            case=case, round=case.round, member=office.people[name],
            what=models.Opened.What.PAPERS, made_at=rows.NOW,
            made_by=office.acting(name, Role.MEMBER),
        )  # fmt: skip
    return case


def asks_for_review(office: rows.Office, case: models.Case, *names: str) -> None:
    """The office has asked these members for a review."""
    for name in names:
        models.Assignment.objects.create(
            case=case, person=office.people[name], role="reviewer", made_at=rows.NOW,
            made_by=office.acting("cora", Role.COORDINATOR),
        )  # fmt: skip


def sheet(value: int = 4, *, comment: str = "", **more: Any) -> dict[str, Any]:
    """A filled-in review, the same score for each criterion."""
    scores = {f"score.{name}": value for name in CRITERIA}
    reasons = {f"comment.{name}": "Too little." for name in CRITERIA} if value < 3 else {}
    return {"do": "hand-in", "comment": comment, **scores, **reasons, **more}


def hand_in(browser: Client, case: models.Case, **more: Any) -> None:
    """Hand a review in through the page."""
    answer = browser.post(f"/reviews/{case.reference}/", sheet(**more))
    assert answer.status_code == 302, answer.content.decode()[:3000]


def text(browser: Client, address: str) -> str:
    """A page's own words, which must be there."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
