"""D7: an extract by Spark under 512 MB a process, and whether it is DuckDB's without the limit.

There is no ratio to reach. The full size is a holding eight times the limit; the figure is only
there when both engines wrote the same rows. Comparing them is not part of it.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from bench import d_count, holding, sides

# The files of so many patients fill eight times the limit.
EIGHT_TIMES = 20_000_000
SIDES = ("spark_rows", "duckdb_rows")
Rows = dict[str, list[tuple[object, ...]]]


def lacks() -> str | None:
    """Why it cannot be measured here; None where it can."""
    has_both = find_spec("pyspark") is not None and shutil.which("java") is not None
    return None if has_both else "D7 needs PySpark and Java."


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of Spark, its Java machine included, and of DuckDB."""
    place = _place(full=full)
    if full and _megabytes(place) < 8 * d_count.LIMIT_MB:
        raise RuntimeError("The holding is not eight times the limit.")
    try:
        spark, duckdb = (sides.once(side, "parquet", place=place)["cpu"] for side in SIDES)
        first, second = (rows(d_count.left(place, side)) for side in SIDES)
    finally:
        for side in SIDES:
            shutil.rmtree(d_count.left(place, side), ignore_errors=True)
    if first != second:
        raise RuntimeError("Spark and DuckDB wrote different rows.")
    return spark, duckdb


def sizes(*, full: bool) -> dict[str, float]:
    """What was extracted, and under which limit."""
    place = _place(full=full)
    return {
        "patients": EIGHT_TIMES if full else holding.REDUCED,
        "megabytes": round(_megabytes(place)),
        "limit_mb": d_count.LIMIT_MB,
    }


def rows(folder: Path) -> Rows:
    """By file: its columns with their types, how many rows, and the sum of the rows' hashes.

    No cell can differ without another sum, and no order of the rows or of their groups matters.
    """
    import duckdb

    found: Rows = {}
    with duckdb.connect() as connection:
        for file in sorted(folder.iterdir()):
            columns = connection.sql(f"DESCRIBE FROM '{file}'").fetchall()
            summed = connection.sql(
                "SELECT count(*), sum(md5_number_upper(told)), sum(md5_number_lower(told)) "
                f"FROM (SELECT to_json(r)::VARCHAR AS told FROM '{file}' r)"
            )
            found[file.name] = [*columns, *summed.fetchall()]
    return found


def _place(*, full: bool) -> Path:
    return holding.made(sides.DATA, patients=EIGHT_TIMES if full else holding.REDUCED)


def _megabytes(place: Path) -> float:
    return sum(file.stat().st_size for file in place.glob("*.parquet")) / 1_000_000
