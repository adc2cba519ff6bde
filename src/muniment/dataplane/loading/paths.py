"""Paths into FHIR resources and other JSON: a small part of FHIRPath, parsed, never evaluated.

After HL7 FHIRPath 2.0 (N1): members, `[n]`, `where(path = 'text')`, `first()`, `last()`,
`exists()`, `count()`, `not()`, `ofType(Name)`; from SQL on FHIR v2 `getReferenceKey()` (the id a
reference ends in). `%resource.` starts at the resource while a row stands for something in it;
`%index` is the resource's place in its file, from 1. Everything else is refused when the mapping
is read, so that no text of a mapping is ever run.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muniment.dataplane.spec import faults

LONGEST = 500
MOST_STEPS = 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_-]*)|(?P<text>'(?:[^'\\]|\\.)*')
    |(?P<number>[0-9]{1,6})|(?P<sign>!=|[.()\[\]=%]))""",
    re.VERBOSE,
)
_PLAIN = ("first", "last", "exists", "count", "not", "getReferenceKey")
_UNESCAPED = re.compile(r"\\(.)")


class TooMany(ValueError):
    """A path found several values where a cell holds one."""


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: member, index, where, type or one of the functions without an argument."""

    kind: str
    name: str = ""
    number: int = 0
    inner: "Path | None" = None
    text: str | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """`start`: item, resource or index."""

    start: str
    steps: tuple[Step, ...]

    def all(self, item: object, *, resource: object = None, index: int = 0) -> list[Any]:
        """Every value the path finds, lists flattened as FHIRPath does."""
        if self.start == "index":
            return [index]
        found = _flat([resource if self.start == "resource" else item])
        for step in self.steps:
            found = _STEPS[step.kind](found, step)
        return found

    def one(self, item: object, *, resource: object = None, index: int = 0) -> str | None:
        """The single value as text, None when there is none. Raises `TooMany`."""
        found = self.all(item, resource=resource, index=index)
        if len(found) > 1:
            raise TooMany
        return text(found[0]) if found else None

    def holds(self, item: object, *, resource: object = None, index: int = 0) -> bool:
        """Whether it finds true, or anything that is not false."""
        found = self.all(item, resource=resource, index=index)
        return bool(found) and found != [False]


def text(value: object) -> str | None:
    """A JSON value as the text of a cell; an object has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return None


def parse(written: str) -> Path:
    """Raises `ValueError` with what is wrong, in one sentence."""
    if len(written) > LONGEST:
        raise ValueError(f"A path has at most {LONGEST} signs.")
    tokens = _Tokens(written)
    path = tokens.path()
    if tokens.left():
        raise tokens.wrong()
    return path


class _Tokens:
    """Reads a path from left to right."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._listed: list[tuple[str, str]] = []
        place = 0
        end = len(written.rstrip())
        while place < end:
            match = _TOKEN.match(written, place)
            if match is None:
                raise ValueError(f"{faults.quoted(written)} is no path we read.")
            kind = match.lastgroup or ""
            self._listed.append((kind, match.group(kind)))
            place = match.end()
        self._place = 0
        self._depth = 0

    def left(self) -> bool:
        return self._place < len(self._listed)

    def wrong(self) -> ValueError:
        near = self._listed[self._place][1] if self.left() else "its end"
        message = f"The path {faults.quoted(self._written)} cannot be read near {near}."
        return ValueError(message)

    def path(self) -> Path:
        self._depth += 1
        if self._depth > 3:
            raise ValueError(f"The path {faults.quoted(self._written)} is nested too deeply.")
        start = "item"
        steps: list[Step] = []
        if self._take("%"):
            start = self._word()
            if start not in ("resource", "index"):
                raise ValueError("After % a path says resource or index.")
        else:
            steps.extend(self._step())
        while self._take(".") or self._next() == "[":
            steps.extend(self._step())
        if len(steps) > MOST_STEPS:
            raise ValueError(f"A path has at most {MOST_STEPS} steps.")
        self._depth -= 1
        return Path(start, tuple(steps))

    def _step(self) -> list[Step]:
        if self._take("["):
            number = self._kind("number")
            self._need("]")
            return [Step("index", number=int(number))]
        word = self._word()
        if not self._take("("):
            return [Step("member", word)]
        step = self._function(word)
        self._need(")")
        return [step]

    def _function(self, word: str) -> Step:
        if word == "where":
            inner = self.path()
            text: str | None = None
            negated = False
            if self._next() in ("=", "!="):
                negated = self._kind("sign") == "!="
                text = _UNESCAPED.sub(r"\1", self._kind("text")[1:-1])
            return Step("where", inner=inner, text=text, negated=negated)
        if word == "ofType":
            return Step("type", self._word())
        if word in _PLAIN:
            return Step(word)
        raise ValueError(f"There is no function {faults.quoted(word)} in paths.")

    def _next(self) -> str:
        return self._listed[self._place][1] if self.left() else ""

    def _take(self, sign: str) -> bool:
        if self.left() and self._listed[self._place] == ("sign", sign):
            self._place += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self.wrong()

    def _word(self) -> str:
        return self._kind("word")

    def _kind(self, kind: str) -> str:
        if not self.left() or self._listed[self._place][0] != kind:
            raise self.wrong()
        self._place += 1
        return self._listed[self._place - 1][1]


def _flat(values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list):
            flat.extend(_flat(value))
        elif value is not None:
            flat.append(value)
    return flat


def _member(found: list[Any], step: Step) -> list[Any]:
    return _flat([value.get(step.name) for value in found if isinstance(value, dict)])


def _where(found: list[Any], step: Step) -> list[Any]:
    assert step.inner is not None  # a where always has one
    kept = []
    for value in found:
        if step.text is None:
            fits = step.inner.holds(value)
        else:
            fits = step.text in [text(each) for each in step.inner.all(value)]
        if fits is not step.negated:
            kept.append(value)
    return kept


def _key(found: list[Any], step: Step) -> list[Any]:
    del step
    said = [value.get("reference") if isinstance(value, dict) else value for value in found]
    return [
        each.partition("/_history/")[0].rpartition("/")[2].removeprefix("urn:uuid:")
        for each in said
        if isinstance(each, str)
    ]


_STEPS: dict[str, Callable[[list[Any], Step], list[Any]]] = {
    "member": _member,
    "index": lambda found, step: found[step.number : step.number + 1],
    "where": _where,
    "type": lambda found, step: [
        each for each in found if isinstance(each, dict) and each.get("resourceType") == step.name
    ],
    "first": lambda found, step: found[:1],
    "last": lambda found, step: found[-1:],
    "exists": lambda found, step: [bool(found)],
    "count": lambda found, step: [len(found)],
    "not": lambda found, step: [not each for each in found if isinstance(each, bool)],
    "getReferenceKey": _key,
}
