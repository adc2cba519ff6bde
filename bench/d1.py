"""D1: a de-identified extract as Parquet with a keyed pseudonym, against a plain COPY.

`python -m bench.d1` prints the limit, ours, pandas and polars side by side.
"""

import os

from bench import sides

SIDES = ("limit", "ours", "ours_random", "pandas", "polars")


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of the extract and of the COPY."""
    ours, plain = sides.compared(
        [("ours", "parquet"), ("limit", "parquet")], patients=sides.size(full=full)
    )
    return ours["cpu"], plain["cpu"]


def beside(*, full: bool) -> dict[str, float]:
    """CPU seconds of what an analyst would write instead."""
    return sides.beside(
        [("pandas", "pandas", "parquet"), ("polars", "polars", "parquet")], full=full
    )


def main() -> None:
    """CPU seconds, ratio to the limit and peak memory of each."""
    patients = sides.size(full=os.environ.get("FULL") == "1")
    for kind in ("parquet", "csv"):
        found = sides.compared([(name, kind) for name in SIDES], patients=patients, runs=1)
        print(f"{kind}, {patients:,} patients")
        for name, taken in zip(SIDES, found, strict=True):
            ratio = taken["cpu"] / found[0]["cpu"]
            print(f"  {name:12} {taken['cpu']:8.2f} s {ratio:6.2f} {taken['peak_mb']:7.0f} MB")


if __name__ == "__main__":
    main()
