"""`verify` finds whatever was done to the ledger behind Django's back, and says where."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from muniment import models
from muniment.actions import ledger
from tests.actions import rows

LENGTH = 4
ELSEWHERE = 9_000_001
CONTENT: dict[str, Any] = {
    "tag": "case.approved",
    "at": rows.NOW + timedelta(microseconds=1),
    "actor": "0" * 32,
    "stage_from": "draft",
    "stage_to": "closed",
    "values": json.dumps({"reason": "0" * 64}),
    "previous": "0" * 64,
    "sha256": "0" * 64,
}
PLACE: dict[str, Any] = {"subject_kind": "holding", "subject_id": ELSEWHERE, "number": 77}
WHICH = pytest.mark.parametrize("number", [1, 2, LENGTH], ids=["first", "middle", "last"])


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


@pytest.fixture
def case(home: rows.Home) -> models.Case:
    """A chain of four, beside the chains of another case and of the programme."""
    made = home.case()
    for subject in (made, home.case(), home.programme):
        for number in range(1, LENGTH + 1):
            ledger.append(
                subject,
                tag="case.noted",
                actor=home.system,
                now=rows.NOW + timedelta(minutes=number),
                stage_from="submitted",
                stage_to="submitted",
                values={"reason": "ill", "number": number},
            )
    return made


def sql(statement: str, *values: Any) -> int:
    """Do it in the database itself; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def alter(case: models.Case, number: int, /, **columns: Any) -> None:
    """Set columns of one entry of the case's chain."""
    changes = ", ".join(f'"{column}" = %s' for column in columns)
    touched = sql(
        f"UPDATE muniment_entry SET {changes}"
        " WHERE subject_kind = 'case' AND subject_id = %s AND number = %s",
        *columns.values(), case.pk, number,
    )  # fmt: skip
    assert touched == 1


def remove(case: models.Case, number: int) -> None:
    touched = sql(
        "DELETE FROM muniment_entry"
        " WHERE subject_kind = 'case' AND subject_id = %s AND number = %s",
        case.pk, number,
    )  # fmt: skip
    assert touched == 1


def found(case: models.Case) -> list[tuple[int, str]]:
    """What is found; all of it on this case's chain."""
    total, breaks = ledger.verify()
    assert total == models.Entry.objects.count()
    assert {(each.subject_kind, each.subject_id) for each in breaks} <= {("case", case.pk)}
    return [(each.number, each.what) for each in breaks]


def test_a_sound_ledger_verifies(case: models.Case) -> None:
    assert ledger.verify() == (3 * LENGTH, [])


def test_an_empty_ledger_verifies(home: rows.Home) -> None:
    assert ledger.verify() == (0, [])


def test_every_column_is_altered_below() -> None:
    columns = {field.column for field in models.Entry._meta.local_concrete_fields}
    assert columns == CONTENT.keys() | PLACE.keys()


@WHICH
@pytest.mark.parametrize("column", CONTENT)
def test_an_altered_column_is_found_and_its_entry_named(
    case: models.Case, column: str, number: int
) -> None:
    value = CONTENT[column]
    if column == "at":
        value = connection.ops.adapt_datetimefield_value(value)
    alter(case, number, **{column: value})
    assert (number, "its content was changed") in found(case)


@WHICH
@pytest.mark.parametrize("column", PLACE)
def test_an_entry_put_elsewhere_is_found_where_it_was_and_where_it_is(
    case: models.Case, column: str, number: int
) -> None:
    here = {"subject_kind": "case", "subject_id": case.pk, "number": number}
    alter(case, number, **{column: PLACE[column]})
    _, breaks = ledger.verify()
    told = {(each.subject_kind, each.subject_id, each.number, each.what) for each in breaks}
    assert (*{**here, column: PLACE[column]}.values(), "its content was changed") in told
    assert told & {
        ("case", case.pk, number + 1, f"entry {number} is missing before it"),
        ("case", case.pk, number, f"entries {number} to {number} are missing"),
        ("case", case.pk, 77, f"entry {number} is missing before it"),
    }


@pytest.mark.parametrize(
    ("column", "text"), [("at", "the day before"), ("at", "2026-13-40 10:00:00"), ("at", "")]
)
def test_an_instant_that_is_none_is_found_too(case: models.Case, column: str, text: str) -> None:
    if connection.vendor == "postgresql":
        text = "infinity"  # the only instants that Python cannot read
    alter(case, 2, **{column: text})
    assert found(case) == [(2, "its content was changed")]


def test_numbers_beyond_what_json_can_carry_are_found_too(case: models.Case) -> None:
    alter(case, 2, values=json.dumps({"reason": 2**70, "number": 0.5}))
    assert found(case) == [(2, "its content was changed")]


def test_an_altered_value_with_its_own_hash_made_anew_is_found(case: models.Case) -> None:
    """Whoever recomputes one hash breaks the link that follows it."""
    alter(case, 2, tag="case.approved")
    alter(case, 2, sha256=recomputed(case, 2))
    assert found(case) == [(3, "it does not follow the entry before it")]


def test_the_last_entry_altered_with_its_hash_is_found_by_the_head(case: models.Case) -> None:
    alter(case, LENGTH, tag="case.approved")
    alter(case, LENGTH, sha256=recomputed(case, LENGTH))
    assert found(case) == [(LENGTH, "the last entry is not the one the stored head names")]


def recomputed(case: models.Case, number: int) -> str:
    """The hash that the entry would have as it stands now."""
    entry = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk, number=number)
    columns = entry.values().get()
    del columns["sha256"]
    return ledger.digest({**columns, "at": columns["at"].isoformat()})


def test_a_missing_first_entry_is_found(case: models.Case) -> None:
    remove(case, 1)
    assert found(case) == [(2, "entry 1 is missing before it")]


def test_a_missing_entry_in_the_middle_is_found(case: models.Case) -> None:
    remove(case, 3)
    assert found(case) == [(4, "entry 3 is missing before it")]


def test_a_missing_last_entry_is_found(case: models.Case) -> None:
    remove(case, LENGTH)
    assert found(case) == [(4, "entries 4 to 4 are missing")]


def test_a_tail_that_was_cut_off_is_found(case: models.Case) -> None:
    remove(case, LENGTH)
    remove(case, LENGTH - 1)
    assert found(case) == [(3, "entries 3 to 4 are missing")]


def test_a_chain_that_is_gone_whole_is_found(case: models.Case) -> None:
    sql("DELETE FROM muniment_entry WHERE subject_kind = 'case' AND subject_id = %s", case.pk)
    assert found(case) == [(1, "entries 1 to 4 are missing")]


def test_a_middle_entry_taken_out_with_the_rest_moved_up_is_found(case: models.Case) -> None:
    remove(case, 2)
    alter(case, 3, number=2)
    alter(case, 4, number=3)
    assert found(case) == [
        (2, "it does not follow the entry before it"),
        (2, "its content was changed"),
        (3, "its content was changed"),
        (4, "entries 4 to 4 are missing"),
    ]


def test_two_entries_in_the_wrong_order_are_found(case: models.Case) -> None:
    alter(case, 2, number=99)
    alter(case, 3, number=2)
    alter(case, 99, number=3)
    assert found(case) == [
        (2, "it does not follow the entry before it"),
        (2, "its content was changed"),
        (3, "it does not follow the entry before it"),
        (3, "its content was changed"),
        (4, "it does not follow the entry before it"),
    ]


def test_an_added_entry_is_found_even_when_it_follows_rightly(
    home: rows.Home, case: models.Case
) -> None:
    length, head = case.ledger_length, case.ledger_head
    ledger.append(case, tag="case.approved", actor=home.system, now=rows.NOW)
    sql(
        "UPDATE muniment_case SET ledger_length = %s, ledger_head = %s WHERE id = %s",
        length, head, case.pk,
    )  # fmt: skip
    assert found(case) == [(5, "the stored head ends at entry 4")]


def test_an_entry_of_a_chain_that_never_began_is_found(home: rows.Home, case: models.Case) -> None:
    other = home.case()
    alter(case, LENGTH, subject_id=other.pk, number=1)
    places = {(each.subject_id, each.number, each.what) for each in ledger.verify()[1]}
    assert (other.pk, 1, "the stored head ends at entry 0") in places
    assert (case.pk, 4, "entries 4 to 4 are missing") in places


def test_two_chains_changed_for_each_other_are_found(case: models.Case) -> None:
    other = models.Case.objects.exclude(pk=case.pk).get()
    move = (
        "UPDATE muniment_entry SET subject_id = %s WHERE subject_kind = 'case' AND subject_id = %s"
    )
    for to, whose in ((ELSEWHERE, case.pk), (case.pk, other.pk), (other.pk, ELSEWHERE)):
        assert sql(move, to, whose) == LENGTH
    told = {(each.subject_id, each.number) for each in ledger.verify()[1]}
    assert told == {(pk, n) for pk in (case.pk, other.pk) for n in range(1, LENGTH + 1)}


def test_chains_and_heads_changed_together_are_found(case: models.Case) -> None:
    """The subject's own number is in every hash, so a chain fits no other subject."""
    other = models.Case.objects.exclude(pk=case.pk).get()
    move = (
        "UPDATE muniment_entry SET subject_id = %s WHERE subject_kind = 'case' AND subject_id = %s"
    )
    for to, whose in ((ELSEWHERE, case.pk), (case.pk, other.pk), (other.pk, ELSEWHERE)):
        assert sql(move, to, whose) == LENGTH
    give = "UPDATE muniment_case SET ledger_head = %s WHERE id = %s"
    heads = dict(models.Case.objects.values_list("pk", "ledger_head"))
    sql(give, heads[other.pk], case.pk)
    sql(give, heads[case.pk], other.pk)
    assert {each.what for each in ledger.verify()[1]} == {"its content was changed"}


HEADS: dict[str, tuple[Callable[[int, str], tuple[int, str]], tuple[int, str]]] = {
    "another hash": (
        lambda length, head: (length, "f" * 64),
        (4, "the last entry is not the one the stored head names"),
    ),
    "no hash": (
        lambda length, head: (length, ""),
        (4, "the last entry is not the one the stored head names"),
    ),
    "longer": (lambda length, head: (length + 2, head), (5, "entries 5 to 6 are missing")),
    "shorter": (lambda length, head: (length - 1, head), (4, "the stored head ends at entry 3")),
    "empty": (lambda length, head: (0, ""), (4, "the stored head ends at entry 0")),
}


@pytest.mark.parametrize("change", HEADS)
def test_an_altered_head_is_found(case: models.Case, change: str) -> None:
    altered, told = HEADS[change]
    length, head = altered(case.ledger_length, case.ledger_head)
    sql(
        "UPDATE muniment_case SET ledger_length = %s, ledger_head = %s WHERE id = %s",
        length, head, case.pk,
    )  # fmt: skip
    assert found(case) == [told]


def test_a_head_without_a_chain_is_found(home: rows.Home) -> None:
    case = home.case()
    sql("UPDATE muniment_case SET ledger_head = %s WHERE id = %s", "f" * 64, case.pk)
    assert found(case) == [(0, "the last entry is not the one the stored head names")]


def test_a_subject_that_is_gone_is_found(case: models.Case) -> None:
    assert sql("DELETE FROM muniment_case WHERE id = %s", case.pk) == 1
    assert found(case) == [(4, "the subject of this chain does not exist")]


def test_the_same_is_found_on_every_kind_of_subject(home: rows.Home) -> None:
    subjects = (home.case(), home.programme, home.holding())
    for subject in subjects:
        ledger.append(subject, tag="case.noted", actor=home.system, now=rows.NOW)
    sql("UPDATE muniment_entry SET tag = 'case.approved'")
    told = {(each.subject_kind, each.subject_id, each.number) for each in ledger.verify()[1]}
    assert told == {(ledger.kind_of(subject), subject.pk, 1) for subject in subjects}


def test_a_break_is_said_in_one_line() -> None:
    said = str(ledger.Break("case", 7, 3, "its content was changed"))
    assert said == "case 7, entry 3: its content was changed"
