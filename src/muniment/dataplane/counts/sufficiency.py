"""Is it enough? What a statistician has to know of one part, in exact numbers, for staff.

Every number is that of distinct units, by the same road as `counts.exact`: what is asked here is
the part's own cohort with one more condition.
"""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from muniment.dataplane import counts
from muniment.dataplane.compile import questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import cohort
from muniment.dataplane.spec.exact import ExactTable
from muniment.dataplane.spec.fields import Field, Sensitivity
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Level, Part
from muniment.dataplane.spec.values import FieldType

if TYPE_CHECKING:
    import duckdb

LITTLE, SOME, MOST = "little", "some", "most"
BANDS = ((2, MOST), (10, SOME))
"""Where the units that two cohorts share are at least one in so many of the part's own."""
_PURPOSE = "to weigh a part as a whole"


def of(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    as_of: datetime.datetime | None = None,
    others: Mapping[str, Part] = {},
) -> ExactTable:
    """Matching, after each criterion, without a value, with a row, smallest cell, overlap.

    `others` are approved parts of the same holding, by the name that the answer calls them; what
    they share with this part is told as a band. Raises `faults.Faulty` as `counts.exact` does.
    """
    count = _Counter(holding, connection, as_of)
    left = counts.exact_attrition(part, holding=holding, connection=connection, as_of=as_of)
    matching = count.units(part)
    quasi = _groupable(part, holding)
    return ExactTable(
        {
            "matching": matching,
            "steps": [
                {"criterion": words, "left": each.reveal(purpose=_PURPOSE)} for words, each in left
            ],
            "missing": _missing(part, holding, count),
            "events": _events(part, holding, count),
            "cell": {"by": quasi, "smallest": count.smallest(part, by=quasi) if quasi else None},
            "overlap": {name: _band(part, each, matching, count) for name, each in others.items()},
        }
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Counter:
    """One engine, one holding, one moment."""

    holding: Holding
    connection: "duckdb.DuckDBPyConnection"
    as_of: datetime.datetime | None

    def units(self, part: Part, *also: cohort.Node) -> int:
        """Distinct units of the part's cohort for which these conditions hold too."""
        own = () if part.cohort is None else (part.cohort,)
        asked = dataclasses.replace(part, cohort=_all((*own, *also)))
        found = counts.exact(
            asked, holding=self.holding, connection=self.connection, as_of=self.as_of
        )
        return found.reveal(purpose=_PURPOSE)

    def smallest(self, part: Part, *, by: Sequence[str]) -> int | None:
        """The fewest units that share declared values of these variables; None where nobody is."""
        asked = dataclasses.replace(part, level=Level.AGGREGATE, group_by=tuple(by))
        tree = questions.cells(asked, holding=self.holding, as_of=self.as_of)
        rows = engine.answer(self.connection, tree, bound=counts.NO_PADS)
        members = [int(str(row[len(by)])) for row in rows]
        return min(members, default=None)


def _missing(part: Part, holding: Holding, count: _Counter) -> list[dict[str, object]]:
    """Units without a value, for each declared variable that is asked for and names nobody.

    In a related table a unit counts that has a row without the value; who has no row at all is
    told by the events.
    """
    told: list[dict[str, object]] = []
    for asked in part.tables:
        table = holding.get_table(asked.name)
        for variable in asked.variables:
            field = table.find_field(variable.name)
            if field is None or holding.identifies(table, field):
                continue
            absent: cohort.Node = cohort.Comparison(field.name, cohort.Op.MISSING, ())
            if table.name != holding.base_table:
                absent = cohort.Exists(table.name, absent)
            units = count.units(part, absent)
            told.append({"table": table.name, "variable": field.name, "units": units})
    return told


def _events(part: Part, holding: Holding, count: _Counter) -> list[dict[str, object]]:
    """Units with at least one row in each related table that is asked for."""
    related = [table.name for table in part.tables if table.name != holding.base_table]
    return [
        {"table": name, "units": count.units(part, cohort.Exists(name, None))} for name in related
    ]


def _groupable(part: Part, holding: Holding) -> list[str]:
    """The quasi-identifiers asked of the base table that have declared values to group by."""
    asked = {
        variable.name
        for table in part.tables
        if table.name == holding.base_table
        for variable in table.variables
    }
    asked.update(part.group_by)
    return [field.name for field in holding.base.fields if field.name in asked and _groups(field)]


def _groups(field: Field) -> bool:
    declared = bool(field.bands or field.codes) or field.type is FieldType.BOOLEAN
    return declared and field.sensitivity is Sensitivity.QUASI


def _band(part: Part, other: Part, matching: int, count: _Counter) -> str | None:
    """How much of this cohort an approved one has too; None where the two cannot be compared.

    They cannot where both compute a variable of one name in different ways.
    """
    computed = {each.name: each for each in part.derived}
    if any(
        computed.get(each.name, each).definition() != each.definition() for each in other.derived
    ):
        return None
    known = tuple({**computed, **{each.name: each for each in other.derived}}.values())
    theirs = () if other.cohort is None else (other.cohort,)
    shared = count.units(dataclasses.replace(part, derived=known), *theirs)
    return next((name for most, name in BANDS if shared and shared * most >= matching), LITTLE)


def _all(conditions: tuple[cohort.Node, ...]) -> cohort.Node | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return cohort.AllOf(conditions)
