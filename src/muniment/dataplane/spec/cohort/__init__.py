"""Who is in: a small closed language over one base table and the tables related to it.

Missing values: a comparison with a missing value is false; `not` is the complement, so
`not (AGE more_than 64)` includes everyone whose AGE is missing.
"""

from muniment.dataplane.spec.cohort.nodes import (
    DEEPEST,
    MOST_DAYS,
    MOST_LISTED,
    MOST_NODES,
    MOST_ROWS,
    ORDERED,
    VALUELESS,
    AllOf,
    AnyOf,
    Comparison,
    Count,
    Edge,
    End,
    Exists,
    Leaf,
    Node,
    Not,
    Op,
    Relation,
    Scalar,
    Terminology,
    Under,
    Within,
    walk,
)
from muniment.dataplane.spec.cohort.reading import CohortReader

__all__ = [
    "DEEPEST",
    "MOST_DAYS",
    "MOST_LISTED",
    "MOST_NODES",
    "MOST_ROWS",
    "ORDERED",
    "VALUELESS",
    "AllOf",
    "AnyOf",
    "CohortReader",
    "Comparison",
    "Count",
    "Edge",
    "End",
    "Exists",
    "Leaf",
    "Node",
    "Not",
    "Op",
    "Relation",
    "Scalar",
    "Terminology",
    "Under",
    "Within",
    "walk",
]
