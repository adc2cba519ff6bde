"""What a release does to a column: one file a method, all with the same five names.

LEAVES   whether a column comes out at all
NEEDS    what must be joined beside the row before the method can work
result   the type of the released column, given the type that was held
words    one sentence for codebook and README, given the parameters
apply    the treated column as a tree; text never becomes SQL, every value is a quoted node

A method sees one column and the few columns joined beside it. It never sees a key: pseudonyms and
shifts arrive as finished columns (`pseudonyms.py`).
"""

from collections.abc import Mapping
from typing import Protocol

from sqlglot import exp

from muniment.dataplane.methods import (
    bands,
    days_from,
    drop,
    free_text,
    keep,
    mark,
    pseudonym,
    random_code,
    rare_merge,
    reviewed_text,
    roll_up,
    round,
    top90,
    top_bottom,
    weekly_shift,
    year,
    zip3,
)
from muniment.dataplane.methods.place import Need, Place
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType

__all__ = ["BY_NAME", "Deidentifier", "Need", "Place"]


class Deidentifier(Protocol):
    """The shape of every module in this folder."""

    LEAVES: bool
    NEEDS: frozenset[Need]

    def result(self, kind: FieldType) -> FieldType: ...

    def words(self, params: Mapping[str, object]) -> str: ...

    def apply(
        self, column: exp.Expression, *, place: Place, params: Mapping[str, object]
    ) -> exp.Expression: ...


BY_NAME: Mapping[Method, Deidentifier] = {
    Method.DROP: drop,
    Method.KEEP: keep,
    Method.PSEUDONYM: pseudonym,
    Method.RANDOM_CODE: random_code,
    Method.DAYS_FROM: days_from,
    Method.WEEKLY_SHIFT: weekly_shift,
    Method.YEAR: year,
    Method.BANDS: bands,
    Method.ROUND: round,
    Method.TOP_BOTTOM: top_bottom,
    Method.MARK: mark,
    Method.TOP90: top90,
    Method.ZIP3: zip3,
    Method.ROLL_UP: roll_up,
    Method.RARE_MERGE: rare_merge,
    Method.FREE_TEXT: free_text,
    Method.REVIEWED_TEXT: reviewed_text,
}
