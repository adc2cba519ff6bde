"""What the heads on the subjects cannot tell, a checkpoint tells."""

import hashlib

import pytest
from django.db import connection

from muniment import models
from muniment.actions import ledger
from muniment.notary import notes
from muniment.queries.ledger import anchors
from tests.actions import rows
from tests.actions.ledger.anchored import KEY, anchor, filled


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


@pytest.fixture
def case(home: rows.Home) -> models.Case:
    """A case of three entries beside another, anchored."""
    case = home.case()
    filled(home, case, 3)
    filled(home, home.case(), 2)
    anchor(home)
    return case


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_sound_tree_has_no_breaks(case: models.Case) -> None:
    assert anchors.list_breaks() == []
    assert ledger.verify()[1] == []


def test_a_case_removed_with_its_chain_is_seen_by_the_tree_alone(case: models.Case) -> None:
    execute("DELETE FROM muniment_salt WHERE subject_id = %s", case.pk)
    execute("DELETE FROM muniment_entry WHERE subject_kind = 'case' AND subject_id = %s", case.pk)
    case.delete()
    assert ledger.verify()[1] == []
    gone = [f"case {case.pk or '?'}, entry {n}" for n in (1, 2, 3)]
    assert len(anchors.list_breaks()) == len(gone)


def test_a_chain_made_anew_with_its_head_is_seen_by_the_tree_alone(case: models.Case) -> None:
    previous = ""
    for entry, _ in list(ledger._stored()):
        if (entry["subject_kind"], entry["subject_id"]) != ("case", case.pk):
            continue
        forged = {**entry, "tag": "case.forged", "previous": previous}
        previous = ledger.digest(forged)
        execute(
            "UPDATE muniment_entry SET tag = %s, previous = %s, sha256 = %s"
            " WHERE subject_kind = 'case' AND subject_id = %s AND number = %s",
            "case.forged", forged["previous"], previous, case.pk, entry["number"],
        )  # fmt: skip
    execute("UPDATE muniment_case SET ledger_head = %s WHERE id = %s", previous, case.pk)
    assert ledger.verify()[1] == []
    assert [each.split(":")[0] for each in anchors.list_breaks()] == [
        f"case {case.pk}, entry {number}" for number in (1, 2, 3)
    ]


def test_leaves_made_to_fit_contradict_the_checkpoint(case: models.Case) -> None:
    forged = hashlib.sha256(b"another past").hexdigest()
    entry = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk, number=2)
    entry.update(sha256=forged)
    models.Leaf.objects.filter(subject_id=case.pk, number=2).update(sha256=forged)
    assert anchors.list_breaks() == ["the first 5 entries are not those of a checkpoint"]


def test_a_checkpoint_made_to_fit_contradicts_the_one_outside(case: models.Case) -> None:
    outside = notes.opened(models.Checkpoint.objects.get().note, key=KEY)
    models.Checkpoint.objects.all().delete()
    models.Leaf.objects.filter(position=4).delete()
    assert anchors.list_breaks() == []
    assert anchors.list_breaks([outside]) == [
        "a checkpoint covers 5 entries, and only 4 have a place"
    ]


def test_a_hole_among_the_leaves_is_named(case: models.Case) -> None:
    models.Leaf.objects.filter(position=1).delete()
    assert anchors.list_breaks() == ["the tree has no leaf 1"]
