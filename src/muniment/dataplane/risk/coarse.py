"""A released column whose values were made coarser after its method, with words that say how."""

from dataclasses import dataclass

from muniment.dataplane.extract.treat import Column
from muniment.dataplane.spec.values import FieldType


@dataclass(frozen=True, slots=True)
class Coarse(Column):
    """`says` is what recipients read; `plain` is how it was before."""

    says: str
    plain: Column

    @property
    def words(self) -> str:
        return self.says


def of(column: Column, how: str) -> Coarse:
    """The column as text; `how` completes the sentence "Made coarser so that k holds: …"."""
    return Coarse(
        field=column.field,
        rule=column.rule,
        stored=column.stored,
        kind=FieldType.STRING,
        says=f"{column.words} Made coarser so that k holds: {how}.",
        plain=column,
    )
