"""Tables of numbers that left before: no new one of the same edition may be played against them.

What is kept of a table is the question and which of its groups were shown, not the numbers: an
edition does not change, so the numbers follow. Amounts are not kept and cannot be audited together:
once a sum or mean of a variable left, no other question about it is answered with one (`twice`).
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from muniment.dataplane.counts import asked
from muniment.dataplane.spec import specification
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Level, Part

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`shown` are the labels of the groups whose number was printed."""

    part: Part
    shown: frozenset[Labels]

    def document(self) -> dict[str, object]:
        """As it stands in the prints of a release."""
        plain = dataclasses.replace(self.part, id="p", tables=())
        return {"part": plain.document(), "shown": sorted(map(list, self.shown))}


def of_documents(documents: Iterable[Mapping[str, object]]) -> list[Table]:
    """The other way round. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    found = []
    for each in documents:
        shape = {"muniment_specification": 1, "parts": [each["part"]], "links": []}
        shown = each["shown"]
        if not isinstance(shown, list):
            raise TypeError("The groups that were shown are a list.")
        labels = frozenset(tuple(map(str, place)) for place in shown)
        found.append(Table(specification.parse(shape).parts[0], labels))
    return found


def of_edition(tables: Iterable[Table], part: Part) -> list[Table]:
    """Those about the holding and edition of this part."""
    key = (part.holding, part.edition)
    return [each for each in tables if (each.part.holding, each.part.edition) == key]


def cohorts(tables: Sequence[Table], part: Part, holding: Holding) -> list[Part]:
    """A part for each cohort that is neither everybody nor the part's own, once each."""
    found: dict[bytes, Part] = {}
    for each in tables:
        form = form_of(each.part, holding)
        if each.part.cohort is not None and form != form_of(part, holding):
            found.setdefault(form, each.part)
    return list(found.values())


def twice(tables: Sequence[Table], part: Part, holding: Holding) -> list[str]:
    """The variables whose sum or mean another question has shown already.

    Two sums could be subtracted, whatever lies between their people, and a sum beside the mean of
    the same people tells how many they are. The same table has the same answer, and tells nothing
    new; but not where rows may have come out of an embargo since.
    """
    mine = (form_of(part, holding), frozenset(part.group_by))
    shown = {
        measure.variable
        for each in tables
        for measure in each.part.measures
        if holding.embargo is not None
        or measure not in part.measures
        or (form_of(each.part, holding), frozenset(each.part.group_by)) != mine
    }
    return sorted({measure.variable for measure in part.measures} & shown)


def form_of(part: Part, holding: Holding) -> bytes:
    """The normal form of who is in: equal forms are one cohort, however they are worded."""
    plain = dataclasses.replace(part, level=Level.RECORD, group_by=(), measures=())
    return asked.form(plain, part.cohort, holding=holding)
