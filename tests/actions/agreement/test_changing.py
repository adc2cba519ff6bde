"""Changes to clauses: proposed, accepted into a new version, or refused with a reason."""

import pytest

from muniment import models
from muniment.actions import agreement
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.pages import rows
from tests.pages.agreement import scene

STAYS = ("agreement", "agreement")
WORDING = "The society may look into how the terms are kept, once a year."


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """Issued, not signed."""
    return scene.issued(office, scene.approved(office))


def proposed(
    office: rows.Office, row: models.Agreement, clause: str = "audit", text: str = WORDING
) -> models.ClauseChange:
    by = scene.by(office, "sam", Role.SIGNING_OFFICIAL)
    return agreement.propose_clause_change(row, clause=clause, text=text, reason="Counsel.", **by)


def test_a_change_is_asked_for_and_nobody_signs_meanwhile(
    office: rows.Office, row: models.Agreement
) -> None:
    by = scene.by(office, "sam", Role.SIGNING_OFFICIAL)
    change = proposed(office, row)
    assert (change.clause, change.text, change.reason) == ("audit", WORDING, "Counsel.")
    assert marked(change, "made") == by_and_at(by)
    values = {"clause": "audit", "text": WORDING, "reason": "Counsel."}
    assert_entered(row.case, "agreement.propose_clause_change", by, stages=STAYS, values=values)
    assert refused(lambda: scene.signs(office, row, "alice")) == ["clause-change-open"]


@pytest.mark.parametrize(
    ("clause", "text", "codes"),
    [
        ("nothing", WORDING, ["clause-unknown"]),
        ("purpose", WORDING, ["clause-fixed"]),
        ("audit", "  ", ["clause-unchanged"]),
    ],
)
def test_what_cannot_be_changed_is_refused(
    office: rows.Office, row: models.Agreement, clause: str, text: str, codes: list[str]
) -> None:
    assert refused(lambda: proposed(office, row, clause, text)) == codes
    assert not row.clause_changes.exists()


def test_a_clause_waits_for_one_decision_at_a_time(
    office: rows.Office, row: models.Agreement
) -> None:
    proposed(office, row)
    again = scene.fresh(row)
    assert refused(lambda: proposed(office, again)) == ["change-waits"]


def test_an_accepted_change_makes_a_version_that_nobody_has_signed(
    office: rows.Office, row: models.Agreement
) -> None:
    scene.signs(office, row, "alice")
    change = proposed(office, scene.fresh(row))
    by = scene.by(office, "paula", Role.POLICY_OFFICER)
    change = models.ClauseChange.objects.select_related("agreement__case").get(pk=change.pk)
    made = agreement.accept_clause_change(change, **by)
    assert marked(change, "accepted") == by_and_at(by)
    assert marked(row, "superseded") == by_and_at(by)
    assert (made.version, made.issued_at, WORDING in made.text) == (2, None, True)
    values = {"clause": "audit", "text": made.text_sha256, "version": 2}
    assert_entered(made.case, "agreement.accept_clause_change", by, stages=STAYS, values=values)
    again, _estimate = agreement.issue_agreement_and_estimate(
        models.Case.objects.get(pk=made.case.pk), **scene.by(office, "cora", Role.COORDINATOR)
    )
    assert WORDING in again.text
    assert not again.signatures.exists()


def test_other_changes_are_asked_of_the_new_version(
    office: rows.Office, row: models.Agreement
) -> None:
    first = proposed(office, row)
    second = proposed(office, scene.fresh(row), "liability", "Each side bears its own losses.")
    first = models.ClauseChange.objects.select_related("agreement__case").get(pk=first.pk)
    made = agreement.accept_clause_change(first, **scene.by(office, "paula", Role.POLICY_OFFICER))
    second.refresh_from_db()
    assert second.agreement == made


def test_a_refused_change_leaves_the_clause_and_says_why(
    office: rows.Office, row: models.Agreement
) -> None:
    change = proposed(office, row)
    change = models.ClauseChange.objects.select_related("agreement__case").get(pk=change.pk)
    by = scene.by(office, "cora", Role.COORDINATOR)
    agreement.refuse_clause_change(change, reason="It is the law.", **by)
    assert marked(change, "refused") == by_and_at(by)
    values = {"clause": "audit", "reason": "It is the law."}
    assert_entered(
        change.agreement.case, "agreement.refuse_clause_change", by, stages=STAYS, values=values
    )
    assert letters_to(office.people["sam"])[-1] == "agreement-news"
    scene.signs(office, row, "alice")


def test_a_change_is_decided_once(office: rows.Office, row: models.Agreement) -> None:
    change, other = proposed(office, row), None
    other = proposed(office, scene.fresh(row), "liability", "Each side bears its own losses.")
    by = scene.by(office, "cora", Role.COORDINATOR)

    def again() -> models.ClauseChange:
        return models.ClauseChange.objects.select_related("agreement__case").get(pk=change.pk)

    agreement.refuse_clause_change(again(), reason="No.", **by)
    assert refused(lambda: agreement.refuse_clause_change(again(), reason="No.", **by)) == [
        "change-decided"
    ]
    paula = scene.by(office, "paula", Role.POLICY_OFFICER)
    assert refused(lambda: agreement.accept_clause_change(again(), **paula)) == ["change-decided"]
    other.refresh_from_db()
    assert other.accepted_at is None


def test_without_a_reason_or_a_change_nothing_is_decided(
    office: rows.Office, row: models.Agreement
) -> None:
    change = proposed(office, row)
    change = models.ClauseChange.objects.select_related("agreement__case").get(pk=change.pk)
    by = scene.by(office, "cora", Role.COORDINATOR)
    assert refused(lambda: agreement.refuse_clause_change(change, reason=" ", **by)) == [
        "reason-missing"
    ]
