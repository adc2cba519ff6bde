"""The checkpoint for anyone; receipts for the parties and the office, and for nobody else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muniment import cli, models
from muniment.actions import anchoring, ledger
from muniment.notary import receipts
from muniment.rulebook.words import Stage
from tests.actions.ledger.anchored import KEY, SECRET
from tests.pages import rows

As = Callable[[str], Client]


def anchor(office: rows.Office) -> models.Checkpoint | None:
    office.programme.refresh_from_db()
    return anchoring.anchor_ledger(
        office.programme, actor=office.system, now=rows.NOW, key=KEY, sign=SECRET.sign
    )


def decided(office: rows.Office) -> models.Case:
    """A denied request whose decision is in the ledger."""
    case = office.case(Stage.DENIED)
    decision = models.Determination.objects.create(
        case=case, round=1, outcome="denied", reason="Too small.", letter="Dear Alice,",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    ledger.append(
        case, tag="decision.deny", actor=office.system, now=rows.NOW, stage_from="determination",
        stage_to="denied",
        values={"outcome": "denied", "notice": decision.letter, "reason": "Too small."},
    )  # fmt: skip
    return case


def listing(case: models.Case) -> str:
    return reverse("receipts", args=[case.reference])


def file(case: models.Case, number: int = 1) -> str:
    return reverse("receipt_file", args=[case.reference, number])


def test_a_receipt_waits_for_the_next_checkpoint(office: rows.Office, as_: As) -> None:
    case = decided(office)
    assert "within the hour" in as_("alice").get(listing(case)).content.decode()
    assert as_("alice").get(file(case)).status_code == 404


def test_a_receipt_is_checked_off_line(
    office: rows.Office, as_: As, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = decided(office)
    anchor(office)
    page = as_("alice").get(listing(case)).content.decode()
    assert file(case) in page
    answer = as_("alice").get(file(case))
    assert answer["Content-Disposition"].endswith('receipt-1.json"')
    held = receipts.check(answer.content, key=KEY.line())
    assert held.values == {"outcome": "denied", "notice": "Dear Alice,"}
    taken = tmp_path / "receipt.json"
    taken.write_bytes(answer.content)
    assert cli.main(["verify", str(taken), "--key", KEY.line()]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Verified: decision.deny, ")
    assert "outcome: denied" in told
    assert cli.main(["verify", str(taken), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["key_given"] is False
    assert cli.main(["verify", str(taken)]) == 0
    assert "Compare this key" in capsys.readouterr().out


def test_a_receipt_that_was_changed_or_is_none_is_refused(
    office: rows.Office, as_: As, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = decided(office)
    anchor(office)
    taken = tmp_path / "receipt.json"
    taken.write_bytes(as_("alice").get(file(case)).content.replace(b'"denied"', b'"approved"'))
    for asked, said in ((taken, "changed"), (tmp_path / "none.json", "cannot be read")):
        assert cli.main(["verify", str(asked)]) == 1
        told = capsys.readouterr()
        assert (told.out, said in told.err) == ("", True)


def test_the_office_reads_receipts_and_the_committee_and_strangers_do_not(
    office: rows.Office, as_: As
) -> None:
    case = decided(office)
    anchor(office)
    office.declares(case, "max", conflicted=False)
    assert as_("cora").get(file(case)).status_code == 200
    for name in ("max", "stan"):
        assert as_(name).get(listing(case)).status_code == 404
        assert as_(name).get(file(case)).status_code == 404
    assert Client().get(listing(case)).status_code == 401


def test_other_entries_have_no_receipt(office: rows.Office, as_: As) -> None:
    case = decided(office)
    ledger.append(case, tag="work.write_note", actor=office.system, now=rows.NOW)
    anchor(office)
    assert as_("alice").get(file(case, 2)).status_code == 404


def test_signatures_and_deliveries_have_receipts_with_what_was_signed(
    office: rows.Office, as_: As
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case, "applicant")
    ledger.append(
        case, tag="agreement.sign_as_applicant", actor=office.system, now=rows.NOW,
        values={"shown": "0" * 64, "capacity": "applicant"},
    )  # fmt: skip
    ledger.append(
        case, tag="release.open_delivery", actor=office.system, now=rows.NOW,
        values={"recipient": "p", "package": "1" * 64},
    )  # fmt: skip
    anchor(office)
    signed = receipts.check(as_("alice").get(file(case, 1)).content)
    assert signed.values == {"capacity": "applicant", "shown": "0" * 64}
    assert receipts.check(as_("alice").get(file(case, 2)).content).values == {}


def test_the_list_costs_the_same_for_one_entry_and_for_many(office: rows.Office, as_: As) -> None:
    case, alice = decided(office), as_("alice")
    anchor(office)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert alice.get(listing(case)).status_code == 200
        return len(caught)

    one = queries()
    for _ in range(5):
        ledger.append(case, tag="agreement.countersign", actor=office.system, now=rows.NOW)
    anchor(office)
    assert queries() == one


def test_the_checkpoint_is_the_same_for_everyone(office: rows.Office, as_: As) -> None:
    assert Client().get("/checkpoint").status_code == 404
    assert "no checkpoint yet" in Client().get("/checkpoint/").content.decode()
    decided(office)
    made = anchor(office)
    assert made is not None
    answer = Client().get("/checkpoint")
    assert (answer.content.decode(), answer["Content-Type"]) == (
        made.note, "text/plain; charset=utf-8",
    )  # fmt: skip
    assert as_("stan").get("/checkpoint").content == answer.content
    page = Client().get("/checkpoint/").content.decode()
    assert KEY.line().replace("+", "&#x2B;") in page or KEY.line() in page
