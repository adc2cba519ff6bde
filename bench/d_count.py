"""Sides of D3, D4 and D7: a protected count, the SQL one would write by hand, and both engines.

Counts are warm: the holding is open and the first answer is not measured.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from bench import d_extract

KEY = hashlib.sha256(b"a noise key of a benchmark").digest()
RUNS = 5
LIMIT_MB = 512
COHORT = {
    "all": [
        {"variable": "stage", "is": "in", "value": ["III", "IV"]},
        {"variable": "age", "is": "between", "value": [40, 75]},
        {"variable": "smoking", "is": "not_equals", "value": "unknown"},
        {"exists": {"table": "treatments",
                    "where": {"variable": "drug_class", "is": "equals",
                              "value": "immunotherapy"}}},
        {"exists": {"table": "measures", "where": {"all": [
            {"variable": "code", "is": "equals", "value": "PDL1"},
            {"variable": "value", "is": "at_least", "value": 50}]}}},
    ]
}  # fmt: skip
BY_HAND = """
SELECT count(*), {folded} FROM (
    SELECT DISTINCT patient_id FROM '{place}/patients.parquet' p
    WHERE stage IN ('III', 'IV') AND age BETWEEN 40 AND 75 AND smoking <> 'unknown'
    AND patient_id IN (SELECT patient_id FROM '{place}/treatments.parquet'
                       WHERE drug_class = 'immunotherapy')
    AND patient_id IN (SELECT patient_id FROM '{place}/measures.parquet'
                       WHERE code = 'PDL1' AND value >= 50))
"""
FOLDED = """
bit_xor(('0x' || left(sha256($outer || unhex(sha256($inner || encode(patient_id)))), 32))::UINT128)
"""


def protected(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """Ours, as the data plane answers it."""
    from muniment.dataplane import counts
    from muniment.dataplane.engines import duckdb as engine
    from muniment.dataplane.spec import holding, specification

    source = holding.load(place)
    asked = d_extract.asked(source, {"patients": ("sex",)})
    asked["parts"][0]["cohort"] = COHORT  # type: ignore[index]
    part = specification.parse(asked).parts[0]
    connection = engine.open(source, folder=place)

    def once() -> object:
        return counts.protected(part, holding=source, connection=connection, key=KEY)

    return _warm(once)


def by_hand(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """The same answer without our compiler: people, once each, and the XOR of their hashes."""
    return _sql(place, FOLDED, {"inner": bytes(64), "outer": bytes(64)})


def bare(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """How many, and nothing that protects the answer."""
    return _sql(place, "0", {})


def pandas_count(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """The bare count as an analyst would write it."""
    import pandas as pd

    def once() -> int:
        columns = ["patient_id", "stage", "age", "smoking"]
        people = pd.read_parquet(place / "patients.parquet", columns=columns)
        drugs = pd.read_parquet(place / "treatments.parquet", columns=["patient_id", "drug_class"])
        found = pd.read_parquet(place / "measures.parquet", columns=["patient_id", "code", "value"])
        treated = drugs.patient_id[drugs.drug_class == "immunotherapy"]
        high = found.patient_id[(found.code == "PDL1") & (found.value >= 50)]
        mine = people[
            people.stage.isin(["III", "IV"]) & people.age.between(40, 75)
            & (people.smoking != "unknown") & people.smoking.notna()
            & people.patient_id.isin(treated) & people.patient_id.isin(high)
        ]  # fmt: skip
        return int(mine.patient_id.nunique())

    return _warm(once)


def polars_count(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """The same, lazily."""
    import polars as pl

    def once() -> object:
        drugs = pl.scan_parquet(place / "treatments.parquet")
        found = pl.scan_parquet(place / "measures.parquet")
        treated = drugs.filter(pl.col("drug_class") == "immunotherapy")
        high = found.filter((pl.col("code") == "PDL1") & (pl.col("value") >= 50))
        mine = pl.scan_parquet(place / "patients.parquet").filter(
            pl.col("stage").is_in(["III", "IV"]), pl.col("age").is_between(40, 75),
            pl.col("smoking") != "unknown",
        )  # fmt: skip
        for other in (treated, high):
            mine = mine.join(other.select("patient_id"), on="patient_id", how="semi")
        return mine.select(pl.col("patient_id").n_unique()).collect().item()

    return _warm(once)


def _sql(place: Path, folded: str, bound: dict[str, bytes]) -> Callable[[], object]:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    query = BY_HAND.format(place=place, folded=folded)
    return _warm(lambda: connection.execute(query, bound).fetchall())


def _warm(once: Callable[[], object]) -> Callable[[], object]:
    once()
    return lambda: [once() for _ in range(RUNS)]


def spark_rows(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """Spark under 512 MB a process: the released rows of everyone."""
    return _released(place, out, spark=True)


def duckdb_rows(kind: str, place: Path, out: Path) -> Callable[[], object]:
    """The same by DuckDB without a limit that matters."""
    return _released(place, out, spark=False)


def _released(place: Path, out: Path, *, spark: bool) -> Callable[[], object]:
    """The files of the release are left beside the holding, for somebody to compare."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from muniment.dataplane import engines, release
    from muniment.dataplane.spec import holding, specification

    source = holding.load(place)
    tables = {"patients": ("patient_id", "sex", "age", "stage"), "treatments": (
        "patient_id", "drug_class", "start_date")}  # fmt: skip
    setting = engines.Setting(memory_limit="8GB")
    if spark:
        setting = engines.Setting(kind=engines.Kind.SPARK, memory_limit=f"{LIMIT_MB}MB")
    order = release.Order(
        asked=specification.parse(d_extract.asked(source, tables)),
        folders={source.key: place},
        overrides={},
        out=out / "package",
        receipt=out / "receipt.json",
        now=d_extract.NOW,
        setting=setting,
        kinds=("parquet",),
    )
    keys = release.Keys(KEY, Ed25519PrivateKey.from_private_bytes(KEY))

    def work() -> None:
        built = release.build(order, keys=keys)
        (built.folder / "data").rename(left(place, "spark_rows" if spark else "duckdb_rows"))

    return work


def left(place: Path, side: str) -> Path:
    """The folder with the files that a side of D7 released."""
    return place / f"released-{side}"
