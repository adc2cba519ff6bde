"""When the last row that is asked for may leave."""

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import cohort, nodes, questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part

if TYPE_CHECKING:
    import duckdb


def lifts_at(
    part: Part, *, holding: Holding, connection: "duckdb.DuckDBPyConnection", now: datetime.datetime
) -> datetime.datetime | None:
    """The latest embargo time (UTC) among the part's rows; None when none is under embargo now.

    It is a date of the programme's calendar, not of a person, so it needs no protection.
    """
    if holding.embargo is None:
        return None
    table, field = holding.embargo.table, holding.embargo.field
    lifted = replace(holding, embargo=None)
    rows = questions.rows(part, holding=lifted, table=table, columns=[field])
    latest = exp.Max(this=nodes.column("r", field))
    query = nodes.select([latest], source=nodes.derived(rows, "r"))
    found = engine.answer(connection, query)
    return _still_ahead(found[0][0], now)


def _still_ahead(value: object, now: datetime.datetime) -> datetime.datetime | None:
    """A date counts everywhere on earth, as in the filter that hides the row."""
    if isinstance(value, datetime.datetime):
        moment = value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value
    elif isinstance(value, datetime.date):
        day = datetime.datetime.combine(value, datetime.time.min, datetime.UTC)
        moment = day + cohort.LAST_ZONE
    else:
        return None
    return moment if moment > now else None
