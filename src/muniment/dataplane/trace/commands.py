"""What the data plane process can be asked about a file that somebody found.

As in `dataplane.commands`: plain JSON in, plain JSON out.
"""

from pathlib import Path

from muniment.dataplane import asking
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.trace import match, reading, sketch

Told = dict[str, object]
MOST_ROWS = 50_000


def trace(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`file`, a table; `prints`: the files of the releases it may come from, at least one.

    Answers the `verdict` and how many `rows` were looked at. Raises `Refused`.
    """
    file = Path(asking.text(asked, "file"))
    watch.step(f"read {file.name}")
    rows = reading.rows_of(file, most=MOST_ROWS)
    among = [sketch.read(path) for path in asking.paths(asked, "prints")]
    found = match.verdict(rows, among, watch=watch)
    return {"verdict": found.document(), "rows": len(rows)}
