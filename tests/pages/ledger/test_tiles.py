"""Anyone may take the tree, tile by tile, and find by themselves what the checkpoint says."""

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.notary import merkle, notes, tiles
from tests.actions import rows
from tests.actions.ledger.anchored import KEY, anchor, filled

MANY = 300


@pytest.fixture
def home(db: None) -> rows.Home:
    home = rows.home()
    filled(home, home.case(), MANY)
    anchor(home)
    return home


def head(client: Client) -> notes.Checkpoint:
    """By the address that the log's name stands for."""
    assert reverse("ledger_checkpoint") == "/ledger/checkpoint"
    return notes.opened(client.get("/ledger/checkpoint").content.decode(), key=KEY)


def taken(client: Client, path: str) -> bytes:
    answer = client.get(f"/ledger/tile/{path}")
    assert answer.status_code == 200, path
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"] == "application/octet-stream"
    return answer.content


def hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + 32] for at in range(0, len(tile), 32)]


def test_the_entries_make_the_root_that_was_signed(home: rows.Home, client: Client) -> None:
    signed = head(client)
    rest = signed.size - 256
    bundles = [taken(client, "entries/000"), taken(client, f"entries/001.p/{rest}")]
    entries = [entry for bundle in bundles for entry in tiles.unbundled(bundle)]
    assert len(entries) == signed.size == MANY
    leaves = [merkle.leaf(entry) for entry in entries]
    assert merkle.root(merkle.Leaves(leaves), signed.size) == signed.root
    assert hashes(taken(client, "0/000")) == leaves[:256]
    assert hashes(taken(client, f"0/001.p/{rest}")) == leaves[256:]
    assert taken(client, "1/000.p/1") == merkle.root(merkle.Leaves(leaves), 256)


def test_an_entry_is_a_hash_and_says_nothing_by_itself(home: rows.Home, client: Client) -> None:
    entries = tiles.unbundled(taken(client, "entries/000.p/4"))
    known = models.Entry.objects.values_list("sha256", flat=True)
    assert {entry.hex() for entry in entries} <= set(known)


@pytest.mark.parametrize("path", ["0/002", "1/000", "2/000.p/1", "0/000.p/256", "none", "0/999"])
def test_what_is_not_signed_yet_or_names_no_tile_is_not_there(
    home: rows.Home, client: Client, path: str
) -> None:
    assert client.get(f"/ledger/tile/{path}").status_code == 404


def test_what_came_after_the_checkpoint_is_not_shown(home: rows.Home, client: Client) -> None:
    before = head(client).size
    filled(home, home.case(), 1)
    assert client.get(f"/ledger/tile/0/001.p/{before - 255}").status_code == 404


def test_without_a_checkpoint_there_is_no_tree(db: None, client: Client) -> None:
    assert client.get("/ledger/checkpoint").status_code == 404
    assert client.get("/ledger/tile/0/000").status_code == 404
