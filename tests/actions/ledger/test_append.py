"""An entry: chained, salted, and silent about who did what to which value."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import rfc8785
from django.db import IntegrityError, connection, transaction

from muniment import models
from muniment.actions import ledger
from tests.actions import rows

REASON = 'Dr. Okonkwo fell ill — «until» June\n\t\\ " 𝛼 \x7f'


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


def append(subject: ledger.Subject, home: rows.Home, **more: Any) -> models.Entry:
    """Append an entry and return it as it is stored."""
    ledger.append(subject, **{"tag": "case.held", "actor": home.system, "now": rows.NOW, **more})
    return models.Entry.objects.get(
        subject_kind=ledger.kind_of(subject),
        subject_id=subject.pk,
        number=subject.ledger_length,
    )


def salt_of(entry: models.Entry, name: str) -> str:
    return models.Salt.objects.get(
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        number=entry.number,
        name=name,
    ).salt


def test_every_entry_follows_the_one_before_it(home: rows.Home) -> None:
    case = home.case()
    first = append(case, home, stage_from="submitted", stage_to="submitted")
    second = append(case, home, tag="case.let_go", now=rows.NOW + timedelta(hours=1))
    assert (first.number, first.previous) == (1, "")
    assert (second.number, second.previous) == (2, first.sha256)
    assert (first.tag, first.at, first.stage_from, first.stage_to, first.values) == (
        "case.held", rows.NOW, "submitted", "submitted", {},
    )  # fmt: skip


def test_the_head_moves_on_the_row_and_in_memory(home: rows.Home) -> None:
    subjects = (home.case(), home.programme, home.holding())
    for subject in subjects:
        append(subject, home)
        last = append(subject, home)
        stored = type(subject).objects.get(pk=subject.pk)
        assert (stored.ledger_length, stored.ledger_head) == (2, last.sha256)
        assert (subject.ledger_length, subject.ledger_head) == (2, last.sha256)
    assert ledger.verify() == (6, [])


def test_each_subject_has_a_chain_of_its_own(home: rows.Home) -> None:
    one, other = home.case(), home.case()
    append(one, home)
    append(one, home)
    assert append(other, home).previous == ""


def test_the_hash_is_over_the_canonical_form_of_every_other_column(home: rows.Home) -> None:
    case = home.case()
    append(case, home)
    entry = append(
        case, home, tag='case.«held»\n"\\\x1f\x7f 𝛼', now=rows.NOW + timedelta(microseconds=7),
        stage_from="policy", values={"reason": REASON, "Ünits": 3},
    )  # fmt: skip
    columns = {
        field.name: getattr(entry, field.name)
        for field in models.Entry._meta.local_concrete_fields
        if field.name != "sha256"
    }
    columns["at"] = columns["at"].isoformat()
    assert hashlib.sha256(rfc8785.dumps(columns)).hexdigest() == entry.sha256


def test_an_instant_told_in_another_zone_is_kept_in_utc_and_verifies(home: rows.Home) -> None:
    entry = append(home.case(), home, now=rows.NOW.astimezone(ZoneInfo("Asia/Kolkata")))
    assert entry.at == rows.NOW
    assert ledger.verify() == (1, [])


@pytest.mark.parametrize(
    "value", [REASON, "", 0, -12, True, None, ["a", 1], {"b": [1, {"a": ""}]}], ids=repr
)
def test_the_right_salt_proves_a_value_and_no_other(home: rows.Home, value: object) -> None:
    entry = append(home.case(), home, values={"answer": value, "also": value})
    salt, other = salt_of(entry, "answer"), salt_of(entry, "also")
    assert ledger.salted(salt, value) == entry.values["answer"]
    assert ledger.salted(salt, "something else") != entry.values["answer"]
    assert ledger.salted(other, value) != entry.values["answer"]


def test_a_salt_is_fresh_for_every_value(home: rows.Home) -> None:
    case = home.case()
    first = append(case, home, values={"reason": "ill", "again": "ill"})
    second = append(case, home, values={"reason": "ill"})
    salts = set(models.Salt.objects.values_list("salt", flat=True))
    assert len(salts) == 3
    assert {len(bytes.fromhex(salt)) for salt in salts} == {16}
    assert len({*first.values.values(), *second.values.values()}) == 3


def test_an_entry_without_values_has_no_salts(home: rows.Home) -> None:
    entry = append(home.case(), home)
    assert entry.values == {}
    assert not models.Salt.objects.exists()


def test_a_deleted_salt_leaves_the_chain_verified(home: rows.Home) -> None:
    case = home.case()
    append(case, home, values={"reason": "ill", "until": "2026-12-01"})
    append(case, home)
    models.Salt.objects.filter(name="reason").delete()
    assert ledger.verify() == (2, [])
    assert list(models.Salt.objects.values_list("name", flat=True)) == ["until"]


def test_neither_a_value_nor_a_name_stands_in_the_ledger(home: rows.Home) -> None:
    case = home.case(title="Outcomes after Okonkwo's method")
    alice = home.acting("alice")
    append(
        case, home, actor=alice, values={"reason": "Dr. Okonkwo fell ill", "count": 471108154711}
    )
    told = everything_in("muniment_entry") + everything_in("muniment_salt")
    for secret in ("Okonkwo", "ill", "471108154711", "Alice", "alice", alice.person.public_id):
        assert secret not in told


def everything_in(table: str) -> str:
    """A table as text, whatever its columns are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        found = cursor.fetchall()
    assert found
    return json.dumps(found, default=str)


def test_an_actor_has_another_name_in_each_chain(home: rows.Home) -> None:
    case, other = home.case(), home.case()
    cora, mia = home.acting("cora"), home.acting("mia")
    names = [
        append(subject, home, actor=actor).actor
        for subject in (case, other, home.programme)
        for actor in (cora, mia)
    ]
    assert len(set(names)) == 6
    assert append(case, home, actor=cora).actor == names[0]


def test_a_name_needs_the_key_that_is_not_in_the_database(home: rows.Home, settings: Any) -> None:
    cora = home.acting("cora")
    before = ledger.pseudonym("case", 1, cora)
    settings.LEDGER_PSEUDONYM_KEY = "another install's key"
    assert ledger.pseudonym("case", 1, cora) != before


def test_an_entry_goes_with_the_transaction_that_wrote_it(home: rows.Home) -> None:
    case = home.case()
    with transaction.atomic():
        append(case, home, values={"reason": "ill"})
        transaction.set_rollback(True)
    case.refresh_from_db()
    assert (case.ledger_length, case.ledger_head) == (0, "")
    assert not models.Entry.objects.exists()
    assert not models.Salt.objects.exists()


def test_two_entries_cannot_have_one_place(home: rows.Home) -> None:
    case = home.case()
    stale = models.Case.objects.get(pk=case.pk)
    append(case, home)
    with pytest.raises(IntegrityError), transaction.atomic():
        append(stale, home)
    assert (stale.ledger_length, stale.ledger_head) == (0, "")
    assert ledger.verify() == (1, [])


def test_one_message_to_the_server_writes_what_the_statements_write_one_by_one() -> None:
    """SQLite never gets it; on PostgreSQL every other test of this room goes through it."""
    statement, values = ledger._in_one(
        [
            ("INSERT INTO a VALUES (%s, %s)", [1, "x"]),
            ("INSERT INTO b VALUES (%s)", [2]),
            ("UPDATE c SET d = %s WHERE e = %s", [3, 4]),
        ]
    )
    assert statement == (
        "WITH write_0 AS (INSERT INTO a VALUES (%s, %s)), write_1 AS (INSERT INTO b VALUES (%s)) "
        "UPDATE c SET d = %s WHERE e = %s"
    )
    assert values == [1, "x", 2, 3, 4]
