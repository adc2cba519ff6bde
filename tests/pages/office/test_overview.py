"""The office's first tab: in whose hands, holds, notes, taking an ended request up again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from muniment import models
from muniment.actions import finding
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]


def page(client: Client, case: models.Case, tab: str = "") -> str:
    answer = client.get(f"/office/{case.reference}/{tab}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count('class="btn btn-primary') <= 1
    return text


def post(client: Client, case: models.Case, do: str, **typed: object) -> int:
    form = typed.pop("form", do)
    typed |= {"do": do, "form": form}
    return client.post(f"/office/{case.reference}/", typed).status_code


def appoint(office: rows.Office, name: str, role: Role) -> None:
    models.RoleGrant.objects.create(
        person=office.people[name], programme=office.programme, role=role.value,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def test_a_request_is_taken_given_and_handed_over(office: rows.Office, as_: As) -> None:
    appoint(office, "stan", Role.COORDINATOR)
    case = office.case(Stage.SUBMITTED)
    cora, stan = as_("cora"), as_("stan")
    assert "Nobody has it in hand yet" in page(cora, case)
    assert post(cora, case, "take") == 302
    assert case.assignments.get().person == office.people["cora"]
    assert "Take it" not in page(cora, case)
    assert "Take it over" in page(stan, case)
    to = f"coordinator:{office.people['stan'].public_id}"
    assert post(cora, case, "hand_over", to=to, reason="") == 200
    assert post(cora, case, "hand_over", to=to, reason="I am away.") == 302
    assert case.assignments.get(ended_at__isnull=True).person == office.people["stan"]
    to = f"policy_officer:{office.people['paula'].public_id}"
    assert post(stan, case, "assign", to=to) == 302
    assert post(stan, case, "assign", to="policy_officer:nobody") == 200
    text = page(stan, case)
    assert "Paula Example" in text
    assert post(as_("paula"), case, "assign", to=to) == 404
    assert post(as_("paula"), case, "hand_over", to=to, reason="x") == 404


def test_nobody_is_offered_a_request_in_which_they_have_a_stake(
    office: rows.Office, as_: As
) -> None:
    appoint(office, "tess", Role.STATISTICIAN)
    case = office.case(Stage.AVAILABILITY)
    office.joins(case, "tess")
    text = page(as_("cora"), case)
    assert "Stella Example, Statistician" in text
    assert "Tess Example, Statistician" not in text


def test_a_hold_stops_the_clock_with_its_reason_and_is_lifted(office: rows.Office, as_: As) -> None:
    case, cora = office.case(Stage.POLICY), as_("cora")
    assert post(cora, case, "hold", reason="") == 200
    until = (rows.TODAY + timedelta(days=9)).isoformat()
    assert post(cora, case, "hold", reason="The edition is checked.", until_on=until) == 302
    hold = case.holds.get()
    assert (hold.reason, hold.until_on.isoformat()) == ("The edition is checked.", until)
    text = page(cora, case)
    assert "The edition is checked." in text
    assert "The edition is checked." in page(as_("audra"), case)
    assert "End the hold" not in page(as_("audra"), case)
    assert post(cora, case, "lift", form=f"lift-{hold.pk}", reason="") == 200
    assert post(as_("audra"), case, "lift", form=f"lift-{hold.pk}", reason="Done.") == 409
    assert post(cora, case, "lift", form=f"lift-{hold.pk}", reason="Done.") == 302
    assert post(cora, case, "lift", form=f"lift-{hold.pk}", reason="Done.") == 404
    assert "On hold" not in page(cora, case)


def test_notes_and_calls_keep_the_day_they_happened_and_stay_in_the_office(
    office: rows.Office, as_: As
) -> None:
    case, cora = office.case(Stage.POLICY), as_("cora")
    office.joins(case, "tess")
    assert post(cora, case, "note", text=" ") == 200
    assert post(cora, case, "note", text="Ask Paula about embargo.") == 302
    day = (rows.TODAY - timedelta(days=3)).isoformat()
    call = {"means": "call", "happened_on": day, "text": "She sends the letter."}
    assert post(cora, case, "contact", **{**call, "happened_on": ""}) == 200
    future = (rows.TODAY + timedelta(days=3)).isoformat()
    assert post(cora, case, "contact", **{**call, "happened_on": future}) == 409
    assert post(cora, case, "contact", **call) == 302
    kept = case.notes.get(means="call")
    assert kept.happened_on.isoformat() == day
    assert kept.made_at.date() > kept.happened_on
    for name in ("stella", "audra"):
        text = page(as_(name), case)
        assert "Ask Paula about embargo." in text
        assert "She sends the letter." in text
        assert "written down" in text
    for name in ("alice", "tess"):
        assert "embargo." not in as_(name).get(f"/requests/{case.reference}/").content.decode()
    assert 'value="note"' not in page(as_("audra"), case)


@pytest.mark.parametrize(
    ("stage", "name", "after"),
    [
        (Stage.WITHDRAWN, "cora", Stage.RETURNED),
        (Stage.LAPSED, "cora", Stage.RETURNED),
        (Stage.NOT_AVAILABLE, "stella", Stage.AVAILABILITY),
    ],
)
def test_an_ended_request_is_taken_up_again_with_a_reason(
    office: rows.Office, as_: As, stage: Stage, name: str, after: Stage
) -> None:
    case, client = office.case(stage), as_(name)
    assert "Take it up again" in page(client, case)
    assert post(client, case, "reopen", reason="") == 200
    assert post(client, case, "reopen", reason="They called in time.") == 302
    case.refresh_from_db()
    assert case.stage == after
    assert "Take it up again" not in page(client, case)
    assert post(client, case, "reopen", reason="Again.") == 404


def test_after_the_time_for_it_nobody_is_offered_to_reopen(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.LAPSED, stage_since=rows.TODAY - timedelta(days=900))
    assert "Take it up again" not in page(as_("cora"), case)


def test_a_reminder_goes_to_whoever_s_turn_it_is(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.RETURNED)
    assert post(as_("cora"), case, "remind") == 302
    assert case.messages.get().to == office.people["alice"]
    assert post(as_("paula"), case, "remind") == 409


@pytest.mark.parametrize("tab", ["", "messages/", "history/"])
def test_a_party_a_stranger_and_the_signed_out_have_no_tab_of_the_office(
    office: rows.Office, as_: As, tab: str
) -> None:
    case = office.case(Stage.POLICY)
    for name in ("alice", "stan", "max", "fay"):
        assert as_(name).get(f"/office/{case.reference}/{tab}").status_code == 404
    assert Client().get(f"/office/{case.reference}/{tab}").status_code == 401
    assert as_("cora").get("/office/CENTRA-2026-9999/").status_code == 404


def alike(office: rows.Office, **more: object) -> models.Case:
    """A request with nearly the same title, found by its words."""
    case = office.case(Stage.POLICY, title="Dose and age in older adults with cancer", **more)
    finding.keep_words(case)
    return case


def test_requests_that_may_be_the_same_are_named_on_the_page(office: rows.Office, as_: As) -> None:
    one, other = alike(office), alike(office)
    far = office.case(Stage.POLICY, title="Telehealth in rural practices")
    finding.keep_words(far)
    split = alike(office, parent=one, child_kind="split")
    cora = as_("cora")
    text = page(cora, one)
    assert "may be the same request" in text
    assert text.count(f'href="/office/{other.reference}/"') == 1
    assert f'href="/office/{split.reference}/"' not in text
    assert f'href="/office/{far.reference}/"' not in text
    assert "may be the same request" not in page(cora, far)
    assert f'href="/office/{one.reference}/"' not in page(cora, split)
    assert f'href="/office/{other.reference}/"' in page(cora, split)


def test_of_a_request_that_they_are_recused_from_nobody_hears_that_it_is_alike(
    office: rows.Office, as_: As
) -> None:
    one, other = alike(office), alike(office)
    office.declares(other, "cora", conflicted=True)
    assert "may be the same request" not in page(as_("cora"), one)
    assert "may be the same request" in page(as_("paula"), one)


def test_another_s_request_with_the_same_title_is_another_one(office: rows.Office, as_: As) -> None:
    one, _other = alike(office), alike(office, applicant=office.people["supriya"])
    assert "may be the same request" not in page(as_("cora"), one)
