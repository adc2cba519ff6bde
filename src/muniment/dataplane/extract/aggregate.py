"""Grouped numbers in place of rows: threshold, then rounding, one cell per declared group.

Cells come in the declared order and all are listed, so that an absent group and a small one look
alike. No total is written beside them: it would give a single hidden cell away.
"""

import itertools
from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.compile import questions
from muniment.dataplane.extract import session
from muniment.dataplane.extract.lookups import Scope
from muniment.dataplane.spec import answer, fields

# The query has a place for the pads of keyed hashes, which only noise needs.
NO_PADS = {"inner": bytes(64), "outer": bytes(64)}
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Grouped:
    """The table `stored`: a text column per grouping field (`c0`, …) and `number`, a whole one."""

    scope: Scope
    columns: tuple[fields.Field, ...]
    stored: str
    cells: int
    shown: int
    exact: tuple[tuple[tuple[str, ...], int], ...]


def table(engine: session.Session, scope: Scope) -> Grouped:
    """Count, protect and keep. Raises `Refused` (under-embargo) like a table of rows does."""
    source = scope.source
    columns = tuple(source.base.get_field(name) for name in scope.part.group_by)
    exact = _exact(engine, scope)
    shown = [(labels, _protected(count, scope)) for labels, count in exact]
    brought: dict[str, list[object]] = {
        f"c{spot}": [labels[spot] for labels, _ in shown] for spot in range(len(columns))
    }
    brought[NUMBER] = [count for _, count in shown]
    engine.bring("grouped", _typed(brought))
    return Grouped(
        scope=scope,
        columns=columns,
        stored=engine.temporary("grouped"),
        cells=len(shown),
        shown=sum(count is not None for _, count in shown),
        exact=tuple(exact),
    )


def _exact(engine: session.Session, scope: Scope) -> list[tuple[tuple[str, ...], int]]:
    """Every cell the declared values allow, with how many units it has."""
    width = len(scope.part.group_by)
    tree = questions.cells(scope.part, holding=scope.source, as_of=scope.now)
    if width == 0:
        tree = questions.totals(scope.part, holding=scope.source, as_of=scope.now)
    found = {
        tuple(int(str(place)) for place in row[:width]): int(str(row[width]))
        for row in engine.answer(tree, bound=NO_PADS)
    }
    if not any(found.values()):
        _refuse_nothing(engine, scope)
    labels = [questions.labels(scope.source.base.get_field(name)) for name in scope.part.group_by]
    return [
        (
            tuple(words[place] for words, place in zip(labels, places, strict=True)),
            found.get(places, 0),
        )
        for places in itertools.product(*[range(len(words)) for words in labels])
    ]


def _refuse_nothing(engine: session.Session, scope: Scope) -> None:
    from muniment.dataplane.extract import treat

    treat.refuse_embargoed(engine, scope, scope.source.base)
    message = "No one matches, so there is nothing to count. Widen the cohort."
    raise refusals.refused("nothing-matches", message, part=scope.part.id)


def _protected(count: int, scope: Scope) -> int | None:
    """The number as it may be shown, or None where it is too small."""
    source = scope.source
    return answer.of(
        count,
        unit=source.unit,
        rounding=source.rounding,
        threshold=source.threshold,
        sigma=0,
    ).shown


def _typed(columns: dict[str, list[object]]):  # type: ignore[no-untyped-def]
    import pyarrow

    kinds = {NUMBER: pyarrow.int64()}
    return {
        name: pyarrow.array(values, kinds.get(name, pyarrow.string()))
        for name, values in columns.items()
    }
