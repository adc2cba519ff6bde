"""What a generator hands over: rows by table, and the years they cover."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muniment.holdings.writing import Cell


@dataclass(frozen=True, slots=True)
class Made:
    """`tables` are written in the descriptor's order and may be iterators, read once."""

    tables: Mapping[str, Iterable[Mapping[str, Cell]]]
    years: tuple[int, int]
