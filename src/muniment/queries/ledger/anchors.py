"""Reads of the tree over all chains: its nodes, its newest head, what is not in it yet."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef

from muniment import models
from muniment.notary import merkle, notes

TILE = 8
"""Levels of the tree from one kept node to the next; C2SP's tiles have the same height."""
WIDTH = 1 << TILE
OWN_TAG = "work.anchor_ledger"
MOST_NAMED = 100


class Stored:
    """The tree as the tables hold it: leaves, and each 256th node above them."""

    def node(self, level: int, position: int) -> bytes:
        """Made from the kept nodes below; a node that should be there raises LookupError."""
        base = level - level % TILE
        above = level - base
        children = kept(base, position << above, 1 << above)
        return merkle.Leaves(children).node(above, 0)


def kept(level: int, first: int, count: int) -> list[bytes]:
    """So many leaf hashes, or kept nodes of a level, from a place on."""
    places = {"position__gte": first, "position__lt": first + count}
    if level == 0:
        rows = models.Leaf.objects.filter(**places).order_by("position")
        found = [hash_of(sha256) for sha256 in rows.values_list("sha256", flat=True)]
    else:
        nodes = models.TreeNode.objects.filter(level=level, **places).order_by("position")
        found = [bytes.fromhex(sha256) for sha256 in nodes.values_list("sha256", flat=True)]
    if len(found) != count:
        raise LookupError(f"The tree lacks {count - len(found)} nodes of level {level}.")
    return found


def hash_of(sha256: str) -> bytes:
    """The leaf hash of an entry: its own SHA-256 is what the tree holds."""
    return merkle.leaf(bytes.fromhex(sha256))


def size() -> int:
    """How many entries have a place."""
    last = models.Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def find_newest() -> models.Checkpoint | None:
    """The checkpoint of the largest tree; None before the first."""
    return models.Checkpoint.objects.order_by("-size").first()


def list_unanchored(*, most: int) -> list[models.Entry]:
    """Entries without a place, the oldest first.

    Empty where only anchorings themselves wait, so that an idle office signs nothing.
    """
    placed = models.Leaf.objects.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        number=OuterRef("number"),
    )
    waiting = models.Entry.objects.filter(~Exists(placed))
    if not waiting.exclude(tag=OWN_TAG).exists():
        return []
    return list(waiting.order_by("at", "subject_kind", "subject_id", "number")[:most])


def find_leaf(kind: str, subject_id: int, number: int) -> models.Leaf | None:
    """The place of one entry; None before it is anchored."""
    return models.Leaf.objects.filter(
        subject_kind=kind, subject_id=subject_id, number=number
    ).first()


def each_leaf() -> Iterator[models.Leaf]:
    """Every leaf in its order."""
    return models.Leaf.objects.order_by("position").iterator()


def list_breaks(outside: Iterable[notes.Checkpoint] = ()) -> list[str]:
    """What the heads on the subjects cannot tell: one sentence for each break; empty when sound.

    Every entry that has a place must still be there with the hash it had; the tree computed anew
    from its leaves must have the root of every checkpoint, of those that lie `outside` too.
    """
    entry = models.Entry.objects.filter(
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        number=OuterRef("number"),
        sha256=OuterRef("sha256"),
    )
    gone = models.Leaf.objects.filter(~Exists(entry)).order_by("position")
    breaks = [
        f"{leaf.subject_kind} {leaf.subject_id}, entry {leaf.number}: it was anchored, and is now "
        "gone or another"
        for leaf in gone[:MOST_NAMED]
    ]
    return breaks + list(_other_roots(outside))


def _other_roots(outside: Iterable[notes.Checkpoint]) -> Iterator[str]:
    own = models.Checkpoint.objects.values_list("size", "root")
    wanted = {(size, bytes.fromhex(root)) for size, root in own}
    waiting = sorted(wanted | {(head.size, head.root) for head in outside})
    tree = merkle.Growing()
    for leaf in each_leaf():
        if leaf.position != tree.size:
            yield f"the tree has no leaf {tree.size}"
            return
        tree.add(hash_of(leaf.sha256))
        while waiting and waiting[0][0] == tree.size:
            if waiting.pop(0)[1] != tree.root():
                yield f"the first {tree.size} entries are not those of a checkpoint"
    for size_, _root in waiting:
        yield f"a checkpoint covers {size_} entries, and only {tree.size} have a place"
