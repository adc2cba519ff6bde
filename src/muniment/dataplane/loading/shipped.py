"""The mappings that ship: a folder each, with the mapping and the descriptor that it names."""

from pathlib import Path

MAPPING = "mapping.yaml"


def mappings() -> dict[str, Path]:
    """By name, the folders; copy one to give an edition its own name, classes and rules."""
    return {each.parent.name: each.parent for each in _HERE.glob(f"*/{MAPPING}")}


def place(named: Path) -> Path:
    """The file that somebody means: their own, or that in their folder, before one that ships."""
    folder = named if named.is_dir() else None
    if not named.exists():
        folder = mappings().get(str(named))
    return named if folder is None else folder / MAPPING


_HERE = Path(__file__).parent / "mappings"
