"""What linked holdings tell of the units of a part, brought beside what its own holding tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.extract import session
from muniment.dataplane.policy import ages

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`ends` are tables (identifier, day) of when a unit is 90, `firsts` tables (identifier, day,
    age) of its first day there and of its age on the first day of all, either of which may be
    missing."""

    told: ages.Told = ages.NOTHING
    ends: tuple["pyarrow.Table", ...] = ()
    firsts: tuple["pyarrow.Table", ...] = ()

    def __or__(self, other: "Elsewhere") -> "Elsewhere":
        told = self.told | other.told
        return Elsewhere(told, self.ends + other.ends, self.firsts + other.firsts)

    def brought(self, engine: session.Session) -> tuple[list[exp.Select], list[exp.Select]]:
        """Queries of the ends and of the firsts, as rows that the engine has."""
        return _brought(engine, "end", self.ends), _brought(engine, "first", self.firsts)


NOWHERE = Elsewhere()


def _brought(
    engine: session.Session, what: str, tables: Sequence["pyarrow.Table"]
) -> list[exp.Select]:
    queries = []
    for number, table in enumerate(tables):
        name = f"{what} elsewhere {number}"
        engine.bring(name, table)
        queries.append(session.star(engine.temporary(name)))
    return queries
