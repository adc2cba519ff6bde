"""Whoever the bar names finds the one thing to do, and may do it; nobody else finds it filled.

Every turn of a request, drawn for each of its parties.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages import rows

Browser = Callable[[str], Client]
PARTIES = ("alice", "edie", "tess", "supriya", "sam")
FILLED = re.compile(r'<(a|button) class="btn btn-primary"[^>]*?(?:href="([^"]+)")?[^>]*>')
EVERYBODY = ("applicant", "supervisor", "signing_official", "programme_signatory")


def held(office: rows.Office, case: models.Case) -> None:
    models.Hold.objects.create(
        case=case, reason="Recalled.", made_at=rows.NOW, made_by=office.system
    )


def asked(office: rows.Office, case: models.Case) -> None:
    office.asks(case, "Which?")


def signed(office: rows.Office, case: models.Case, number: int) -> None:
    office.agrees(case, *EVERYBODY[:number])


def billed(office: rows.Office, case: models.Case) -> None:
    office.agrees(case, *EVERYBODY)
    office.bills(case)


def conditioned(office: rows.Office, case: models.Case) -> None:
    billed(office, case)
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    models.Condition.objects.create(
        determination=decided, when="before_release", text="Ethics.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


def pledged(office: rows.Office, case: models.Case) -> None:
    case.team.update(will_access_data=True)
    office.agrees(case, *EVERYBODY)


def changing(office: rows.Office, case: models.Case) -> None:
    models.ClauseChange.objects.create(
        agreement=office.agrees(case), clause="term", text="Other.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


def alone(office: rows.Office, case: models.Case, *, filed: bool) -> None:
    case.institution = None
    case.save()
    office.ends(case, filed=filed, certified=False, longer=False)


def plain(office: rows.Office, case: models.Case) -> None:
    if case.stage not in ("draft", "agreement"):
        office.agrees(case)


MARKS: dict[str, tuple[Stage, Any]] = {
    **{stage.value: (stage, plain) for stage in Stage},
    **{f"{stage.value}, held": (stage, held) for stage in (
        Stage.RETURNED, Stage.REVISING, Stage.POLICY, Stage.AGREEMENT)},
    **{f"{stage.value}, asked": (stage, asked) for stage in (
        Stage.RETURNED, Stage.REVISING, Stage.POLICY)},
    **{f"signed by {number}": (Stage.AGREEMENT, lambda o, c, n=number: signed(o, c, n))
       for number in range(5)},
    "smaller scope": (Stage.AVAILABILITY, rows.Office.proposes),
    "billed": (Stage.AGREEMENT, billed),
    "condition": (Stage.AGREEMENT, conditioned),
    "pledge": (Stage.AGREEMENT, pledged),
    "clause": (Stage.AGREEMENT, changing),
    "ends": (Stage.CLOSE_OUT, lambda o, c: o.ends(c, filed=True, certified=False, longer=False)),
    "ends alone": (Stage.CLOSE_OUT, lambda o, c: alone(o, c, filed=True)),
    "ends alone, unreported": (Stage.CLOSE_OUT, lambda o, c: alone(o, c, filed=False)),
    "ended": (Stage.CLOSE_OUT, lambda o, c: o.ends(c, filed=True, certified=True, longer=False)),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MARKS))
def test_the_bar_and_the_filled_button_say_the_same(
    office: rows.Office, as_: Browser, name: str
) -> None:
    stage, mark = MARKS[name]
    case = office.case(stage, supervisor=office.people["supriya"])
    office.joins(case, "edie", may_edit=True)
    office.joins(case, "tess")
    mark(office, case)
    for person in PARTIES:
        browser = as_(person)
        answer = browser.get(f"/requests/{case.reference}/")
        if answer.status_code == 404:  # there is nothing yet to sign
            assert person == "sam"
            continue
        text = answer.content.decode()
        yours = "mu-turn-yours" in text
        filled = FILLED.findall(text)
        assert len(filled) == yours, (person, filled)
        for _tag, address in filled:
            assert not address or browser.get(address).status_code == 200, (person, address)


def test_my_requests_lead_to_the_first_that_waits_for_me(office: rows.Office, as_: Browser) -> None:
    waits = "Go on with the first that waits for you"
    office.case(Stage.SUBMITTED)
    assert waits not in as_("alice").get("/requests/").content.decode()
    draft = office.case(Stage.DRAFT)
    text = as_("alice").get("/requests/").content.decode()
    assert f'btn-primary" href="/requests/{draft.reference}/">{waits}' in text


def test_the_first_condition_to_meet_has_the_filled_button(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.AGREEMENT)
    conditioned(office, case)
    text = as_("alice").get(f"/requests/{case.reference}/?tab=decision").content.decode()
    assert re.search(r'btn-primary" type="submit">Hand in the evidence', text)
