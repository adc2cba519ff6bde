"""Sides of D1 and D2: an extract of 25 of 60 columns, ours and as others would write it.

A function prepares a side (imports, reading of small files) and returns the work to be measured.
"""

import datetime
import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path

from bench import holding

KEY = hashlib.sha256(b"a key of a benchmark").digest()
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
PLAIN = {"parquet": "(FORMAT parquet, COMPRESSION zstd)", "csv": "(FORMAT csv, HEADER)"}
RESTRICTED = ("036", "059", "102", "203", "556", "692", "821", "823", "878", "879", "884", "893")
Work = Callable[[], object]


def ours(kind: str, place: Path, out: Path) -> Work:
    """Everything: hashes, units, methods, risk, files, texts, manifest."""
    return _built(kind, place, out, {"patients": holding.RELEASED}, override=None)


def ours_random(kind: str, place: Path, out: Path) -> Work:
    """The same with codes drawn at random."""
    rules = {"patients.patient_id": {"method": "random_code"}}
    override = {"policy": "random", "edition": "2026-11-22", "fields": rules}
    return _built(kind, place, out, {"patients": holding.RELEASED}, override=override)


def ours_whole(kind: str, place: Path, out: Path) -> Work:
    """All three tables, under the memory limit that BENCH_LIMIT names."""
    tables = {
        "patients": holding.RELEASED,
        "treatments": ("patient_id", "drug_class", "start_date", "cycles"),
        "measures": ("patient_id", "code", "value"),
    }
    return _built(kind, place, out, tables, override=None)


def limit(kind: str, place: Path, out: Path) -> Work:
    """A plain COPY of the same columns: nothing can be cheaper."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    listed = ", ".join(f'"{name}"' for name in holding.RELEASED)
    query = f"SELECT {listed} FROM '{place}/patients.parquet'"
    return lambda: connection.execute(f"COPY ({query}) TO '{out}/plain.{kind}' {PLAIN[kind]}")


def pandas(kind: str, place: Path, out: Path) -> Work:
    """What an analyst would write."""
    import pandas as pd

    def work() -> None:
        rows = pd.read_parquet(place / "patients.parquet", columns=list(holding.RELEASED))
        tags = rows.patient_id.map(_tag)
        shift = pd.to_timedelta(tags.map(_shift), unit="D")
        rows["patient_id"] = tags.str[:32]
        rows["age"] = rows.age.clip(upper=90)
        area = rows.zip5.str[:3]
        rows["zip5"] = area.where(~area.isin(RESTRICTED), "000")
        for name in holding.DATES:
            rows[name] = pd.to_datetime(rows[name]) + shift
        if kind == "parquet":
            rows.to_parquet(out / "pandas.parquet", compression="zstd", index=False)
        else:
            rows.to_csv(out / "pandas.csv", index=False)

    return work


def polars(kind: str, place: Path, out: Path) -> Work:
    """The same, lazily."""
    import polars as pl

    def work() -> None:
        rows = pl.scan_parquet(place / "patients.parquet").select(holding.RELEASED)
        rows = rows.with_columns(
            tag=pl.col("patient_id").map_batches(
                lambda ids: pl.Series([_tag(each) for each in ids], dtype=pl.String),
                return_dtype=pl.String,
            )
        )
        days = pl.duration(days=pl.col("tag").str.slice(0, 8).str.to_integer(base=16) % 731 - 365)
        area = pl.col("zip5").str.slice(0, 3)
        rows = rows.with_columns(
            pl.col("tag").str.slice(0, 32).alias("patient_id"),
            pl.min_horizontal(pl.col("age"), pl.lit(90)).alias("age"),
            pl.when(area.is_in(RESTRICTED)).then(pl.lit("000")).otherwise(area).alias("zip5"),
            *[(pl.col(name) + days).cast(pl.Date) for name in holding.DATES],
        ).drop("tag")
        if kind == "parquet":
            rows.sink_parquet(out / "polars.parquet", compression="zstd")
        else:
            rows.sink_csv(out / "polars.csv")

    return work


def _tag(identifier: str) -> str:
    return hmac.new(KEY, identifier.encode(), hashlib.sha256).hexdigest()


def _shift(tag: str) -> int:
    return int(tag[:8], 16) % 731 - 365


def _built(
    kind: str, place: Path, out: Path, tables: dict[str, tuple[str, ...]], *, override: object
) -> Work:
    import duckdb  # noqa: F401
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from muniment.dataplane import engines, policy, release
    from muniment.dataplane.compile import nodes
    from muniment.dataplane.spec import holding as holdings
    from muniment.dataplane.spec import specification

    source = holdings.load(place)
    order = release.Order(
        asked=specification.parse(asked(source, tables)),
        folders={source.key: place},
        overrides={} if override is None else {policy.ALL: policy.read(override)},
        out=out / "package",
        receipt=out / "receipt.json",
        now=NOW,
        setting=engines.Setting(memory_limit=os.environ.get("BENCH_LIMIT", "1GB")),
        kinds=(kind,),
    )
    keys = release.Keys(KEY, Ed25519PrivateKey.from_private_bytes(KEY))
    nodes.sql(nodes.star("patients"))  # loads the dialect
    return lambda: release.build(order, keys=keys)


def asked(source: object, tables: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """One part that asks for these columns of everyone."""
    listed = [
        {"name": table, "variables": [{"name": name, "reason": "To measure."} for name in names]}
        for table, names in tables.items()
    ]
    part = {
        "id": "p1", "holding": source.holding, "edition": source.edition,  # type: ignore[attr-defined]
        "level": "record", "tables": listed, "cohort": None,
    }  # fmt: skip
    return {"muniment_specification": 1, "parts": [part], "links": []}
