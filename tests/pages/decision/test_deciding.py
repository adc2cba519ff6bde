"""The office's tab: prepared by one, decided by whom the track names, and tracked to closure."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.decision import scene

As = Callable[[str], Client]


def test_the_officer_drafts_the_letter_reads_it_and_sends_it(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    olga = as_("olga")
    first = scene.text(olga, scene.tab(case))
    assert "The committee recommends to approve." in first
    assert "Clear and careful." in first
    assert first.count("btn-primary") == 1
    criterion = {"criterion_merit": "", "letter": "", "do": "draft"}
    title = next(iter(rows.bundle()["criteria"]["criteria"]))
    said = {f"criterion_{title['id']}": "Well posed."}
    drafted = scene.post(
        olga, scene.tab(case), scene.typed("approved", **{**criterion, **said}), status=200
    )
    assert f"is approved.\n\nSound.\n\n1. {title['title']}: Well posed." in drafted
    assert not models.Determination.objects.exists()
    scene.post(olga, scene.tab(case), scene.typed("approved"))
    after = scene.text(olga, scene.tab(case))
    assert "Dear Alice, it is so." in after
    assert "Approved. Decided on" in after
    assert models.Determination.objects.get().made_by.person == office.people["olga"]


def test_the_second_round_is_decided_beside_the_letter_of_the_first(
    office: rows.Office, as_: As
) -> None:
    case, olga = scene.heard(office), as_("olga")
    models.Determination.objects.create(
        case=case, round=1, outcome="revise_and_resubmit", reason="Say more.", made_at=rows.NOW,
        letter="Say what a step is.", made_by=office.acting("olga", Role.DETERMINING_OFFICER),
    )  # fmt: skip
    models.Recommendation.objects.update(round=2)
    models.Case.objects.filter(pk=case.pk).update(round=2)
    shown = scene.text(olga, scene.tab(case))
    assert "Send the decision" in shown
    assert "Earlier letters" in shown
    scene.post(olga, scene.tab(case), scene.typed("approved"))
    after = scene.text(olga, scene.tab(case))
    assert "Dear Alice, it is so." in after
    assert "Earlier letters" in after
    assert models.Determination.objects.filter(superseded_at=None).count() == 2


def test_the_office_prepares_and_the_officer_finds_it(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    cora = scene.text(as_("cora"), scene.tab(case))
    assert "Olga Example decides" in cora
    assert "Keep the draft" in cora
    assert "Send the decision" not in cora
    condition = {"conditions-0-text": "Send the ethics letter.", "conditions-0-due_on":
                 "2030-01-31", "conditions-0-owner": office.people["sam"].public_id}  # fmt: skip
    kept = scene.typed("approved_with_conditions", do="keep", **condition)
    scene.post(as_("cora"), scene.tab(case), kept)
    found = scene.text(as_("olga"), scene.tab(case))
    assert "Prepared by Cora Example" in found
    assert "Send the ethics letter." in found
    assert 'value="2030-01-31"' in found
    drafted = scene.post(as_("olga"), scene.tab(case), {**kept, "do": "draft"}, status=200)
    assert "1. Send the ethics letter. (before release, by January 31, 2030, Sam Ex" in drafted
    scene.post(as_("olga"), scene.tab(case), {**kept, "do": "decide"})
    row = models.Condition.objects.get()
    assert (row.owner, str(row.due_on), row.when) == (
        office.people["sam"],
        "2030-01-31",
        "before_release",
    )
    assert not models.DraftDecision.objects.exists()


def test_a_row_more_keeps_what_was_typed(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    page = scene.post(as_("olga"), scene.tab(case), scene.typed(do="more"), status=200)
    assert page.count('name="conditions-2-text"') == 1
    assert "Sound." in page
    odd = scene.typed(do="more", **{"conditions-TOTAL_FORMS": "many"})
    assert "conditions-0-text" in scene.post(as_("olga"), scene.tab(case), odd, status=200)


def test_what_is_missing_is_said_beside_its_field(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    for do in ("decide", "draft", "keep"):
        empty = {"do": do, **scene.OTHER}
        page = scene.post(as_("olga"), scene.tab(case), empty, status=200)
        assert "There are 2 things to fix" in page
    page = scene.post(as_("olga"), scene.tab(case), scene.typed(letter=""), status=409)
    assert "Write the notice with its reasons first." in page
    loose = {"conditions-0-text": "Report each year."}
    page = scene.post(as_("olga"), scene.tab(case), scene.typed(**loose), status=409)
    assert "Choose to approve with conditions" in page
    assert not models.Determination.objects.exists()


@pytest.mark.parametrize(("outcome", "stage"), [("denied", "denied"),
                                                ("revise_and_resubmit", "revising")])  # fmt: skip
def test_every_outcome_has_its_step_on_both_tracks(
    office: rows.Office, as_: As, outcome: str, stage: str
) -> None:
    full, quick = scene.heard(office), scene.heard(office, track="expedited")
    scene.post(as_("olga"), scene.tab(full), scene.typed(outcome))
    scene.knows(office, "paula")
    confirmed = {"second_person": office.people["paula"].public_id}
    scene.post(as_("cora"), scene.tab(quick), scene.typed(outcome, **confirmed))
    assert set(models.Case.objects.values_list("stage", flat=True)) == {stage}


def test_the_office_approves_refers_and_tells_the_committee(office: rows.Office, as_: As) -> None:
    case, other = scene.heard(office, track="expedited"), scene.heard(office, track="expedited")
    cora = as_("cora")
    page = scene.text(cora, scene.tab(case))
    assert "What the committee said" not in page
    scene.post(cora, scene.tab(case), scene.typed("approved"))
    assert "Tell the committee" in scene.text(cora, scene.tab(case))
    scene.post(cora, scene.tab(case), {"do": "inform"})
    assert models.Message.objects.filter(kind="committee-informed").count() == 3
    scene.post(cora, scene.tab(other), {"do": "refer", "reason": "Two practices."})
    other.refresh_from_db()
    assert (other.stage, other.track) == ("in_review", "full")


def test_the_officer_defers_takes_back_and_declines(office: rows.Office, as_: As) -> None:
    deferred, back, declined = (scene.heard(office) for _ in range(3))
    olga = as_("olga")
    scene.post(olga, scene.tab(deferred), {"do": "defer", "reason": "Too late."})
    for case in (back, declined):
        scene.post(olga, scene.tab(case), scene.typed())
    scene.post(olga, scene.tab(back), {"do": "supersede", "reason": "An error."})
    assert "Taken back" in scene.text(olga, scene.tab(back))
    last = {"do": "decline", "reason": "A new law.", "letter": "We decline."}
    scene.post(olga, scene.tab(declined), last)
    stages = dict(models.Case.objects.values_list("reference", "stage"))
    assert [stages[case.reference] for case in (deferred, back, declined)] == [
        "in_review",
        "determination",
        "denied",
    ]


def approved(office: rows.Office, as_: As) -> tuple[models.Case, models.Condition]:
    """Approved with one condition."""
    case = scene.heard(office)
    asked = scene.typed("approved_with_conditions", **{"conditions-0-text": "The ethics letter."})
    scene.post(as_("olga"), scene.tab(case), asked)
    return case, models.Condition.objects.get()


def test_a_condition_is_reported_refused_reported_and_accepted(
    office: rows.Office, as_: As
) -> None:
    case, row = approved(office, as_)
    alice, address = as_("alice"), f"/requests/{case.reference}/conditions/{row.pk}/"
    mine = f"/requests/{case.reference}/?tab=decision"
    assert "The ethics letter." in scene.text(alice, mine)
    assert "Say what shows" in scene.post(alice, address, {"text": " "}, status=409)
    scene.post(alice, address, {"text": "Letter 7, under Files."})
    assert "Evidence to check" in scene.text(alice, mine)
    here = {"condition": str(row.pk)}
    scene.post(as_("cora"), scene.tab(case), {"do": "refuse", "reason": "Another study.", **here})
    scene.post(alice, address, {"text": "Letter 8."})
    scene.post(as_("cora"), scene.tab(case), {"do": "accept", **here})
    assert "Met" in scene.text(alice, mine)
    scene.post(alice, address, {"text": "Letter 9."}, status=409)


def test_who_decides_and_coordinates_accepts_as_coordinator(office: rows.Office, as_: As) -> None:
    case, row = approved(office, as_)
    by = office.acting("audra", Role.AUDITOR)
    models.RoleGrant.objects.create(
        person=office.people["cora"], programme=office.programme, made_at=rows.NOW, made_by=by,
        role=Role.DETERMINING_OFFICER.value, from_on=rows.TODAY,
    )  # fmt: skip
    evidence = f"/requests/{case.reference}/conditions/{row.pk}/"
    scene.post(as_("alice"), evidence, {"text": "Letter 7."})
    assert "Accept the evidence" in scene.text(as_("cora"), scene.tab(case))
    scene.post(as_("cora"), scene.tab(case), {"do": "accept", "condition": str(row.pk)})
    row.refresh_from_db()
    assert row.met_by.role == Role.COORDINATOR


def test_a_condition_is_waived_with_its_reason(office: rows.Office, as_: As) -> None:
    case, row = approved(office, as_)
    waive = {"do": "waive", "condition": str(row.pk), "reason": "Not ours to ask."}
    page = scene.post(as_("cora"), scene.tab(case), waive, status=409)
    assert "The program names somebody else" in page
    scene.post(as_("olga"), scene.tab(case), waive)
    assert "Waived: Not ours to ask." in scene.text(as_("alice"), f"/requests/{case.reference}/"
                                                    "?tab=decision")  # fmt: skip
    for pk in ("0", "x"):
        scene.post(as_("olga"), scene.tab(case), {**waive, "condition": pk}, status=404)


def test_only_the_applicants_side_reports_a_condition(office: rows.Office, as_: As) -> None:
    case, row = approved(office, as_)
    address = f"/requests/{case.reference}/conditions/{row.pk}/"
    for name in ("stan", "cora", "max"):
        assert as_(name).post(address, {"text": "Mine."}).status_code == 404
    assert as_("alice").post(f"/requests/{case.reference}/conditions/0/").status_code == 404
    assert Client().post(address).status_code == 401


def test_the_last_part_is_not_denied_alone(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    part = case.parts.get()
    page = scene.post(
        as_("olga"),
        scene.tab(case),
        {"do": "deny_part", "part": str(part.pk), "reason": "No."},
        status=409,
    )
    assert "Not possible yet" in page
    for pk in ("0", "p1", "", "9" * 5000):
        scene.post(
            as_("olga"),
            scene.tab(case),
            {"do": "deny_part", "part": pk, "reason": "No."},
            status=404,
        )


def test_the_letter_is_a_file_and_a_code_that_anyone_checks(office: rows.Office, as_: As) -> None:
    import io

    import pypdf

    case = scene.heard(office)
    scene.post(as_("olga"), scene.tab(case), scene.typed("denied"))
    row = models.Determination.objects.get()
    address = f"/requests/{case.reference}/letters/{row.pk}.pdf"
    answer = as_("alice").get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    paper = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages
    )
    assert "Dear Alice, it is so." in paper
    assert "Denied. Decided on" in paper
    code = re.search(r"/verify/([0-9a-f]{32})/", row.letter)
    assert code
    page = scene.text(Client(), f"/verify/{code[1]}/")
    assert "Notice of a decision" in page
    assert "Denied" in page
    office.declares(case, "mia", conflicted=False)
    for name in ("stan", "max", "mia", "chen"):
        assert as_(name).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    assert as_("alice").get(address.replace(str(row.pk), "0")).status_code == 404


def test_a_letter_taken_back_says_so_on_its_face(office: rows.Office, as_: As) -> None:
    import io

    import pypdf

    case = scene.heard(office)
    scene.post(as_("olga"), scene.tab(case), scene.typed())
    scene.post(as_("olga"), scene.tab(case), {"do": "supersede", "reason": "An error."})
    row = models.Determination.objects.get()
    answer = as_("alice").get(f"/requests/{case.reference}/letters/{row.pk}.pdf")
    assert "taken back" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_the_tab_is_for_who_decides_prepares_or_audits(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    for name in ("stan", "alice", "max", "fay", "stella"):
        assert as_(name).get(scene.tab(case)).status_code == 404
    assert Client().get(scene.tab(case)).status_code == 401
    page = scene.text(as_("audra"), scene.tab(case))
    assert "btn-primary" not in page
    assert as_("olga").post(scene.tab(case), {"do": "shred"}).status_code == 404
    scene.post(as_("audra"), scene.tab(case), scene.typed(), status=409)
    assert not models.Determination.objects.exists()


def test_before_its_time_the_tab_says_so(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.IN_REVIEW)
    page = scene.text(as_("olga"), scene.tab(case))
    assert "There is nothing to decide yet" in page
    page = scene.post(as_("olga"), scene.tab(case), scene.typed(), status=409)
    assert "This step is open only at" in page
    page = scene.post(as_("olga"), scene.tab(case), scene.typed(do="keep"), status=409)
    assert "only while the request waits" in page


def test_a_conflict_closes_the_tab(office: rows.Office, as_: As) -> None:
    case = scene.heard(office)
    office.declares(case, "olga", conflicted=True)
    assert as_("olga").get(scene.tab(case)).status_code == 404


def test_more_conditions_ask_no_more_queries(office: rows.Office, as_: As) -> None:
    case, row = approved(office, as_)
    row.owner = office.people["alice"]
    row.save()
    counts = []
    olga = as_("olga")
    for _ in range(2):
        scene.text(olga, scene.tab(case))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            scene.text(olga, scene.tab(case))
        counts.append(len(caught))
        determined = models.Determination.objects.get()
        for number in range(4):
            models.Condition.objects.create(
                determination=determined, when="after", text=f"Report {number}.",
                owner=office.people["alice"], made_at=rows.NOW,
                made_by=office.acting("olga", Role.DETERMINING_OFFICER),
            )  # fmt: skip
    assert counts[0] == counts[1]
