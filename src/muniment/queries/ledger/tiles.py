"""Tiles of the tree, as far as its newest checkpoint reaches; what is not signed is not shown."""

from muniment import models
from muniment.notary import tiles
from muniment.queries.ledger import anchors


def find_tile(tile: tiles.Tile) -> bytes | None:
    """The bytes of a tile: hashes, or entries; None where the signed tree has no such tile."""
    newest = anchors.find_newest()
    if newest is None or not tile.is_in(newest.size):
        return None
    if tile.level is None:
        return tiles.bundled(_entries(tile))
    return b"".join(anchors.kept(tile.level * tiles.HEIGHT, tile.first, tile.width))


def _entries(tile: tiles.Tile) -> list[bytes]:
    """The entries' own hashes: they are what the leaves are made of."""
    places = {"position__gte": tile.first, "position__lt": tile.first + tile.width}
    rows = models.Leaf.objects.filter(**places).order_by("position")
    return [bytes.fromhex(sha256) for sha256 in rows.values_list("sha256", flat=True)]
