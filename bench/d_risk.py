"""Sides of D5 and D6: the risk of a release, and its best generalization, ours and a baseline.

All hold the same two million rows: an age, a year, and words with a few values each.
"""

from collections.abc import Callable
from pathlib import Path

QUASI = ("age", "sex", "race", "ethnicity", "insurance")
SENSITIVE = "stage"
SIX = ("age", "sex", "race", "ethnicity", "insurance", "language")
LIMIT = 11
Work = Callable[[], object]


def ours_risk(kind: str, place: Path, out: Path) -> Work:
    """k from the groups, l and t of one sensitive variable."""
    import duckdb

    from muniment.dataplane.risk import diversity, generalize

    engine, stored = _session(place, out, (*QUASI, SENSITIVE))
    listed = ", ".join((*QUASI, SENSITIVE))
    # For the other side, whose environment reads no Parquet.
    query = f"COPY (SELECT {listed} FROM '{place}/patients.parquet') TO '{place}/risk.csv'"
    duckdb.execute(query)

    def work() -> object:
        held = generalize.combined(engine, stored, QUASI)
        told = diversity.of_release(
            engine, stored, baseline=QUASI, sensitive=SENSITIVE, is_number=False
        )
        return int(held.groups.sizes.min()), told

    return work


def pycanon(kind: str, place: Path, out: Path) -> Work:
    """The same three by pyCANON, from a frame in memory."""
    import pandas as pd
    from pycanon.anonymity import k_anonymity, l_diversity, t_closeness

    rows = pd.read_csv(place / "risk.csv")
    quasi, sensitive = list(QUASI), [SENSITIVE]
    return lambda: (
        k_anonymity(rows, quasi),
        l_diversity(rows, quasi, sensitive),
        t_closeness(rows, quasi, sensitive),
    )


def pandas_risk(kind: str, place: Path, out: Path) -> Work:
    """The same three by group-bys, from a frame in memory."""
    import pandas as pd

    rows = pd.read_parquet(place / "patients.parquet", columns=[*QUASI, SENSITIVE])

    def work() -> object:
        by = rows.groupby([*QUASI, SENSITIVE], dropna=False, observed=True).size().reset_index()
        by.columns = [*QUASI, SENSITIVE, "n"]
        groups = by.groupby(list(QUASI), dropna=False, observed=True)
        overall = rows[SENSITIVE].value_counts(normalize=True, dropna=False)
        by["q"] = by[SENSITIVE].map(overall)
        by["far"] = (by.n / groups.n.transform("sum") - by.q).abs()
        told = by.groupby(list(QUASI), dropna=False, observed=True).agg(
            k=("n", "sum"), l=(SENSITIVE, "size"), far=("far", "sum"), q=("q", "sum")
        )
        return told.k.min(), told.l.min(), ((told.far + 1 - told.q) / 2).max()

    return work


def polars_risk(kind: str, place: Path, out: Path) -> Work:
    """The same in polars."""
    import polars as pl

    rows = pl.read_parquet(place / "patients.parquet", columns=[*QUASI, SENSITIVE])

    def work() -> object:
        overall = rows.group_by(SENSITIVE).agg(q=pl.len() / rows.height)
        by = rows.group_by(*QUASI, SENSITIVE).agg(n=pl.len())
        by = by.join(overall, on=SENSITIVE, nulls_equal=True)
        share = pl.col("n") / pl.col("n").sum().over(*QUASI)
        by = by.with_columns(far=(share - pl.col("q")).abs())
        told = by.group_by(*QUASI).agg(
            k=pl.col("n").sum(), l=pl.len(), far=pl.col("far").sum(), q=pl.col("q").sum()
        )
        return told.select(
            pl.col("k").min(), pl.col("l").min(), t=((pl.col("far") + 1 - pl.col("q")) / 2).max()
        ).row(0)

    return work


def generalized(kind: str, place: Path, out: Path) -> Work:
    """The search alone and what it needs of the engine; values are not rewritten."""
    from muniment.dataplane.risk import generalize, ladder, lattice

    engine, stored = _session(place, out, SIX)
    widths = ladder.Ladder(ladder.Kind.WIDTHS, (5, 10, 20, 40))
    words = ladder.Ladder(ladder.Kind.PREFIX, (1,))
    ladders = [widths, *[words for _ in SIX[1:]]]

    def work() -> object:
        held = generalize.combined(engine, stored, SIX)
        dimensions = [
            generalize.dimension(values, rungs)
            for values, rungs in zip(held.values, ladders, strict=True)
        ]
        found = lattice.search(held.groups, dimensions, limit=LIMIT, most_below=0)
        assert found is not None
        return found

    return work


def grouped(kind: str, place: Path, out: Path) -> Work:
    """One group-by over the six, by hand."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    listed = ", ".join(SIX)
    connection.execute(f"CREATE TEMP TABLE rows AS SELECT {listed} FROM '{place}/patients.parquet'")
    query = f"SELECT {listed}, count(*) FROM rows GROUP BY {listed}"
    return lambda: connection.execute(query).fetchall()


def _session(place: Path, out: Path, names: tuple[str, ...]):  # type: ignore[no-untyped-def]
    """A session of the data plane that holds these columns, as a build has them when it looks."""
    from muniment.dataplane.compile import nodes
    from muniment.dataplane.extract import session, staging, watch
    from muniment.dataplane.spec import holding as holdings

    source = holdings.load(place)
    spill = out / "spill"
    spill.mkdir()
    stage = staging.Staging(out, out, spill)
    engine = session.Session((place, source), staging=stage, watch=watch.Watch(), label="p1")
    columns = [nodes.column("t", name) for name in names]
    engine.keep("rows", nodes.select(columns, source=nodes.table("patients", "t")))
    return engine, engine.temporary("rows")
