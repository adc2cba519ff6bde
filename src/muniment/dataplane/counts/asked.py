"""What a part asks, question by question: the seeds of its noise. `spec.bill` says what it costs.

A total is one question. A cell of a breakdown is the question "in the cohort and in this cell",
so that asking for the cell alone gives the same number. A step of an attrition table is the
question of the criteria so far.
"""

import dataclasses
from collections.abc import Sequence

from muniment.dataplane.compile import questions
from muniment.dataplane.spec import cohort, normal
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Level, Part


def form(part: Part, node: cohort.Node | None, *, holding: Holding) -> bytes:
    """The normal form of the question how many of the part's holding fit a condition.

    The holding says of which type a value is: 65, "65" and "+65" are one question.
    """
    plain = dataclasses.replace(
        part, id="p", level=Level.RECORD, tables=(), cohort=node, group_by=()
    )
    return normal.question(plain, holding=holding)


def steps(part: Part) -> list[cohort.Node | None]:
    """Everyone, then the criteria of an outermost `all` one after the other, cumulated."""
    criteria = criteria_of(part)
    cumulated: list[cohort.Node | None] = [None]
    for place in range(1, len(criteria) + 1):
        taken = criteria[:place]
        cumulated.append(taken[0] if place == 1 else cohort.AllOf(taken))
    return cumulated


def criteria_of(part: Part) -> tuple[cohort.Node, ...]:
    """The conditions that must all hold, in the order written; a single one is one criterion."""
    if part.cohort is None:
        return ()
    return part.cohort.nodes if isinstance(part.cohort, cohort.AllOf) else (part.cohort,)


def in_cell(part: Part, holding: Holding, position: Sequence[int]) -> cohort.Node:
    """The condition of one cell: the cohort, and the label at each place of the position."""
    conditions = [] if part.cohort is None else [part.cohort]
    for name, place in zip(part.group_by, position, strict=True):
        conditions.append(_label(holding.base.get_field(name), place))
    return cohort.AllOf(tuple(conditions))


def _label(field: Field, place: int) -> cohort.Node:
    """The comparison that a label of `questions.labels` stands for."""
    if place == len(questions.labels(field)) - 1:
        return cohort.Comparison(field.name, cohort.Op.MISSING, ())
    if not field.bands:
        word = questions.labels(field)[place]
        return cohort.Comparison(field.name, cohort.Op.EQUALS, (word,))
    band = field.bands[place]
    if band.high is None and band.low is not None:
        return cohort.Comparison(field.name, cohort.Op.AT_LEAST, (band.low,))
    if band.low is None and band.high is not None:
        return cohort.Comparison(field.name, cohort.Op.AT_MOST, (band.high,))
    ends = tuple(end for end in (band.low, band.high) if end is not None)
    return cohort.Comparison(field.name, cohort.Op.BETWEEN, ends)
