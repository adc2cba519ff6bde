"""Some de-identified rows of a finished package, for the person who checks it.

Drawn at random over the whole table: its first rows are alike, because a package lies sorted.
"""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.dataplane import verify
from muniment.dataplane.package import leaving

MOST = 50
LONGEST_CELL = 300
Sample = dict[str, object]


def rows(folder: Path, *, key: Ed25519PublicKey, most: int = MOST) -> list[Sample]:
    """Up to `most` rows a table: name, columns, and cells as text, null where missing.

    Raises what `verify.folder` raises: rows of a folder that is no release are not shown.
    """
    verify.folder(folder, key=key)
    return [_drawn(table, min(most, MOST)) for table in leaving.tables(folder)]


def _drawn(table: leaving.Table, most: int) -> Sample:
    """Reservoir sampling (Vitter 1985): every row is as likely, and one pass is enough."""
    chance, seen = secrets.SystemRandom(), 0
    kept: list[list[str | None]] = []
    for batch in leaving.batches(table):
        places: dict[int, int] = {}
        for row in range(batch.num_rows):
            spot = seen if seen < most else chance.randrange(seen + 1)
            seen += 1
            if spot < most:
                places[spot] = row
        for spot, row in sorted(places.items()):
            cells = [_text(batch.column(name)[row].as_py()) for name in table.fields]
            kept[spot : spot + 1] = [cells]
    return {"table": table.name, "columns": list(table.fields), "rows": kept}


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    text = str(cell)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
