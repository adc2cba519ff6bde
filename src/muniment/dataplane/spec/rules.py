"""Release rules as they are written: the name of a method and its parameters, read and checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader

MINIMUM_MERGED = 2
MOST_EDGES = 200
MOST_PLACES = 5000
APPROVED = re.compile(r"sha256:[0-9a-f]{64}")


class Method(StrEnum):
    """What a release does to a column; `free_text` and `drop` leave it out."""

    DROP = "drop"
    KEEP = "keep"
    PSEUDONYM = "pseudonym"
    RANDOM_CODE = "random_code"
    DAYS_FROM = "days_from"
    WEEKLY_SHIFT = "weekly_shift"
    YEAR = "year"
    BANDS = "bands"
    ROUND = "round"
    TOP_BOTTOM = "top_bottom"
    MARK = "mark"
    TOP90 = "top90"
    ZIP3 = "zip3"
    ROLL_UP = "roll_up"
    RARE_MERGE = "rare_merge"
    FREE_TEXT = "free_text"
    REVIEWED_TEXT = "reviewed_text"


class About(StrEnum):
    """What a date or a number is of, where it says how old somebody is."""

    BIRTH = "birth"
    AGE = "age"


DIRECT_METHODS = frozenset({Method.DROP, Method.PSEUDONYM, Method.RANDOM_CODE})
# What gives each identifier a code of its own.
CODES = frozenset({Method.PSEUDONYM, Method.RANDOM_CODE})
REQUIRED_PARAMS: Mapping[Method, tuple[str, ...]] = {
    Method.DAYS_FROM: ("anchor",),
    Method.BANDS: ("edges",),
    Method.ROUND: ("to",),
    Method.MARK: ("to",),
    Method.ZIP3: ("tables",),
    Method.ROLL_UP: ("levels", "into"),
    Method.RARE_MERGE: ("minimum", "into"),
    Method.REVIEWED_TEXT: ("approved",),
}
OPTIONAL_PARAMS: Mapping[Method, tuple[str, ...]] = {
    Method.KEEP: ("calendar",),
    Method.DAYS_FROM: ("of",),
    Method.WEEKLY_SHIFT: ("of",),
    Method.YEAR: ("of",),
    Method.BANDS: ("of", "at"),
    Method.TOP_BOTTOM: ("least", "most"),
    Method.TOP90: ("at",),
}
# The least that `to` may be: a mark needs a value on either side that it could have been.
LEAST_STEP = {Method.ROUND: 2, Method.MARK: 3}


@dataclass(frozen=True, slots=True)
class Release:
    """A method by name with its parameters, as plain JSON values."""

    method: Method
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def document(self) -> dict[str, object]:
        """The rule in the form descriptors write it."""
        return {"method": self.method.value, **self.params}


def read(reader: Reader, value: object, path: str) -> Release | None:
    """A method with its parameters, from a descriptor or from a method policy.

    Whether a `direct` field may use it, and whether an anchor exists, is checked by the holding.
    """
    members = reader.members(value, path, required=["method"], optional=None)
    if members is None:
        return None
    method = reader.choice(members["method"], faults.at(path, "method"), Method)
    if method is None:
        return None
    needed, welcome = REQUIRED_PARAMS.get(method, ()), OPTIONAL_PARAMS.get(method, ())
    if reader.members(members, path, required=needed, optional=["method", *welcome]) is None:
        return None
    params = {name: members[name] for name in (*needed, *welcome) if name in members}
    for name, param in params.items():
        _CHECKS[name](reader, param, faults.at(path, name), method)
    if method is Method.TOP_BOTTOM:
        _check_ends(reader, params, path)
    return Release(method, MappingProxyType(params))


def _check_name(reader: Reader, value: object, path: str, method: Method) -> None:
    reader.text(value, path)


def _check_minimum(reader: Reader, value: object, path: str, method: Method) -> None:
    reader.whole(value, path, least=MINIMUM_MERGED, most=LARGEST_INTEGER)


def _check_step(reader: Reader, value: object, path: str, method: Method) -> None:
    reader.whole(value, path, least=LEAST_STEP[method], most=LARGEST_INTEGER)


def _check_end(reader: Reader, value: object, path: str, method: Method) -> None:
    reader.whole(value, path, least=-LARGEST_INTEGER, most=LARGEST_INTEGER)


def _check_ends(reader: Reader, params: dict[str, object], path: str) -> None:
    if not params:
        reader.fault(path, "missing", "Name the least value, the most, or both.")
    least, most = params.get("least"), params.get("most")
    if type(least) is int and type(most) is int and least >= most:
        reader.fault(path, "wrong-order", "The least value must be under the most.")


def _check_truth(reader: Reader, value: object, path: str, method: Method) -> None:
    reader.truth(value, path)


def _check_about(reader: Reader, value: object, path: str, method: Method) -> None:
    about = About.AGE if method is Method.BANDS else About.BIRTH
    if value != about.value:
        message = f'{faults.quoted(value)} does not fit here; only "{about.value}" does.'
        reader.fault(path, "unknown-word", message)


def _check_approved(reader: Reader, value: object, path: str, method: Method) -> None:
    says = "use the hash of the approved redactions, sha256: and 64 digits"
    reader.pattern(value, path, like=APPROVED, says=says)


def _check_tables(reader: Reader, value: object, path: str, method: Method) -> None:
    for place, year in enumerate(reader.items(value, path, least=1, most=20)):
        reader.text(year, faults.at(path, place))


def _check_edges(reader: Reader, value: object, path: str, method: Method) -> None:
    edges = [
        reader.whole(edge, faults.at(path, place), least=-LARGEST_INTEGER, most=LARGEST_INTEGER)
        for place, edge in enumerate(reader.items(value, path, least=1, most=MOST_EDGES))
    ]
    known = [edge for edge in edges if edge is not None]
    if known != sorted(set(known)):
        reader.fault(path, "wrong-order", "Edges must grow from one to the next.")


def _check_levels(reader: Reader, value: object, path: str, method: Method) -> None:
    """One to three mappings, finest first: county to state, then state to region."""
    for place, level in enumerate(reader.items(value, path, least=1, most=3)):
        here = faults.at(path, place)
        if not isinstance(level, dict):
            reader.fault(here, "wrong-type", "This must be an object of place and larger place.")
        elif not 1 <= len(level) <= MOST_PLACES:
            reader.fault(here, "out-of-range", f"List 1 to {MOST_PLACES} places.")
        else:
            for name, larger in level.items():
                reader.text(larger, faults.at(here, name))


_CHECKS: Mapping[str, Callable[[Reader, object, str, Method], None]] = {
    "anchor": _check_name,
    "approved": _check_approved,
    "at": _check_name,
    "calendar": _check_truth,
    "edges": _check_edges,
    "into": _check_name,
    "least": _check_end,
    "levels": _check_levels,
    "minimum": _check_minimum,
    "most": _check_end,
    "of": _check_about,
    "tables": _check_tables,
    "to": _check_step,
}
