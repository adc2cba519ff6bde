"""Ladders: the ever coarser forms a value may take, as a method policy declares them.

A ladder has one rung per step; the value as treated stands below the first, missing above the last.
Each class of a rung must be a union of classes of the rung below, or the lattice search would be
wrong: bands and widths are checked here, mappings go from rung to rung and cannot be otherwise.

    {"bands": [[10, 20, 30, 40], [20, 40]]}     lower ends of classes of whole numbers, nested
    {"widths": [7, 28, 364]}                    classes of so many, each a multiple of the last
    {"prefix": [3, 1]}                          so many leading characters
    {"mapping": [{"C50.1": "C50"}, {"C50": "C"}]}   a word for a word; what is not named stays
    {"dates": ["month", "year"]}                the month or the year of a day
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader

MOST_RUNGS = 12
MOST_EDGES = 200
MOST_WORDS = 100_000
LONGEST_PREFIX = 32
MOST_PERCENT = 100
MOST_EVENTS = 3
MOST_L = 100


class Kind(StrEnum):
    BANDS = "bands"
    WIDTHS = "widths"
    PREFIX = "prefix"
    MAPPING = "mapping"
    DATES = "dates"


class Period(StrEnum):
    """How much of a date stays, coarser from word to word."""

    MONTH = "month"
    YEAR = "year"


class Approach(StrEnum):
    """How k is reached: by blanking alone, by one rung per column, or by cutting into boxes."""

    BLANK = "blank"
    GENERALIZE = "generalize"
    PARTITION = "partition"


class Knowledge(StrEnum):
    """What an attacker is taken to know: baseline values, or a person's course as well."""

    BASELINE = "baseline"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class Ladder:
    """`rungs` in plain JSON form, finest first."""

    kind: Kind
    rungs: tuple[object, ...]

    def rung(self, value: str | None, step: int) -> str | None:
        """The form of a value `step` rungs up; missing stays missing, and the top is missing.

        A value that a rung cannot read (text in a ladder of numbers) is missing from there on.
        """
        if value is None or step == 0:
            return value
        if step > len(self.rungs):
            return None
        if self.kind is Kind.MAPPING:
            below = self.rung(value, step - 1)
            words = self.rungs[step - 1]
            assert isinstance(words, Mapping)
            return None if below is None else str(words.get(below, below))
        return _FORMS[self.kind](value, self.rungs[step - 1])

    def says(self, step: int) -> str:
        """The rung in words for a recipient."""
        if step > len(self.rungs):
            return "not shown"
        rung = self.rungs[step - 1]
        match self.kind:
            case Kind.BANDS:
                assert isinstance(rung, tuple)
                return f"in bands that begin at {', '.join(str(edge) for edge in rung)}"
            case Kind.WIDTHS:
                return f"in classes of {rung}"
            case Kind.PREFIX:
                return f"only the first {rung} characters"
            case Kind.DATES:
                return f"only the {rung}"
            case _:
                return f"as a broader word, {step} up"

    def document(self) -> dict[str, object]:
        return {
            self.kind.value: [
                list(rung) if isinstance(rung, tuple) else dict(rung) if isinstance(rung, Mapping)
                else rung
                for rung in self.rungs
            ]
        }  # fmt: skip


NONE = Ladder(Kind.WIDTHS, ())


@dataclass(frozen=True, slots=True)
class Settings:
    """How a method policy wants k reached.

    `suppress` is the share of units, in percent, that may be in groups under the limit before
    what is left of them is blanked. `events` is how many of a person's codes an attacker may know.
    `least_l` and `most_t` (percent) are limits on sensitive values; a release that misses them is
    refused.
    """

    approach: Approach = Approach.BLANK
    knowledge: Knowledge = Knowledge.BASELINE
    suppress: int = 5
    events: int = 2
    least_l: int | None = None
    most_t: int | None = None
    ladders: Mapping[str, Ladder] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def documents(self) -> dict[str, object]:
        """The members of a method policy; nothing at all where everything is the default."""
        if self == DEFAULT:
            return {}
        limits: dict[str, object] = {"l": self.least_l, "t_percent": self.most_t}
        return {
            "anonymity": {
                "approach": self.approach.value,
                "knowledge": self.knowledge.value,
                "suppress_percent": self.suppress,
                "known_events": self.events,
                **{name: limit for name, limit in limits.items() if limit is not None},
            },
            "ladders": {where: each.document() for where, each in self.ladders.items()},
        }


DEFAULT = Settings()


def read(reader: Reader, anonymity: object, ladders: object) -> Settings:
    """The members `anonymity` and `ladders` of a method policy; None stands for an absent one."""
    base = "/anonymity"
    optional = ["approach", "knowledge", "suppress_percent", "known_events", "l", "t_percent"]
    found = reader.members(
        {} if anonymity is None else anonymity, base, required=[], optional=optional
    ) or {}  # fmt: skip
    rungs: dict[str, Ladder] = {}
    listed = reader.members({} if ladders is None else ladders, "/ladders", required=[],
                            optional=None) or {}  # fmt: skip
    for where, value in listed.items():
        one = _ladder(reader, value, faults.at("/ladders", where))
        if one is not None:
            rungs[where] = one

    def whole(name: str, default: int | None, *, least: int, most: int) -> int | None:
        if name not in found:
            return default
        return reader.whole(found[name], faults.at(base, name), least=least, most=most)

    return Settings(
        approach=reader.choice(found.get("approach", "blank"), f"{base}/approach", Approach)
        or Approach.BLANK,
        knowledge=reader.choice(found.get("knowledge", "baseline"), f"{base}/knowledge", Knowledge)
        or Knowledge.BASELINE,
        suppress=whole("suppress_percent", 5, least=0, most=MOST_PERCENT) or 0,
        events=whole("known_events", 2, least=1, most=MOST_EVENTS) or 1,
        least_l=whole("l", None, least=2, most=MOST_L),
        most_t=whole("t_percent", None, least=0, most=MOST_PERCENT),
        ladders=MappingProxyType(rungs),
    )


def _ladder(reader: Reader, value: object, path: str) -> Ladder | None:
    members = reader.members(value, path, required=[], optional=[kind.value for kind in Kind])
    if members is None:
        return None
    if len(members) != 1:
        reader.fault(path, "wrong-length", "A ladder has one member, which names its kind.")
        return None
    [(name, listed)] = members.items()
    if name not in {kind.value for kind in Kind}:
        return None
    kind = Kind(name)
    here = faults.at(path, name)
    items = reader.items(listed, here, least=1, most=MOST_RUNGS)
    before = len(reader.faults)
    rungs = [_rung(reader, kind, item, faults.at(here, n)) for n, item in enumerate(items)]
    if len(reader.faults) > before or not rungs:
        return None
    _check_nested(reader, kind, rungs, here)
    return Ladder(kind, tuple(rungs))


def _rung(reader: Reader, kind: Kind, item: object, path: str) -> object:
    match kind:
        case Kind.BANDS:
            span = {"least": -LARGEST_INTEGER, "most": LARGEST_INTEGER}
            edges = reader.items(item, path, least=1, most=MOST_EDGES)
            read_edges = [reader.whole(e, faults.at(path, n), **span) for n, e in enumerate(edges)]
            known = [edge for edge in read_edges if edge is not None]
            if known != sorted(set(known)):
                reader.fault(path, "wrong-order", "Edges must grow from one to the next.")
            return tuple(known)
        case Kind.WIDTHS:
            return reader.whole(item, path, least=2, most=LARGEST_INTEGER)
        case Kind.PREFIX:
            return reader.whole(item, path, least=1, most=LONGEST_PREFIX)
        case Kind.DATES:
            return reader.choice(item, path, Period)
        case _:
            return _words(reader, item, path)


def _words(reader: Reader, item: object, path: str) -> object:
    members = reader.members(item, path, required=[], optional=None) or {}
    if len(members) > MOST_WORDS:
        reader.fault(path, "wrong-length", f"A rung maps at most {MOST_WORDS} words.")
        return None
    words = {name: reader.text(to, faults.at(path, name)) for name, to in members.items()}
    return MappingProxyType(words)


def _check_nested(reader: Reader, kind: Kind, rungs: list[object], path: str) -> None:
    for spot, (fine, coarse) in enumerate(pairwise(rungs), start=1):
        if not _is_nested(kind, fine, coarse):
            message = "Each rung must be coarser than the one before and join whole classes of it."
            reader.fault(faults.at(path, spot), "not-nested", message)


def _is_nested(kind: Kind, fine: Any, coarse: Any) -> bool:
    """Rungs of one kind, each read without a fault."""
    match kind:
        case Kind.BANDS:
            return set(coarse) < set(fine)
        case Kind.WIDTHS:
            return bool(coarse > fine and coarse % fine == 0)
        case Kind.PREFIX:
            return bool(coarse < fine)
        case Kind.DATES:
            return (fine, coarse) == (Period.MONTH, Period.YEAR)
        case _:
            return True


def _band(value: str, edges: object) -> str | None:
    assert isinstance(edges, tuple)
    number = _number(value)
    if number is None:
        return None
    if number < edges[0]:
        return f"under {edges[0]}"
    for low, end in pairwise(edges):
        if number < end:
            return f"{low} to under {end}"
    return f"{edges[-1]} and over"


def _width(value: str, width: object) -> str | None:
    assert isinstance(width, int)
    number = _number(value)
    if number is None:
        return None
    low = int(number // width) * width
    return f"{low} to under {low + width}"


def _prefix(value: str, length: object) -> str:
    assert isinstance(length, int)
    return value[:length]


def _period(value: str, period: object) -> str | None:
    if len(value) < 10 or value[4] != "-" or value[7] != "-":
        return None
    return value[:7] if period is Period.MONTH else value[:4]


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


_FORMS = {Kind.BANDS: _band, Kind.WIDTHS: _width, Kind.PREFIX: _prefix, Kind.DATES: _period}
