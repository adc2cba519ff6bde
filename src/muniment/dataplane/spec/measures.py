"""Sums and means of a numeric variable, for the groups of an aggregate part."""

from dataclasses import dataclass
from enum import StrEnum

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.reader import Reader

MOST = 3


class Kind(StrEnum):
    """What is computed of the values of the units in a group."""

    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Measure:
    """`variable` is a numeric one of the base table."""

    variable: str
    kind: Kind

    def document(self) -> dict[str, object]:
        return {"variable": self.variable, "is": self.kind.value}

    def words(self) -> str:
        """As in "with the sum of BEDS"."""
        return f"the {self.kind} of {self.variable}"


def read(reader: Reader, value: object, path: str, *, level: str | None) -> tuple[Measure, ...]:
    """One measure of a variable at most: sum and mean together would tell the exact count."""
    if level == "record":
        message = "Only an aggregate part has measures; leave them out."
        reader.fault(path, "unexpected-value", message)
        return ()
    found: list[Measure] = []
    for place, item in enumerate(reader.items(value, path, least=0, most=MOST)):
        here = faults.at(path, place)
        members = reader.members(item, here, required=["variable", "is"], optional=[])
        if members is None:
            continue
        name = reader.text(members["variable"], faults.at(here, "variable"))
        kind = reader.choice(members["is"], faults.at(here, "is"), Kind)
        if name in [measure.variable for measure in found]:
            message = f"The variable {faults.quoted(name)} is measured twice; choose one measure."
            reader.fault(faults.at(here, "variable"), "duplicate", message)
        elif name is not None and kind is not None:
            found.append(Measure(name, kind))
    return tuple(found)
