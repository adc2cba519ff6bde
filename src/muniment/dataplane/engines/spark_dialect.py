"""The same trees in Spark's words: one rule for each thing that the engines say differently.

sqlglot carries most of it over. What it does not, or carries over to another meaning, is here;
tests that run both engines find what is missing.
"""

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.dialects.spark import Spark

from muniment.dataplane.compile import nodes

Rule = Callable[[Any], exp.Expression]


def _try_cast(writer: Any, node: exp.TryCast) -> str:
    """sqlglot writes CAST, which stops the query where TRY_CAST answers NULL."""
    return f"TRY_CAST({writer.sql(node, 'this')} AS {writer.sql(node, 'to')})"


class SparkSQL(Spark):
    """Spark as we run it: date and time carry no zone unless one is meant."""

    class Generator(Spark.Generator):  # type: ignore[misc, valid-type]
        TYPE_MAPPING = Spark.Generator.TYPE_MAPPING | {
            exp.DataType.Type.TIMESTAMP: "TIMESTAMP_NTZ",
            exp.DataType.Type.TIMESTAMPTZ: "TIMESTAMP",
        }
        TRANSFORMS = Spark.Generator.TRANSFORMS | {exp.TryCast: _try_cast}


def sql(tree: exp.Expression) -> str:
    """The text of a query for Spark."""
    # Under a root of its own, since a node without a parent cannot be replaced.
    root = exp.Paren(this=tree.copy())
    for node in reversed(list(root.find_all(*_RULES))):
        node.replace(_RULES[type(node)](node))
    return str(root.this.sql(dialect=SparkSQL, identify=True, pretty=True))


def _function(node: exp.Anonymous) -> exp.Expression:
    """Java's $ matches before a last line break, so a full match needs its own anchors."""
    if node.this != "regexp_full_match":
        return node
    subject, form = node.expressions
    whole = nodes.text(rf"\A(?:{form.this})\z")
    return exp.RegexpLike(this=subject, expression=whole)


def _as_bigint(node: exp.Expression) -> exp.Expression:
    """DuckDB answers days and parts of dates in 64 bits, Spark in 32: files would differ."""
    return exp.Cast(this=node.copy(), to=nodes.BIGINT.copy())


_RULES: dict[type[exp.Expression], Rule] = {
    exp.Anonymous: _function,
    exp.DateDiff: _as_bigint,
    exp.Extract: _as_bigint,
}
