"""The tree beside the RFC's own definition, and beside an independent program."""

import hashlib
import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.notary import merkle

ROOT = Path(__file__).parents[2]
ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", ROOT / ".venv" / "oracles"))
PYTHON = ORACLES / "bin" / "python"
ENTRIES = [f"entry {n}".encode() for n in range(300)]
HASHES = [merkle.leaf(entry) for entry in ENTRIES]
TREE = merkle.Leaves(HASHES)
ORACLE = """
import json, sys
from pymerkle import InmemoryTree
tree = InmemoryTree(algorithm="sha256")
found = [tree.get_state(0).hex()]
for n in range(int(sys.argv[1])):
    tree.append_entry(f"entry {n}".encode())
    found.append(tree.get_state().hex())
print(json.dumps(found))
"""


def as_defined(entries: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    inside = as_defined(entries[:k]) + as_defined(entries[k:])
    return hashlib.sha256(b"\x01" + inside).digest()


@pytest.mark.parametrize("size", [*range(34), 63, 64, 65, 127, 128, 129, 255, 256, 257, 300])
def test_the_root_is_what_the_rfc_defines(size: int) -> None:
    assert merkle.root(TREE, size) == as_defined(ENTRIES[:size])


def test_a_tree_read_leaf_by_leaf_has_the_same_head_at_every_size() -> None:
    growing = merkle.Growing()
    assert growing.root() == merkle.EMPTY
    for size in range(1, 301):
        growing.add(HASHES[size - 1])
        assert (growing.size, growing.root()) == (size, merkle.root(TREE, size))


def test_every_leaf_of_every_small_tree_is_proven_and_no_other_passes() -> None:
    for size in range(1, 34):
        head = merkle.root(TREE, size)
        for position in range(size):
            path = merkle.inclusion(TREE, position, size)
            given_ = {"size": size, "position": position, "path": path}
            assert merkle.includes(head, entry_hash=HASHES[position], **given_)
            assert not merkle.includes(head, entry_hash=HASHES[299], **given_)
            shifted = {**given_, "position": (position + 1) % (size + 1)}
            assert not merkle.includes(head, entry_hash=HASHES[position], **shifted)


def test_every_growth_of_small_trees_is_proven_and_no_other_history_passes() -> None:
    rewritten = merkle.Leaves([merkle.leaf(b"another past"), *HASHES[1:]])
    for size in range(1, 34):
        head = merkle.root(TREE, size)
        for earlier in range(1, size + 1):
            path = merkle.consistency(TREE, earlier, size)
            sizes = {"earlier": earlier, "size": size}
            assert merkle.extends(merkle.root(TREE, earlier), head, path=path, **sizes)
            other = merkle.root(rewritten, earlier)
            assert not merkle.extends(other, head, path=path, **sizes)
            rewritten_path = merkle.consistency(rewritten, earlier, size)
            assert not merkle.extends(
                merkle.root(TREE, earlier), merkle.root(rewritten, size),
                path=rewritten_path, **sizes,
            )  # fmt: skip


@given(st.data())
def test_a_proof_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    position = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(TREE, position, size)
    at = data.draw(st.integers(0, len(path) - 1))
    wrong = [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]
    head = merkle.root(TREE, size)
    about = {"size": size, "position": position, "entry_hash": HASHES[position]}
    assert merkle.includes(head, path=path, **about)
    assert not merkle.includes(head, path=wrong, **about)
    assert not merkle.includes(head, path=path[:-1], **about)
    assert not merkle.includes(head, path=[*path, HASHES[0]], **about)


@given(st.data())
def test_a_proof_of_growth_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    earlier = data.draw(st.integers(1, size - 1))
    path = merkle.consistency(TREE, earlier, size)
    heads = (merkle.root(TREE, earlier), merkle.root(TREE, size))
    at = data.draw(st.integers(0, len(path) - 1))
    wrong = [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]
    assert merkle.extends(*heads, earlier=earlier, size=size, path=path)
    for other in (wrong, path[:-1], [*path, HASHES[0]]):
        assert not merkle.extends(*heads, earlier=earlier, size=size, path=other)


def test_the_same_size_grew_by_nothing() -> None:
    head = merkle.root(TREE, 5)
    assert merkle.consistency(TREE, 5, 5) == []
    assert merkle.extends(head, head, earlier=5, size=5, path=[])
    assert not merkle.extends(head, merkle.root(TREE, 6), earlier=5, size=5, path=[])


def test_sizes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 5 in a tree of 5"):
        merkle.inclusion(TREE, 5, 5)
    with pytest.raises(ValueError, match="cannot have grown"):
        merkle.consistency(TREE, 6, 5)
    assert not merkle.includes(merkle.EMPTY, size=0, position=0, entry_hash=HASHES[0], path=[])
    assert not merkle.extends(merkle.EMPTY, merkle.EMPTY, earlier=0, size=0, path=[])
    heads = (merkle.root(TREE, 3), merkle.root(TREE, 5))
    assert not merkle.extends(*heads, earlier=3, size=5, path=[])


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="pymerkle is not there: make setup-tests makes it")
def test_an_independent_library_finds_the_same_roots() -> None:
    told = subprocess.run(
        [str(PYTHON), "-c", ORACLE, "300"], capture_output=True, text=True, check=True, timeout=120
    )
    ours = [merkle.root(TREE, size).hex() for size in range(301)]
    assert json.loads(told.stdout) == ours


def test_nodes_may_be_read_in_any_order() -> None:
    order = list(range(200))
    random.Random(7).shuffle(order)
    tree = merkle.Leaves(HASHES[:200])
    assert all(tree.node(0, n) == HASHES[n] for n in order)
    assert tree.node(7, 0) == merkle.root(TREE, 128)
