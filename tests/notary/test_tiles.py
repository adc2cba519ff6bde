"""Addresses of tiles have one form each (C2SP tlog-tiles), and bundles come apart again."""

import pytest

from muniment.notary import tiles


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", tiles.Tile(0, 0)),
        ("1/000.p/3", tiles.Tile(1, 0, 3)),
        ("0/x001/x234/067", tiles.Tile(0, 1234067)),
        ("entries/x001/000.p/255", tiles.Tile(None, 1000, 255)),
        ("63/999", tiles.Tile(63, 999)),
    ],
)
def test_a_path_names_a_tile_and_the_tile_its_path(path: str, tile: tiles.Tile) -> None:
    assert tiles.tile_of(path) == tile
    assert tile.path() == path


@pytest.mark.parametrize(
    "path",
    ["", "0", "0/0", "0/1000", "00/000", "0/x000/001", "0/000.p/0", "0/000.p/256", "64/000",
     "0/000/", "0/000.p/03", "entries/000.p/", "../0/000", "0/x001", "-1/000"],
)  # fmt: skip
def test_what_is_not_in_the_one_form_names_nothing(path: str) -> None:
    assert tiles.tile_of(path) is None


def test_a_tree_has_a_tile_once_it_has_all_of_it() -> None:
    assert tiles.Tile(0, 0, 5).is_in(5)
    assert not tiles.Tile(0, 0, 6).is_in(5)
    assert not tiles.Tile(1, 0, 1).is_in(255)
    assert tiles.Tile(1, 0, 1).is_in(256)
    assert tiles.Tile(None, 1, 1).is_in(257)


def test_a_bundle_comes_apart_again_and_a_torn_one_does_not() -> None:
    entries = [b"", b"one", bytes(70)]
    assert tiles.unbundled(tiles.bundled(entries)) == entries
    with pytest.raises(ValueError, match="ends in the middle"):
        tiles.unbundled(tiles.bundled(entries)[:-1])
