"""D7: an extract by Spark under 512 MB a process, and whether it is DuckDB's without the limit.

There is no ratio to reach. The full size is a holding eight times the limit; the figure is only
there when both engines wrote the same rows.
"""

import shutil
from importlib.util import find_spec

from bench import holding, sides

# The files of so many patients fill eight times the limit.
EIGHT_TIMES = 14_000_000


def lacks() -> str | None:
    """Why it cannot be measured here; None where it can."""
    has_both = find_spec("pyspark") is not None and shutil.which("java") is not None
    return None if has_both else "D7 needs PySpark and Java."


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of Spark, its Java machine included, and of DuckDB."""
    place = holding.made(sides.DATA, patients=EIGHT_TIMES if full else holding.REDUCED)
    spark = sides.once("spark_rows", "parquet", place=place)
    duckdb = sides.once("duckdb_rows", "parquet", place=place)
    first, second = ((place / f"rows-{name}.txt").read_text() for name in ("spark", "duckdb"))
    if first != second:
        raise RuntimeError("Spark and DuckDB wrote different rows.")
    return spark["cpu"], duckdb["cpu"]
