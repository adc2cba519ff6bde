"""Who signs beside lead and programme: officials, joinders, pledges, ink; and who does not."""

from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import agreement
from muniment.queries import access, timeline
from muniment.queries.agreement import office as agreements
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.pages import rows
from tests.pages.agreement import scene

STAYS = ("agreement", "agreement")


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """Issued, not signed."""
    return scene.issued(office, scene.approved(office))


def elsewhere(office: rows.Office, case: models.Case) -> models.Institution:
    """Tess is of another institution, for which Edie signs."""
    other = models.Institution.objects.create(
        name="Riverside Institute", official=office.people["edie"],
        official_verified_at=rows.NOW, official_verified_by=office.system,
    )  # fmt: skip
    member = office.joins(case, "tess")
    member.institution, member.will_access_data = other, True
    member.save()
    return other


def test_an_official_is_named_and_not_let_in(office: rows.Office, row: models.Agreement) -> None:
    by = scene.by(office, "alice", Role.APPLICANT)
    named = agreement.name_signing_official(
        row.case, email="Nora@Example.org ", name="Nora New", position=" Counsel ", **by
    )
    assert (named.person.email, named.position) == ("nora@example.org", "Counsel")
    assert marked(named, "made") == by_and_at(by)
    values = {"official": named.person.public_id, "institution": office.institution.pk}
    assert_entered(row.case, "agreement.name_signing_official", by, stages=STAYS, values=values)
    office.institution.refresh_from_db()
    assert office.institution.official == office.people["sam"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("oneself", "official-on-team"),
        ("supervisor", "official-on-team"),
        ("elsewhere", "nobody-there"),
        ("alone", "no-institution"),
    ],
)
def test_whom_nobody_may_name_is_refused(
    office: rows.Office, row: models.Agreement, change: str, code: str
) -> None:
    given: dict[str, Any] = {"email": "nora@example.org", "name": "Nora New"}
    if change == "oneself":
        given["email"] = "ALICE@example.org"
    elif change == "supervisor":
        row.case.supervisor = office.people["supriya"]
        row.case.save()
        given["email"] = "supriya@example.org"
    elif change == "elsewhere":
        given["institution"] = models.Institution.objects.create(name="Nowhere")
    else:
        row.case.institution = None
        row.case.save()
    by = scene.by(office, "alice", Role.APPLICANT)
    assert refused(lambda: agreement.name_signing_official(row.case, **given, **by)) == [code]


def test_a_further_institution_joins_by_a_text_of_its_own(office: rows.Office) -> None:
    case = scene.approved(office)
    other = elsewhere(office, case)
    scene.drafted(office, case)
    joinder = scene.drafted(office, case, institution=other)
    assert (joinder.kind, joinder.version) == ("joinder", 1)
    assert "Riverside Institute joins the agreement" in joinder.text
    agreement.issue_agreement_and_estimate(case, **scene.by(office, "cora", Role.COORDINATOR))
    assert letters_to(office.people["edie"]) == ["signature-needed"]
    joinder = scene.fresh(joinder)
    edie = scene.by(office, "edie", Role.SIGNING_OFFICIAL)
    assert refused(
        lambda: agreement.sign_joinder(joinder, shown_sha256=joinder.text_sha256, **edie)
    ) == ["signs-later"]
    scene.signs(office, joinder, "tess")
    joinder = scene.fresh(joinder)
    edie = scene.by(office, "edie", Role.SIGNING_OFFICIAL)
    signed = agreement.sign_joinder(joinder, shown_sha256=joinder.text_sha256, **edie)
    values = {"shown": joinder.text_sha256, "capacity": "signing_official"}
    assert_entered(joinder.case, "agreement.sign_joinder", edie, stages=STAYS, values=values)
    assert signed.signer == office.people["edie"]
    assert signers.missing(joinder) == [Role.PROGRAMME_SIGNATORY]


def test_a_joinder_and_the_lead_agreement_are_not_signed_for_each_other(
    office: rows.Office, row: models.Agreement
) -> None:
    scene.signs(office, row, "alice")
    now = scene.fresh(row)
    by = scene.by(office, "sam", Role.SIGNING_OFFICIAL)
    assert refused(lambda: agreement.sign_joinder(now, shown_sha256=now.text_sha256, **by)) == [
        "other-agreement"
    ]


def test_nobody_joins_without_people_or_before_the_lead(office: rows.Office) -> None:
    case = scene.approved(office)
    nowhere = models.Institution.objects.create(name="Nowhere")
    assert refused(lambda: scene.drafted(office, case, institution=nowhere)) == [
        "nobody-there", "lead-first",
    ]  # fmt: skip


def test_a_pledge_is_each_ones_own(office: rows.Office) -> None:
    case = scene.approved(office)
    member = office.joins(case, "tess")
    member.will_access_data = True
    member.save()
    row = scene.issued(office, case)
    assert list(signers.unpledged(row)) == [member]
    scene.signs(office, row, "alice")
    row = scene.fresh(row)
    by = scene.by(office, "tess", Role.TEAM_MEMBER)
    agreement.sign_team_pledge(row, shown_sha256=row.text_sha256, **by)
    values = {"shown": row.text_sha256, "capacity": "team_member"}
    assert_entered(row.case, "agreement.sign_team_pledge", by, stages=STAYS, values=values)
    assert not signers.unpledged(row).exists()
    again = scene.fresh(row)
    assert refused(
        lambda: agreement.sign_team_pledge(again, shown_sha256=again.text_sha256, **by)
    ) == ["already-signed"]


def test_who_is_of_a_joined_institution_pledges_on_its_own_text(office: rows.Office) -> None:
    case = scene.approved(office)
    other = elsewhere(office, case)
    scene.drafted(office, case)
    joinder = scene.drafted(office, case, institution=other)
    lead, _estimate = agreement.issue_agreement_and_estimate(
        case, **scene.by(office, "cora", Role.COORDINATOR)
    )
    by = scene.by(office, "tess", Role.TEAM_MEMBER)
    lead, joinder = scene.fresh(lead), scene.fresh(joinder)
    assert refused(
        lambda: agreement.sign_team_pledge(lead, shown_sha256=lead.text_sha256, **by)
    ) == ["other-agreement"]
    agreement.sign_team_pledge(joinder, shown_sha256=joinder.text_sha256, **by)
    assert not signers.unpledged(joinder).exists()


def scanned(office: rows.Office, case: models.Case, verdict: str = "clean") -> models.Attachment:
    """A file on the request."""
    file = models.StoredFile.objects.create(
        sha256="a" * 64, size=9, media_type="application/pdf", verdict=verdict,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    return models.Attachment.objects.create(
        case=case, file=file, purpose="scan", name="signed.pdf", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


def test_ink_counts_once_the_office_confirmed_it(
    office: rows.Office, row: models.Agreement
) -> None:
    by, scan = scene.by(office, "cora", Role.COORDINATOR), scanned(office, row.case)
    signed = agreement.record_ink_signature(
        row, signer=office.people["alice"], capacity=Role.APPLICANT, signed_on=rows.TODAY,
        scan=scan, **by,
    )  # fmt: skip
    assert (signed.method, signed.scan, signed.shown_sha256) == ("wet_ink", scan, row.text_sha256)
    assert marked(signed, "confirmed") == by_and_at(by)
    values = {"shown": row.text_sha256, "capacity": "applicant", "scan": "a" * 64}
    assert_entered(row.case, "agreement.record_ink_signature", by, stages=STAYS, values=values)
    assert row.case.estimates.get().accepted_at is not None
    now = scene.fresh(row)
    official = agreement.record_ink_signature(
        now, signer=office.people["sam"], capacity=Role.SIGNING_OFFICIAL, signed_on=rows.TODAY,
        scan=scan, **by,
    )  # fmt: skip
    assert official.capacity == "signing_official"
    assert signers.missing(now) == [Role.PROGRAMME_SIGNATORY]


def test_ink_has_the_place_in_the_order_that_its_signer_has(
    office: rows.Office, row: models.Agreement
) -> None:
    by, scan = scene.by(office, "cora", Role.COORDINATOR), scanned(office, row.case)
    official: dict[str, Any] = {
        "signer": office.people["sam"], "capacity": Role.SIGNING_OFFICIAL,
        "signed_on": rows.TODAY, "scan": scan, **by,
    }  # fmt: skip
    assert refused(lambda: agreement.record_ink_signature(row, **official)) == ["signs-later"]
    assert not row.signatures.exists()
    assert [role for role, _ in agreements.list_ink_signers(row).values()] == [Role.APPLICANT]
    scene.signs(office, row, "alice")
    now = scene.fresh(row)
    assert [role for role, _ in agreements.list_ink_signers(now).values()] == [
        Role.SIGNING_OFFICIAL
    ]
    agreement.record_ink_signature(now, **official)
    assert agreements.list_ink_signers(scene.fresh(row)) == {}


def test_a_pledge_that_was_given_is_nobody_s_turn_any_more(office: rows.Office) -> None:
    """Another's is still missing, and is theirs to give."""
    case = scene.approved(office)
    for name in ("tess", "edie"):
        member = office.joins(case, name)
        member.will_access_data = True
        member.save()
    row = scene.issued(office, case)
    scene.signs(office, row, "alice")
    by = scene.by(office, "tess", Role.TEAM_MEMBER)

    def whose() -> list[bool]:
        seen = [
            access.find_sight(office.people[name], case.reference, now=by["now"])
            for name in ("tess", "edie")
        ]
        turns = [timeline.turn_of(sight, now=by["now"]) for sight in seen if sight is not None]
        assert {turn.what for turn in turns} == {timeline.What.SIGN}
        return [turn.yours for turn in turns]

    assert whose() == [True, True]
    now = scene.fresh(row)
    agreement.sign_team_pledge(now, shown_sha256=now.text_sha256, **by)
    assert whose() == [False, True]


def test_the_last_signature_ends_the_signing_in_ink_as_well(office: rows.Office) -> None:
    row = scene.issued(office, scene.approved(office, track="expedited"))
    assert signers.missing(row) == [Role.APPLICANT]
    day = rows.TODAY - timedelta(days=3)
    agreement.record_ink_signature(
        row, signer=office.people["alice"], capacity=Role.APPLICANT, signed_on=day,
        scan=scanned(office, row.case), **scene.by(office, "cora", Role.COORDINATOR),
    )  # fmt: skip
    proof = models.Proof.objects.get(kind="agreement")
    assert (proof.outcome, proof.dated_on) == ("signed", day)
    assert letters_to(office.people["alice"])[-1] == "agreement-news"


def test_ink_of_somebody_else_or_tomorrow_is_refused_with_every_reason(
    office: rows.Office, row: models.Agreement
) -> None:
    office.institution.official_verified_at = office.institution.official_verified_by = None
    office.institution.save()
    models.Signature.objects.create(
        agreement=row, signer=office.people["alice"], capacity="applicant", method="in_app",
        shown_sha256=row.text_sha256, signed_on=rows.TODAY, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    scan, now = scanned(office, row.case, "held"), scene.fresh(row)

    def record(name: str, capacity: Role) -> list[str]:
        return refused(
            lambda: agreement.record_ink_signature(
                now, signer=office.people[name], capacity=capacity, scan=scan,
                signed_on=rows.TODAY + timedelta(days=1),
                **scene.by(office, "cora", Role.COORDINATOR),
            )
        )  # fmt: skip

    late = ["scan-not-clean", "future-date"]
    assert record("sam", Role.SIGNING_OFFICIAL) == ["not-the-signer", *late]
    assert record("alice", Role.APPLICANT) == ["already-signed", *late]


def test_who_declines_says_why_and_the_applicant_hears(
    office: rows.Office, row: models.Agreement
) -> None:
    by = scene.by(office, "sam", Role.SIGNING_OFFICIAL)
    declined = agreement.decline_to_sign(row, reason=" Liability. ", **by)
    assert (declined.capacity, declined.reason) == ("signing_official", "Liability.")
    values = {"capacity": "signing_official", "reason": " Liability. "}
    assert_entered(row.case, "agreement.decline_to_sign", by, stages=STAYS, values=values)
    assert letters_to(office.people["alice"])[-1] == "agreement-news"
    alice = scene.by(office, "alice", Role.APPLICANT)
    agreement.decline_to_sign(scene.fresh(row), reason="So do I.", **alice)
    assert letters_to(office.people["alice"]).count("agreement-news") == 1
    assert refused(lambda: agreement.decline_to_sign(scene.fresh(row), reason="", **alice)) == [
        "reason-missing"
    ]


def test_a_voided_agreement_cannot_be_signed(office: rows.Office, row: models.Agreement) -> None:
    by = scene.by(office, "cora", Role.COORDINATOR)
    agreement.void_agreement(row, reason="Wrong name.", **by)
    assert marked(row, "superseded") == by_and_at(by)
    assert row.void_reason == "Wrong name."
    values = {"version": 1, "reason": "Wrong name."}
    assert_entered(row.case, "agreement.void_agreement", by, stages=STAYS, values=values)
    assert models.Proof.objects.get(kind="agreement").revoked_at is not None
    assert refused(lambda: scene.signs(office, row, "alice")) == ["agreement-not-issued"]


def test_an_agreement_that_all_signed_cannot_be_voided(
    office: rows.Office, row: models.Agreement
) -> None:
    for name in ("alice", "sam", "rita"):
        scene.signs(office, row, name)
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert refused(lambda: agreement.void_agreement(scene.fresh(row), reason="No.", **by)) == [
        "agreement-signed"
    ]
    assert models.Proof.objects.get(kind="agreement").outcome == "signed"


def test_a_duty_without_a_clause_stops_the_agreement(office: rows.Office) -> None:
    case = scene.approved(office)
    models.PolicyFinding.objects.create(
        case=case, round=1, rule="X-1", result="obligation", duty="walk-on-water", reason="?",
        automatic=False,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    scene.drafted(office, case)
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert refused(lambda: agreement.issue_agreement_and_estimate(case, **by)) == [
        "duty-unanswered"
    ]


def test_what_is_on_offer_is_not_issued_twice(office: rows.Office) -> None:
    row = scene.issued(office, scene.approved(office))
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert refused(lambda: agreement.issue_agreement_and_estimate(row.case, **by)) == [
        "nothing-to-issue"
    ]
    assert letters_to(office.people["alice"]).count("agreement") == 1


def test_an_agreement_that_states_another_estimate_is_drafted_anew(office: rows.Office) -> None:
    case = scene.issued(office, scene.approved(office)).case
    elsewhere(office, case)
    first = case.estimates.get()
    first.superseded_at, first.superseded_by = rows.NOW, office.system
    first.save()
    models.Estimate.objects.create(
        case=case, version=2, lines=first.lines, total_minor=1, currency="USD",
        valid_until_on=first.valid_until_on, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    other = models.Institution.objects.get(name="Riverside Institute")
    scene.drafted(office, case, institution=other)
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert refused(lambda: agreement.issue_agreement_and_estimate(case, **by)) == ["other-estimate"]
    scene.drafted(office, case)
    made, second = agreement.issue_agreement_and_estimate(case, **by)
    assert (made.version, second.version) == (2, 2)
    assert case.agreements.filter(superseded_at=None, issued_at=None).count() == 0


def test_a_joinder_leaves_the_accepted_estimate_as_it_was_issued(office: rows.Office) -> None:
    row = scene.issued(office, scene.approved(office))
    scene.signs(office, row, "alice")
    case = scene.fresh(row).case
    before = case.estimates.get().issued_at
    joinder = scene.drafted(office, case, institution=elsewhere(office, case))
    actor = scene.by(office, "cora", Role.COORDINATOR)["actor"]
    later = rows.NOW + timedelta(days=1)
    agreement.issue_agreement_and_estimate(case, actor=actor, now=later)
    assert (case.estimates.get().issued_at, scene.fresh(joinder).issued_at) == (before, later)


def test_an_official_who_was_not_verified_gets_no_link(office: rows.Office) -> None:
    office.institution.official_verified_at = office.institution.official_verified_by = None
    office.institution.save()
    scene.issued(office, scene.approved(office))
    assert letters_to(office.people["sam"]) == []
