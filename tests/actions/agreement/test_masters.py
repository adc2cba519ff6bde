"""A master agreement: recorded and ended by the office; what is made under it is an annex."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import agreement
from muniment.programme import contracts
from muniment.queries.agreement import masters
from muniment.rulebook.words import Role
from tests import seconds
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.pages import rows
from tests.pages.agreement import scene
from tests.programme import shipped

GENERAL = {"property", "audit", "warranty", "liability", "law"}
SETTLES = "precedence"
"""Stands in annexes only: says whether annex or master counts where they differ."""
SIGNED_ON = rows.TODAY - timedelta(days=400)


def paper(office: rows.Office, **other: Any) -> models.StoredFile:
    """The signed paper as a file that was found clean."""
    given = {"sha256": "c" * 64, "media_type": "application/pdf", "verdict": "clean", **other}
    return models.StoredFile.objects.create(
        size=9, made_at=rows.NOW, made_by=office.system, **given
    )


def record(office: rows.Office, **other: Any) -> models.MasterAgreement:
    """Cora records it for the lead's institution."""
    given = {"number": "MA-7", "signed_on": SIGNED_ON, "ends_on": None, **other}
    given.setdefault("scan", None)
    given["scan"] = given["scan"] or paper(office)
    return agreement.record_master_agreement(
        office.institution, programme=office.programme, **given,
        **scene.by(office, "cora", Role.COORDINATOR),
    )  # fmt: skip


def ids(row: models.Agreement) -> set[str]:
    return {each["id"] for each in row.document["clauses"]}


def test_a_master_agreement_is_recorded_from_its_paper(office: rows.Office) -> None:
    last = rows.TODAY + timedelta(days=30)
    master = record(office, number=" MA-7 ", ends_on=last)
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert marked(master, "made") == by_and_at(by)
    assert (master.number, master.signed_on, master.ends_on) == ("MA-7", SIGNED_ON, last)
    assert marked(master, "ended") == (None, None)
    values = {
        "institution": office.institution.pk, "number": "MA-7", "scan": "c" * 64,
        "signed_on": SIGNED_ON.isoformat(), "ends_on": last.isoformat(),
    }  # fmt: skip
    tag = "agreement.record_master_agreement"
    assert_entered(office.programme, tag, by, values=values)


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        ({"number": " "}, ["number-missing"]),
        ({"signed_on": rows.TODAY + timedelta(days=1)}, ["future-date"]),
        ({"ends_on": rows.TODAY - timedelta(days=1)}, ["master-over"]),
        ({"file": {"verdict": "held"}}, ["scan-not-clean"]),
        ({"file": {"media_type": "text/plain"}}, ["scan-not-clean"]),
    ],
)
def test_what_is_no_agreement_in_force_is_refused(
    office: rows.Office, other: dict[str, Any], codes: list[str]
) -> None:
    scan = paper(office, **other.pop("file", {}))
    assert refused(lambda: record(office, scan=scan, **other)) == codes


def test_one_runs_at_a_time_and_only_a_coordinator_records_it(office: rows.Office) -> None:
    scan = record(office).scan
    assert refused(lambda: record(office, scan=scan)) == ["master-runs"]
    assert refused(
        lambda: agreement.record_master_agreement(
            office.institution, programme=office.programme, number="MA-8", signed_on=SIGNED_ON,
            ends_on=None, scan=scan, **scene.by(office, "stella", Role.STATISTICIAN),
        )
    ) == ["not-your-step"]  # fmt: skip


def test_where_two_coordinators_work_a_colleague_confirms_the_paper(office: rows.Office) -> None:
    models.RoleGrant.objects.create(
        person=office.people["stan"], programme=office.programme, role=Role.COORDINATOR.value,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    scan, stella = paper(office), office.people["stella"]
    stella.identity_verified_at, stella.identity_verified_by = rows.NOW, office.system
    stella.save()
    for nobody in (None, office.people["cora"], office.people["stan"], stella):
        codes = refused(lambda nobody=nobody: record(office, scan=scan, second_person=nobody))
        assert codes == ["second-person-missing"], nobody
    asked = seconds.ask(lambda: record(office, scan=scan, second_person=stella))
    seconds.confirm(asked)
    office.programme.refresh_from_db()
    other = refused(lambda: record(office, scan=scan, number="MA-8", second_person=stella))
    assert other == ["second-person-missing"], "the word was for another paper"
    assert record(office, scan=scan, second_person=stella).number == "MA-7"


def test_a_master_agreement_is_ended_once_with_a_reason(office: rows.Office) -> None:
    master, by = record(office), scene.by(office, "cora", Role.COORDINATOR)
    end = agreement.end_master_agreement
    assert refused(lambda: end(master, reason=" ", **by)) == ["reason-missing"]
    stella = scene.by(office, "stella", Role.STATISTICIAN)
    assert refused(lambda: end(master, reason="By letter.", **stella)) == ["not-your-step"]
    ended = end(master, reason=" Terminated by letter. ", **by)
    assert marked(ended, "ended") == by_and_at(by)
    assert ended.end_reason == "Terminated by letter."
    values = {
        "institution": office.institution.pk, "number": "MA-7", "reason": " Terminated by letter. ",
    }  # fmt: skip
    tag = "agreement.end_master_agreement"
    assert_entered(office.programme, tag, by, values=values)
    assert refused(lambda: end(ended, reason="Again.", **by)) == ["master-ended"]


def test_what_is_drafted_under_it_is_an_annex(office: rows.Office) -> None:
    case = scene.approved(office)
    whole = scene.drafted(office, case)
    assert "master" not in whole.document
    assert ids(whole) >= GENERAL
    assert SETTLES not in ids(whole)
    record(office)
    annex = scene.drafted(office, case)
    assert ids(annex) == ids(whole) - GENERAL | {SETTLES}
    for row in (whole, annex):
        numbers = [each["number"] for each in row.document["clauses"]]
        assert numbers == list(range(1, len(numbers) + 1))
    told = annex.document["master"]
    assert (told["number"], told["signed_on"]) == ("MA-7", SIGNED_ON.isoformat())
    assert (told["ends_on"], told["sha256"]) == ("", "c" * 64)
    assert {each["id"] for each in told["covers"]} == GENERAL
    for part in ("# Project Annex ", "master agreement MA-7", *"ABCDE"):
        assert (f"## Annex {part}. " if len(part) == 1 else part) in annex.text
    assert f"Terms hash: sha256:{annex.terms_sha256}" in annex.text
    copy = json.loads(contracts.odrl.copied(annex.document))
    assert {each["clause"] for each in copy["mu:clauses"]} == ids(annex)


@pytest.mark.parametrize("which", ["annex", "master"])
def test_an_annex_says_in_words_and_for_programs_which_terms_prevail(
    office: rows.Office, which: str
) -> None:
    record(office)
    case = scene.approved(office)
    words = "The master agreement prevails." if which == "master" else ""
    if words:
        rewrite(case.edition, lambda data: settle(data, which, words))
    annex = scene.issued(office, case)
    [clause] = [each for each in annex.document["clauses"] if each["id"] == SETTLES]
    assert (clause["title"], clause["fixed"]) == ("Which terms prevail", True)
    assert (words or "this annex prevails, for this project and no other") in clause["text"]
    assert f"## {clause['number']}. Which terms prevail\n\n{clause['text']}\n" in annex.text
    copy = json.loads(contracts.odrl.copied(annex.document))
    assert copy["mu:masterAgreement"]["mu:prevails"] == {"@id": f"mu:{which}", "clause": SETTLES}
    change = {"clause": SETTLES, "text": "The other one.", "reason": "Counsel."}
    by = scene.by(office, "alice", Role.APPLICANT)
    asks = agreement.propose_clause_change
    assert refused(lambda: asks(annex, **change, **by)) == ["clause-fixed"]


def settle(data: dict[str, Any], which: str, words: str) -> None:
    """An edition under which the other of the two prevails."""
    [entry] = [each for each in data["clauses"]["clauses"] if "prevails" in each]
    entry["prevails"] = which
    data["clause_texts"][entry["id"]] = words


def test_it_is_sent_and_signed_as_an_annex(office: rows.Office) -> None:
    record(office)
    row = scene.issued(office, scene.approved(office))
    assert row.document["master"]["number"] == "MA-7"
    scene.signs(office, row, "alice")
    signed = scene.signs(office, row, "sam")
    assert signed.shown_sha256 == row.text_sha256


@pytest.mark.parametrize("change", ["ended", "expired", "not signed yet", "another's", "elsewhere"])
def test_what_does_not_run_on_the_day_has_no_annex(office: rows.Office, change: str) -> None:
    master = record(office)
    day = timedelta(days=1)
    if change == "ended":
        by = scene.by(office, "cora", Role.COORDINATOR)
        agreement.end_master_agreement(master, reason="By letter.", **by)
    elif change == "expired":
        master.ends_on = rows.TODAY - day
    elif change == "not signed yet":
        master.signed_on = rows.TODAY + day
    elif change == "elsewhere":
        master.programme = models.Programme.objects.create(slug="other", name="Other")
    else:
        master.institution = models.Institution.objects.create(name="Elsewhere")
    master.save()
    assert masters.find_running(office.institution, office.programme, on=rows.TODAY) is None
    row = scene.drafted(office, scene.approved(office))
    assert "master" not in row.document
    assert ids(row) >= GENERAL


def test_the_last_day_still_counts_and_a_draft_follows_what_holds_when_sent(
    office: rows.Office,
) -> None:
    master = record(office, ends_on=rows.TODAY)
    row = scene.drafted(office, scene.approved(office))
    assert row.document["master"]["ends_on"] == rows.TODAY.isoformat()
    by = scene.by(office, "cora", Role.COORDINATOR)
    agreement.end_master_agreement(master, reason="By letter.", **by)
    sent, _estimate = agreement.issue_agreement_and_estimate(row.case, **by)
    assert "master" not in sent.document
    assert ids(sent) >= GENERAL


def test_a_clause_that_is_changed_for_the_project_stays_in_it(office: rows.Office) -> None:
    row = scene.issued(office, scene.approved(office))
    change = agreement.propose_clause_change(
        row, clause="audit", text="Once a year.", reason="Counsel.",
        **scene.by(office, "sam", Role.SIGNING_OFFICIAL),
    )  # fmt: skip
    record(office)
    annex = agreement.accept_clause_change(change, **scene.by(office, "paula", Role.POLICY_OFFICER))
    [kept] = [each for each in annex.document["clauses"] if each["id"] == "audit"]
    assert kept["text"] == "Once a year."
    assert {each["id"] for each in annex.document["master"]["covers"]} == GENERAL - {"audit"}


def test_standard_terms_have_no_master(office: rows.Office) -> None:
    record(office)
    light = scene.drafted(office, scene.approved(office, track="expedited"))
    assert "master" not in light.document


def test_who_joins_signs_every_clause(office: rows.Office) -> None:
    """A joinder is of an institution that did not sign what the lead's signed once for all."""
    case, other = scene.approved(office), models.Institution.objects.create(name="Riverside")
    member = office.joins(case, "tess")
    member.institution = other
    member.save()
    record(office)
    models.MasterAgreement.objects.create(
        programme=office.programme, institution=other, number="MA-9", signed_on=SIGNED_ON,
        scan=models.StoredFile.objects.get(), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    lead = scene.drafted(office, case)
    joinder = scene.drafted(office, case, institution=other)
    assert lead.document["master"]["number"] == "MA-7"
    assert "master" not in joinder.document
    assert ids(joinder) == (ids(lead) | GENERAL) - {SETTLES}


def test_an_edition_that_marks_nothing_repeats_every_clause(office: rows.Office) -> None:
    record(office)
    case = scene.approved(office)
    rewrite(case.edition, unmark)
    row = scene.drafted(office, case)
    assert ids(row) >= GENERAL
    assert (row.document["master"]["covers"], row.document["master"]["prevails"]) == ([], [])
    assert "not repeated" not in row.text
    assert "prevail" not in row.text


def unmark(data: dict[str, Any]) -> None:
    """The library as it was written before clauses were marked."""
    listed = data["clauses"]["clauses"]
    data["clauses"]["clauses"] = [each for each in listed if "prevails" not in each]
    for each in listed:
        each.pop("in_master", None)


def rewrite(edition: models.ProgrammeEdition, change: Callable[[dict[str, Any]], None]) -> None:
    """Put a changed bundle under the edition."""
    older = shipped.altered(change)
    edition.bundle.canonical, edition.sha256 = older.canonical.decode(), older.sha256
    edition.bundle.save()
    edition.save()
