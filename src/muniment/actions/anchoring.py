"""Anchor the ledger: every chain's new entries become leaves of one tree, whose head is signed.

What is signed leaves the building: on a page, by mail to auditors, in a folder beside the database,
to a witness. Each time, the heads that lie outside are held against the tree as it is now, and
nothing is signed that contradicts one of them: an old backup was restored, or somebody rewrote the
past.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.notary import merkle, notes
from muniment.queries import editions, roster
from muniment.queries.ledger import anchors
from muniment.rulebook import words

from . import outbox, step

AT_ONCE = 20_000
TOLD = (words.Role.AUDITOR, words.Role.ADMINISTRATOR)
"""Who is sent the checkpoint, and who is told when the tree contradicts one."""
ALARM = "ledger-alarm"


def anchor_ledger(
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    key: notes.Key,
    sign: notes.Sign,
    outside: Iterable[str] = (),
) -> models.Checkpoint | None:
    """Give new entries their places and sign the head; None where nothing new has happened.

    `outside` are earlier checkpoints as they were kept elsewhere. Raises Refused where one of
    them is not the beginning of this tree.
    """
    with transaction.atomic():
        unless_consistent(outside, key=key)
        if not (waiting := anchors.list_unanchored(most=AT_ONCE)):
            return None
        with step.taking("anchor_ledger", programme, actor=actor, now=now) as taken:
            size = _place(waiting)
            root = merkle.root(anchors.Stored(), size)
            taken.records(size=size, root=root.hex())
            due = not _mailed_today(programme, now)
            made = models.Checkpoint.objects.create(
                size=size,
                root=root.hex(),
                note=notes.signed(
                    notes.Checkpoint(key.name, size, root).text(), key=key, sign=sign
                ),
                key=key.line(),
                mailed=due,
                made_at=now,
                made_by=actor,
            )
            for person in _told(programme, now) if due else ():
                taken.tells(person, "checkpoint", size=str(size), root=root.hex())
    return made


def unless_consistent(outside: Iterable[str], *, key: notes.Key) -> None:
    """Raise Refused with a sentence for each outside checkpoint that this tree did not grow from.

    A note that this key did not sign proves nothing either way, and is named too.
    """
    reasons = [said for note in outside if (said := _contradiction(note, key)) is not None]
    if reasons:
        raise step.Refused(reasons)


def store_cosigned(checkpoint: models.Checkpoint, *, note: str) -> models.Checkpoint:
    """Keep a note with the signatures of others added; its text has to be the same."""
    if notes.text_of(note) != notes.text_of(checkpoint.note):
        message = "A witness answered with another checkpoint; its signature is not kept."
        raise step.Refused([words.Refusal("cosignature-differs", message)])
    checkpoint.note = note
    checkpoint.save(update_fields=["note"])
    return checkpoint


def raise_alarm(
    programme: models.Programme, *, actor: models.Actor, now: datetime, reasons: Iterable[str]
) -> int:
    """Tell auditors and administrators, once a day, that the tree contradicts a checkpoint."""
    today = editions.today(programme, now)
    before = models.Message.objects.filter(kind=ALARM).order_by("-pk").first()
    if before is not None and editions.today(programme, before.made_at) == today:
        return 0
    told = _told(programme, now)
    with transaction.atomic():
        for person in told:
            outbox.write(
                person,
                ALARM,
                subject=programme,
                placeholders={"alarm": " ".join(reasons)},
                actor=actor,
                now=now,
            )
    return len(told)


def _contradiction(note: str, key: notes.Key) -> words.Refusal | None:
    try:
        head = notes.opened(note, key=key)
    except notes.Unreadable as fault:
        message = "A checkpoint that was kept outside cannot be used. {fault}"
        return words.Refusal("checkpoint-unreadable", message, {"fault": str(fault)})
    here = anchors.size()
    if head.size > here:
        message = (
            "A checkpoint of {size} entries was signed, and the ledger has {here}: an older copy "
            "of the database was restored, or entries were removed."
        )
        return words.Refusal("ledger-shrank", message, {"size": str(head.size), "here": str(here)})
    if merkle.root(anchors.Stored(), head.size) != head.root:
        message = "The first {size} entries are not those of the checkpoint that was signed."
        return words.Refusal("ledger-rewritten", message, {"size": str(head.size)})
    return None


def _place(waiting: list[models.Entry]) -> int:
    """Make leaves of the entries, and every node above that they complete; the tree's new size."""
    before = anchors.size()
    size = before + len(waiting)
    models.Leaf.objects.bulk_create(
        [
            models.Leaf(
                position=before + number,
                subject_kind=entry.subject_kind,
                subject_id=entry.subject_id,
                number=entry.number,
                sha256=entry.sha256,
            )
            for number, entry in enumerate(waiting)
        ],
        batch_size=1_000,
    )
    level, width = anchors.TILE, anchors.WIDTH
    while size >= width:
        for position in range(before // width, size // width):
            below = anchors.kept(level - anchors.TILE, position * anchors.WIDTH, anchors.WIDTH)
            node = merkle.Leaves(below).node(anchors.TILE, 0)
            models.TreeNode.objects.create(level=level, position=position, sha256=node.hex())
        level, width = level + anchors.TILE, width * anchors.WIDTH
    return size


def _mailed_today(programme: models.Programme, now: datetime) -> bool:
    last = models.Checkpoint.objects.filter(mailed=True).order_by("-size").first()
    if last is None:
        return False
    return editions.today(programme, last.made_at) == editions.today(programme, now)


def _told(programme: models.Programme, now: datetime) -> list[models.Person]:
    return roster.list_holders(programme, TOLD, today=editions.today(programme, now))
