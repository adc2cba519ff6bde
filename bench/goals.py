"""The goals, one row per figure, in the order in which they are printed.

A goal is the largest ratio that is good enough. Where there is no ratio to reach it is None, and
the figure says only whether the thing was done; S1's goal is milliseconds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """What is measured, against what, and how far apart they may be."""

    id: str
    work: str
    baseline: str
    goal: float | None


GOALS = (
    Goal("W1", "case list, 50 rows, signed in", "bare Django list", 1.3),
    Goal("W2", "whole case page", "bare Django one row", 3.0),
    Goal("W3", "a step: lock, facts, rule, body, ledger, outbox", "bare insert + audit row", 2.0),
    Goal("W4", "W1, W2, W3 and case search at 1M cases", "themselves at 1k", 1.1),
    Goal("W5", "web worker memory at 1M cases", "itself at 1k", 1.1),
    Goal("W6", "8 writers on 8 cases, throughput inverted", "one writer × cores", 1.2),
    Goal("D1", "de-identified extract, Parquet, keyed pseudonym", "plain COPY", 1.6),
    Goal("D1b", "the same with random codes", "plain COPY", 1.15),
    Goal("D1c", "the same to CSV with a keyed pseudonym", "plain COPY", 2.0),
    Goal("D2", "peak memory of D1", "pandas", 0.33),
    Goal("D2b", "a holding 4 × the memory limit completes", "", None),
    Goal("D3", "warm protected count", "hand-written DuckDB SQL", 1.2),
    Goal("D4", "warm protected count", "bare count on Parquet", 0.75),
    Goal("D5", "k, l, t of a release, 2M rows", "pyCANON", 0.3),
    Goal("D6", "optimal generalisation, 2M rows", "one group-by", 10.0),
    Goal("D7", "Spark beyond the embedded memory limit, same result", "", None),
    Goal("S1", "search of 200k abstracts, p95 in ms", "", 5.0),
    Goal("P1", "agreement made, sealed and stored", "WeasyPrint + RSA-3072", 0.25),
    Goal("L1", "chained ledger append, one writer", "plain insert", 1.3),
    Goal("L2", "the same, four writers on four subjects", "plain insert, four writers", 1.3),
    Goal("T1", "muniment rules, start to end", 'python -c "import django"', 1.5),
)
