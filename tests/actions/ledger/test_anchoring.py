"""Every entry gets its place in one tree; the head is signed, and never against an earlier one."""

from datetime import timedelta

import pytest
from django.db import connection

from muniment import models
from muniment.actions import anchoring, step
from muniment.notary import merkle, notes
from muniment.queries.ledger import anchors
from muniment.rulebook.words import Role
from tests.actions import rows
from tests.actions.ledger.anchored import KEY, SECRET, anchor, auditor, filled
from tests.evidence import assert_entered, letters_to, refused

HOUR = timedelta(hours=1)


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


def head() -> notes.Checkpoint:
    newest = anchors.find_newest()
    assert newest is not None
    return notes.opened(newest.note, key=KEY)


def plain_root() -> bytes:
    """The root over all leaves, computed from every one of them."""
    hashes = [anchors.hash_of(leaf.sha256) for leaf in anchors.each_leaf()]
    return merkle.root(merkle.Leaves(hashes), len(hashes))


def test_anchoring_places_every_entry_once_and_signs_the_head(home: rows.Home) -> None:
    first, second = home.case(), home.case()
    filled(home, first, 3)
    filled(home, second, 2)
    made = anchor(home)
    assert made is not None
    assert (made.size, made.root, made.key) == (5, plain_root().hex(), KEY.line())
    assert (made.made_at, made.made_by) == (rows.NOW, home.system)
    assert head() == notes.Checkpoint(KEY.name, 5, plain_root())
    placed = [(leaf.subject_id, leaf.number, leaf.sha256) for leaf in anchors.each_leaf()]
    stored = models.Entry.objects.filter(subject_kind="case")
    assert sorted(placed) == sorted((e.subject_id, e.number, e.sha256) for e in stored)
    by = {"actor": home.system, "now": rows.NOW}
    values = {"size": 5, "root": made.root}
    assert_entered(home.programme, "work.anchor_ledger", by, values=values)


def test_only_the_system_anchors(home: rows.Home) -> None:
    filled(home, home.case(), 1)
    assert refused(lambda: anchor(home, actor=home.acting("cora"))) == ["not-your-step"]


def test_an_idle_ledger_is_not_anchored_again(home: rows.Home) -> None:
    assert anchor(home) is None
    case = home.case()
    filled(home, case, 1)
    assert anchor(home) is not None
    assert anchor(home, now=rows.NOW + HOUR) is None
    filled(home, case, 1, at=rows.NOW + HOUR)
    again = anchor(home, now=rows.NOW + 2 * HOUR)
    assert again is not None
    assert again.size == 3  # the first anchoring is an entry as well


def test_a_tree_grows_from_what_was_signed_before(home: rows.Home) -> None:
    case, heads = home.case(), []
    for hour in range(4):
        filled(home, case, 150, at=rows.NOW + hour * HOUR)
        anchor(home, now=rows.NOW + hour * HOUR)
        heads.append(head())
    assert [each.size for each in heads] == [150, 301, 452, 603]
    assert heads[-1].root == plain_root()
    assert models.TreeNode.objects.filter(level=8).count() == 2
    for earlier in heads[:-1]:
        path = merkle.consistency(anchors.Stored(), earlier.size, heads[-1].size)
        sizes = {"earlier": earlier.size, "size": heads[-1].size}
        assert merkle.extends(earlier.root, heads[-1].root, path=path, **sizes)
    for position in (0, 149, 255, 256, 511, 512, 602):
        path = merkle.inclusion(anchors.Stored(), position, 603)
        leaf = models.Leaf.objects.get(pk=position)
        given = {"position": position, "size": 603, "path": path}
        assert merkle.includes(heads[-1].root, entry_hash=anchors.hash_of(leaf.sha256), **given)


def test_what_lies_outside_is_the_beginning_of_the_tree(home: rows.Home) -> None:
    case = home.case()
    filled(home, case, 3)
    first = anchor(home)
    assert first is not None
    filled(home, case, 2, at=rows.NOW + HOUR)
    assert anchor(home, now=rows.NOW + HOUR, outside=[first.note]) is not None


def test_an_old_backup_is_not_signed_over(home: rows.Home) -> None:
    """The database is put back to before the second anchoring; the note outside stays."""
    case = home.case()
    filled(home, case, 3)
    anchor(home)
    filled(home, case, 2, at=rows.NOW + HOUR)
    later = anchor(home, now=rows.NOW + HOUR)
    assert later is not None
    restore_to(3)
    filled(home, home.case(), 1, at=rows.NOW + 2 * HOUR)
    assert refused(lambda: anchor(home, outside=[later.note])) == ["ledger-shrank"]
    filled(home, home.case(), 9, at=rows.NOW + 2 * HOUR)
    anchor(home)  # whoever has no note from outside cannot know
    assert refused(lambda: anchor(home, outside=[later.note])) == ["ledger-rewritten"]


def restore_to(size: int) -> None:
    """The tree as it was when it had so many leaves, and nothing that came after."""
    models.Leaf.objects.filter(position__gte=size).delete()
    models.Checkpoint.objects.filter(size__gt=size).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM muniment_entry WHERE number > 3")
        cursor.execute("UPDATE muniment_case SET ledger_length = 3")


def test_a_rewritten_past_is_not_signed_over(home: rows.Home) -> None:
    filled(home, home.case(), 3)
    signed = anchor(home)
    assert signed is not None
    models.Leaf.objects.filter(position=1).update(sha256="0" * 64)
    filled(home, home.case(), 1, at=rows.NOW + HOUR)
    assert refused(lambda: anchor(home, outside=[signed.note])) == ["ledger-rewritten"]


def test_a_note_of_somebody_else_is_named_and_nothing_is_signed(home: rows.Home) -> None:
    filled(home, home.case(), 1)
    stranger = notes.Key(KEY.name, b"k" * 32)
    note = notes.signed(notes.Checkpoint(KEY.name, 1, b"r" * 32).text(), key=stranger,
                        sign=SECRET.sign)  # fmt: skip
    assert refused(lambda: anchor(home, outside=[note])) == ["checkpoint-unreadable"]


def test_the_checkpoint_is_mailed_once_a_day_to_who_audits(home: rows.Home) -> None:
    case, audra = home.case(), auditor(home)
    for hour in range(3):
        filled(home, case, 1, at=rows.NOW + hour * HOUR)
        anchor(home, now=rows.NOW + hour * HOUR)
    assert letters_to(audra) == ["checkpoint"]
    newest = models.Checkpoint.objects.order_by("size").first()
    assert newest is not None
    assert newest.root in audra.messages.get().body.replace("\\", "")
    filled(home, case, 1, at=rows.NOW + timedelta(days=1))
    anchor(home, now=rows.NOW + timedelta(days=1))
    assert letters_to(audra) == ["checkpoint"] * 2
    assert letters_to(home.people["cora"]) == []


def test_the_alarm_sounds_once_a_day(home: rows.Home) -> None:
    audra = auditor(home)

    def sound(days: int) -> int:
        at = rows.NOW + timedelta(days=days)
        given = {"actor": home.system, "now": at, "reasons": ["It shrank.", "It lies."]}
        return anchoring.raise_alarm(home.programme, **given)

    assert [sound(0), sound(0), sound(1)] == [1, 0, 1]
    assert letters_to(audra) == ["ledger-alarm"] * 2
    assert "It shrank" in audra.messages.first().body


def test_somebody_without_a_live_office_is_told_nothing(home: rows.Home) -> None:
    audra = auditor(home)
    audra.is_active = False
    audra.save()
    filled(home, home.case(), 1)
    anchor(home)
    assert letters_to(audra) == []
    assert home.people["cora"].grants.get().role == Role.COORDINATOR


def test_a_tree_with_a_hole_is_noticed_and_not_computed(home: rows.Home) -> None:
    filled(home, home.case(), 300)
    signed = anchor(home)
    assert signed is not None
    models.TreeNode.objects.all().delete()
    with pytest.raises(LookupError, match="lacks 1 nodes of level 8"):
        anchoring.unless_consistent([signed.note], key=KEY)
    models.Leaf.objects.filter(position=299).delete()
    with pytest.raises(step.Refused, match="older copy"):
        anchoring.unless_consistent([signed.note], key=KEY)
