"""Meetings on pages: planned, published, held, voted, minuted; and what is seen of them by whom."""

import io
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.queries.screening import completeness
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.meetings import scene

As = Callable[[str], Client]


def test_a_meeting_is_planned_published_held_and_minuted(office: rows.Office, as_: As) -> None:
    case = scene.before_committee(office)
    cora = as_("cora")
    assert "Waiting for a meeting" in scene.text(cora, "/meetings/")
    address = scene.planned(office, cora)
    assert as_("mia").get(address).status_code == 404
    assert "Put a request on the agenda first." in scene.post(
        cora, address, do="publish", status=409
    )
    scene.post(cora, address, do="add", case=case.reference)
    scene.post(cora, address, do="publish")
    assert "Age and dose" in scene.text(as_("mia"), address)
    assert "Room 4" in scene.text(as_("mia"), "/meetings/")
    scene.post(cora, address, do="open")
    item = f"{address}item/1/"
    page = scene.text(cora, item)
    assert "0 of 3 members without a conflict are here; 3 are needed." in page
    assert "Not quorate" in page
    present = [office.people[name].public_id for name in scene.FREE]
    scene.post(cora, address, do="attend", present=present)
    assert "Open the vote" in scene.text(cora, item)
    scene.post(cora, item, do="open")
    assert "0 votes are in." in scene.text(cora, item)
    for name in scene.FREE:
        scene.post(as_(name), item, do="vote", choice="approve")
    assert "You voted: Approve." in scene.text(as_("mia"), item)
    assert "votes are in" not in scene.text(as_("mia"), item)
    scene.post(cora, item, do="record", reason="Clear and careful.")
    assert "3 to approve" in scene.text(as_("mia"), item)
    assert "The committee recommends to approve." in scene.text(as_("mia"), item)
    scene.post(cora, address, do="draft")
    minutes = models.AgendaItem.objects.get().minutes
    assert minutes.startswith("Nobody was recused. 3 of 3 members")
    scene.post(cora, address, do="write", text="Opened at nine.")
    kept = models.AgendaItem.objects.get()
    assert kept.minutes == minutes
    scene.post(cora, address, do="write", text="At ten.", **{f"item-{kept.pk}": "All agreed."})
    assert "All agreed." in scene.text(as_("mia"), address)
    assert "Approve the minutes and close" not in scene.text(cora, address)
    assert "Draft the minutes first" not in scene.post(cora, address, do="approve", status=409)
    chen = as_("chen")
    assert "Approve the minutes and close" in scene.text(chen, address)
    scene.post(chen, address, do="approve")
    after = scene.text(as_("mia"), address)
    assert "Approved by Chen Example" in after
    assert "At ten." in after
    assert "Closed" in scene.text(as_("mia"), "/meetings/")


def test_an_alternate_is_called_and_an_acting_chair_appointed(office: rows.Office, as_: As) -> None:
    scene.stands_by(office)
    case = scene.before_committee(office, conflicted=("chen",))
    cora, edie = as_("cora"), as_("edie")
    assert edie.get(f"/requests/{case.reference}/").status_code == 404
    address = scene.convened(office, cora, case)
    item = f"{address}item/1/"
    page = scene.text(cora, item)
    assert "2 of 2 members without a conflict are here; 3 are needed." in page
    assert "Too few members without a conflict take part" in page
    assert as_("chen").get(item).status_code == 404
    scene.post(cora, item, do="call", member=office.people["edie"].public_id)
    scene.post(cora, item, do="appoint", member=office.people["mia"].public_id)
    assert edie.get(item).status_code == 404
    assert "Declare first" in scene.text(edie, address)
    office.declares(case, "edie", conflicted=False)
    here = [office.people[name].public_id for name in (*scene.FREE, "edie")]
    scene.post(cora, address, do="attend", present=here)
    mia = as_("mia")
    assert "Mia Example" in scene.text(mia, item)
    scene.post(mia, item, do="open")
    for name, choice in {"max": "approve", "edie": "deny"}.items():
        scene.post(as_(name), item, do="vote", choice=choice)
    scene.post(mia, item, do="vote", choice="revise")
    scene.post(mia, item, do="record", reason="As the chair voted.")
    assert models.Recommendation.objects.get().outcome == "revise_and_resubmit"


def test_a_tied_vote_is_broken_by_who_leads(office: rows.Office, as_: As) -> None:
    for name in ("tess", "edie", "supriya"):
        models.RoleGrant.objects.create(
            person=office.people[name], programme=office.programme, role="member",
            from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
        )  # fmt: skip
    case = scene.before_committee(office)
    everyone = (*scene.FREE, "tess", "edie", "supriya")
    for name in ("tess", "edie", "supriya"):
        office.declares(case, name, conflicted=False)
    cora, chen = as_("cora"), as_("chen")
    item = f"{scene.convened(office, cora, case, present=everyone[:5])}item/1/"
    scene.post(cora, item, do="open")
    cast = {"max": "deny", "mia": "deny", "tess": "approve", "edie": "approve"}
    for name, choice in cast.items():
        scene.post(as_(name), item, do="vote", choice=choice)
    early = scene.post(cora, item, do="record", reason="So.", status=409)
    for page in (scene.text(cora, item), early):
        assert "Wait until every eligible member has voted." in page
        assert "tied" not in page
    scene.post(chen, item, do="vote", choice="revise")
    assert "The votes are tied" in scene.post(cora, item, do="record", reason="So.", status=409)
    assert "You decide between" in scene.text(chen, item)
    assert "You decide between" not in scene.text(as_("mia"), item)
    assert "Choose one of the votes" in scene.post(chen, item, do="break", status=409)
    scene.post(chen, item, do="break", choice="deny")
    scene.post(cora, item, do="record", reason="Too wide.")
    assert models.Recommendation.objects.get().outcome == "denied"


def test_what_became_of_an_item_is_not_told_before_the_reader_declared(
    office: rows.Office, as_: As
) -> None:
    case = scene.before_committee(office)
    item = f"{scene.convened(office, as_('cora'), case)}item/1/"
    scene.post(as_("cora"), item, do="open")
    models.RoleGrant.objects.create(
        person=office.people["edie"], programme=office.programme, role="member",
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    page = scene.text(as_("edie"), item.removesuffix("item/1/"))
    assert "Declare first" in page
    assert "Vote open" not in page
    assert "Vote open" in scene.text(as_("mia"), item.removesuffix("item/1/"))


def test_a_request_circulates_meets_an_objection_and_moves(office: rows.Office, as_: As) -> None:
    case = scene.before_committee(office)
    cora, mia = as_("cora"), as_("mia")
    day = (rows.TODAY + timedelta(days=7)).isoformat()
    for wrong in ({"case": "?", "vote_by": day}, {"case": case.reference, "vote_by": "soon"}):
        scene.post(cora, "/meetings/", do="circulate", status=409, **wrong)
    item = scene.post(cora, "/meetings/", do="circulate", case=case.reference, vote_by=day)
    page = scene.text(mia, item)
    assert "0 of 3 members without a conflict have voted" in page
    assert "Between meetings" in scene.text(mia, "/meetings/")
    scene.post(as_("chen"), item, do="vote", choice="approve")
    scene.post(mia, item, do="object", reason="Let us talk.")
    assert "A member objected" in scene.text(cora, item)
    scene.planned(office, cora)
    nowhere = scene.post(cora, item, do="move", meeting="0", status=409)
    assert "Choose a meeting" in nowhere
    later = models.Meeting.objects.get(circulation=False)
    moved = scene.post(cora, item, do="move", meeting=str(later.pk))
    assert moved == f"/meetings/{later.pk}/item/1/"


def test_a_request_is_deferred_to_a_later_meeting(office: rows.Office, as_: As) -> None:
    case = scene.before_committee(office)
    cora, chen = as_("cora"), as_("chen")
    address = scene.convened(office, cora, case)
    next_month = (rows.TODAY + timedelta(days=30)).isoformat()
    later = scene.planned(office, cora, day=next_month)
    pk = later.strip("/").split("/")[-1]
    assert scene.post(chen, f"{address}item/1/", do="defer", meeting=pk, reason="Late.") == address
    assert "Taken off" in scene.text(chen, address)
    assert "Age and dose" in scene.text(chen, later)


def papers_of(browser: Client, address: str) -> str:
    answer = browser.get(f"{address}papers.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages)


def test_the_papers_carry_the_readers_name_and_drop_what_they_are_recused_from(
    office: rows.Office, as_: As
) -> None:
    first = scene.before_committee(office, "Age and dose", conflicted=("max",))
    second = scene.before_committee(office, "Heat and sleep")
    third = office.case(Stage.IN_REVIEW, title="Not declared yet")
    address = scene.convened(office, as_("cora"), first, second, third)
    mia, max_ = papers_of(as_("mia"), address), papers_of(as_("max"), address)
    assert "Confidential: Mia Example" in mia
    assert "Confidential: Max Example" in max_
    assert "Age and dose" in mia
    assert "Age and dose" not in max_
    assert "Heat and sleep" in max_
    assert "1. Heat and sleep" in max_
    assert "Not declared yet" in max_
    assert "You have not declared yet" in max_
    assert "Older adults" not in max_.split("Not declared yet")[1]
    page = scene.text(as_("max"), address)
    assert "Age and dose" not in page
    assert first.reference not in page
    office.joins(second, "mia")
    assert "Heat and sleep" not in papers_of(as_("mia"), address)


def test_the_papers_hold_what_was_found_and_asked_and_nothing_of_a_fee(
    office: rows.Office, as_: As
) -> None:
    case = scene.before_committee(office, "Age and dose")
    office.asks(case, "Which journal?", answer="The Lancet.")
    fee = office.asks(case, "May we pay later?", answer="In May.")
    fee.about = "fee: estimate"
    fee.save()
    rule = rows.bundle()["policy"]["rules"][0]
    models.PolicyFinding.objects.create(
        case=case, round=1, rule=rule["id"], automatic=False, result="met", reason="By hand.",
        made_at=rows.NOW, made_by=office.acting("paula", Role.POLICY_OFFICER),
    )  # fmt: skip
    address = scene.convened(office, as_("cora"), case)
    said = " ".join(papers_of(as_("cora"), address).split())
    found = completeness.list_found(case, now=rows.NOW)[0].text
    for words in ("What was found", found, "By hand.", "Which journal?", "The Lancet."):
        assert words in said, words
    assert "pay later" not in said


def test_to_the_recused_an_item_and_its_circulation_are_not_there(
    office: rows.Office, as_: As
) -> None:
    case = scene.before_committee(office, conflicted=("max",))
    scene.stands_by(office)
    day = (rows.TODAY + timedelta(days=7)).isoformat()
    item = scene.post(as_("cora"), "/meetings/", do="circulate", case=case.reference, vote_by=day)
    max_ = as_("max")
    assert max_.get(item).status_code == 404
    assert max_.post(item, {"do": "vote", "choice": "deny"}).status_code == 404
    assert "Vote by" not in scene.text(max_, "/meetings/")
    assert "Vote by" in scene.text(as_("mia"), "/meetings/")


@pytest.mark.parametrize("name", ["stan", "alice", "fay", "dana"])
def test_meetings_are_for_the_committee_and_who_runs_it(
    office: rows.Office, as_: As, name: str
) -> None:
    case = scene.before_committee(office)
    address = scene.convened(office, as_("cora"), case)
    for page in ("/meetings/", address, f"{address}papers.pdf", f"{address}item/1/"):
        assert as_(name).get(page).status_code == 404
        assert Client().get(page).status_code == 401
    assert as_("mia").get(f"{address}item/7/").status_code == 404


def test_members_and_auditors_only_read(office: rows.Office, as_: As) -> None:
    case = scene.before_committee(office)
    address = scene.convened(office, as_("cora"), case)
    for name in ("mia", "audra", "olga"):
        page = scene.text(as_(name), address)
        assert "btn-primary" not in page
        for do in ("publish", "open", "attend", "draft", "write", "approve"):
            scene.post(as_(name), address, do=do, status=409)
        assert as_(name).post(address, {"do": "shred"}).status_code == 404
    plan = {"do": "plan", "held_on": scene.DAY, "chair": office.people["chen"].public_id}
    assert as_("mia").post("/meetings/", plan).status_code == 404


def test_what_is_missing_is_said(office: rows.Office, as_: As) -> None:
    case = scene.before_committee(office)
    cora = as_("cora")
    chair = office.people["chen"].public_id
    assert "Give a day." in scene.post(cora, "/meetings/", do="plan", chair=chair, status=409)
    assert "Choose who chairs" in scene.post(
        cora, "/meetings/", do="plan", held_on=scene.DAY, status=409
    )
    address = scene.convened(office, cora, case)
    assert "Choose a request." in scene.post(cora, address, do="add", status=409)
    item = f"{address}item/1/"
    assert "Choose somebody" in scene.post(cora, item, do="call", member="?", status=409)


def test_more_items_ask_no_more_queries(office: rows.Office, as_: As) -> None:
    first = scene.before_committee(office, conflicted=("max",))
    cora = as_("cora")
    address = scene.convened(office, cora, first)
    models.Recommendation.objects.create(
        case=first, round=1, outcome="denied", tally={}, reason="No.", made_at=rows.NOW,
        meeting=models.Meeting.objects.get(), made_by=office.acting("cora", Role.COORDINATOR),
    )  # fmt: skip
    counted = {page: [] for page in ("/meetings/", address)}
    for number in range(2):
        for page, counts in counted.items():
            scene.text(as_("mia"), page)
            with CaptureQueriesContext(connection) as caught:
                scene.text(as_("mia"), page)
            counts.append(len(caught))
        for extra in range(2):
            case = scene.before_committee(office, f"Study {number} {extra}", conflicted=("max",))
            scene.post(cora, address, do="add", case=case.reference)
        scene.planned(office, cora)
    assert all(counts[0] == counts[1] for counts in counted.values()), counted
