"""How many people match, protected: noise, then threshold, then rounding.

Source of the rules: the privacy document of this project, parts A1 to A3. A refusal depends on
the question and the descriptor, and on the size of the whole edition; never on who matches.
"""

import datetime
import itertools
from typing import TYPE_CHECKING

from muniment.dataplane import noise
from muniment.dataplane.compile import questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import answer, check, countable, faults
from muniment.dataplane.spec.answer import Breakdown, Cell, Count
from muniment.dataplane.spec.exact import Exact
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part

if TYPE_CHECKING:
    import duckdb

# An exact count needs no keyed hashes; the query has a place for their pads all the same.
_NO_PADS = {"inner": bytes(noise.BLOCK), "outer": bytes(noise.BLOCK)}


def refusals(part: Part, *, holding: Holding, path: str = "") -> list[faults.Fault]:
    """Why no live count is given for this question; empty means that one is."""
    return [
        *check.part_against(part, holding, path=path),
        *countable.faults(part, holding, path=path),
    ]


def protected(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    key: bytes,
    as_of: datetime.datetime | None = None,
) -> Count:
    """The protected number of distinct units in the part's cohort.

    `key` is the noise key (at least 32 bytes); `as_of` is needed where rows are under embargo.
    Raises `faults.Faulty` with the reasons where no count is given.
    """
    keys = _open(part, holding, key)
    members, members_xor, _, everyone_xor = _totals(part, holding, connection, keys.pads, as_of)
    drawn = noise.for_set(members_xor, everyone_xor, keys=keys, sigma=holding.noise_sigma)
    return _said(members, drawn, holding)


def breakdown(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    key: bytes,
    as_of: datetime.datetime | None = None,
) -> Breakdown:
    """The protected number for every cell of the part's `group_by`, each by the same road.

    A cell has the same answer as the question "in the cohort and in this cell". Cells come in
    declared order, empty ones too; the cells of missing values come last.
    """
    keys = _open(part, holding, key)
    everyone_xor = _totals(part, holding, connection, keys.pads, as_of)[3]
    tree = questions.cells(part, holding=holding, as_of=as_of)
    width = len(part.group_by)
    found = {
        row[:width]: (_whole(row[width]), _whole(row[width + 1]))
        for row in engine.answer(connection, tree, bound=keys.pads)
    }
    labels = [questions.labels(holding.base.get_field(name)) for name in part.group_by]
    cells = []
    for position in itertools.product(*[range(len(words)) for words in labels]):
        members, members_xor = found.get(position, (0, 0))
        drawn = noise.for_set(members_xor, everyone_xor, keys=keys, sigma=holding.noise_sigma)
        named = tuple(words[place] for words, place in zip(labels, position, strict=True))
        cells.append(Cell(named, _said(members, drawn, holding)))
    return Breakdown(part.group_by, tuple(cells))


def exact(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    as_of: datetime.datetime | None = None,
) -> Exact:
    """The exact number, for staff: shown only by `reveal(purpose=…)`, which the caller records."""
    _refuse(check.part_against(part, holding))
    return Exact(_totals(part, holding, connection, _NO_PADS, as_of)[0])


def _open(part: Part, holding: Holding, key: bytes) -> noise.EditionKeys:
    _refuse(refusals(part, holding=holding))
    try:
        return noise.edition_keys(key, holding=holding.holding, edition=holding.edition)
    except ValueError as error:
        raise faults.Faulty([faults.Fault("", "no-noise-key", str(error))]) from None


def _totals(
    part: Part,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    pads: dict[str, bytes],
    as_of: datetime.datetime | None,
) -> tuple[int, int, int, int]:
    tree = questions.totals(part, holding=holding, as_of=as_of)
    [row] = engine.answer(connection, tree, bound=pads)
    members, members_xor, everyone, everyone_xor = map(_whole, row)
    if pads is not _NO_PADS and everyone < holding.minimum_size:
        message = f"{holding.title} is too small for live counts: a statistician answers."
        _refuse([faults.Fault("", "no-live-counts", message)])
    return members, members_xor, everyone, everyone_xor


def _said(members: int, drawn: int, holding: Holding) -> Count:
    """Nobody is always too few: every empty set draws the same noise within an edition.

    Were it shown, its value could be learned from an impossible question, and whoever got
    another number would know that somebody is there.
    """
    return answer.of(
        members + drawn if members else 0,
        unit=holding.unit,
        rounding=holding.rounding,
        threshold=holding.threshold,
        sigma=holding.noise_sigma,
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("The engine answers counts with whole numbers.")
    return value


def _refuse(found: list[faults.Fault]) -> None:
    if found:
        raise faults.Faulty(found)
