"""The Merkle tree of RFC 9162 section 2.1: root, proofs of inclusion and of consistency.

A tree is read through `Tree.node`, the hash over a whole subtree of 2^level leaves, so that who
keeps nodes need not read every leaf. Leaf and node hashes carry different first bytes: nobody can
pass a node off as a leaf.
"""

import hashlib
from collections.abc import Sequence
from typing import Protocol

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


class Tree(Protocol):
    """Leaves in their order; only whole subtrees are ever asked for."""

    def node(self, level: int, position: int) -> bytes:
        """The hash over the leaves from `position * 2**level` up to the next such subtree."""


class Leaves:
    """A tree over leaf hashes in memory."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self._levels = [list(hashes)]

    def node(self, level: int, position: int) -> bytes:
        """Made once each, from below."""
        while len(self._levels) <= level:
            below = self._levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([parent(left, right) for left, right in pairs])
        return self._levels[level][position]


class Growing:
    """A tree read from its first leaf to its last: only the whole subtrees at its edge are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, entry_hash: bytes) -> None:
        """One leaf more; it completes a subtree for each factor of two in the new size."""
        self.size += 1
        found, size = entry_hash, self.size
        while size % 2 == 0:
            found, size = parent(self._edge.pop(), found), size // 2
        self._edge.append(found)

    def root(self) -> bytes:
        """The head of what was added so far."""
        if not self._edge:
            return EMPTY
        *rest, found = self._edge
        for left in reversed(rest):
            found = parent(left, found)
        return found


def leaf(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(tree: Tree, size: int) -> bytes:
    """The head of the first `size` leaves (section 2.1.1)."""
    return _over(tree, 0, size) if size else EMPTY


def inclusion(tree: Tree, position: int, size: int) -> list[bytes]:
    """The path that proves the leaf at `position` to be in the first `size` (section 2.1.3.1).

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= position < size:
        raise ValueError(f"There is no leaf {position} in a tree of {size}.")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if position < middle:
            path.append(_over(tree, middle, high))
            high = middle
        else:
            path.append(_over(tree, low, middle))
            low = middle
    return path[::-1]


def consistency(tree: Tree, earlier: int, size: int) -> list[bytes]:
    """What proves that the first `earlier` leaves begin the first `size` (section 2.1.4.1).

    Empty for equal sizes. Raises ValueError for sizes that no such proof is about.
    """
    if not 0 < earlier <= size:
        raise ValueError(f"A tree of {earlier} cannot have grown to one of {size}.")
    path: list[bytes] = []
    low, high, whole = 0, size, True
    while earlier != high:
        middle = low + _split(high - low)
        if earlier <= middle:
            path.append(_over(tree, middle, high))
            high = middle
        else:
            path.append(_over(tree, low, middle))
            low, whole = middle, False
    return ([] if whole else [_over(tree, low, high)]) + path[::-1]


def includes(
    head: bytes, *, size: int, position: int, entry_hash: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the path leads from the leaf hash to the head (section 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    at, last, found = position, size - 1, entry_hash
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = parent(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = parent(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == head


def extends(
    earlier_head: bytes, head: bytes, *, earlier: int, size: int, path: Sequence[bytes]
) -> bool:
    """Whether the path proves that the earlier head grew into this one (section 2.1.4.2)."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not path and earlier_head == head
    steps = list(path) if earlier & (earlier - 1) else [earlier_head, *path]
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return False
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = parent(step, before), parent(step, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = parent(after, step)
        at, last = at >> 1, last >> 1
    return last == 0 and before == earlier_head and after == head


def _over(tree: Tree, low: int, high: int) -> bytes:
    """The hash over a range that the recursion of the RFC comes to: its subtrees, from the right.

    Such a range begins where a subtree of at least its size begins, so its largest whole subtrees
    lie one after the other.
    """
    length = high - low
    peaks: list[bytes] = []
    while length:
        level = length.bit_length() - 1
        peaks.append(tree.node(level, low >> level))
        low, length = low + (1 << level), length - (1 << level)
    found = peaks.pop()
    while peaks:
        found = parent(peaks.pop(), found)
    return found


def _split(length: int) -> int:
    """The largest power of two that is smaller than the length."""
    return 1 << ((length - 1).bit_length() - 1)
