"""One YAML file as plain data plus the line of every value.

The file comes from people, so it is read event by event rather than by a general loader: no
anchors or aliases (a few bytes of them can grow to gigabytes), no tags, no repeated keys, bounded
size and depth. What is left is exactly what JSON can say without fractions, because the edition
is hashed as canonical JSON and a fraction may be written differently on two machines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .faults import Fault

Place = tuple[str | int, ...]

LARGEST_FILE = 512 * 1024
DEEPEST = 24
LARGEST_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: beyond it a number is not exact

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", re.I
)
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class YamlFile:
    """The data of one file, the line of each place in it, and the faults met on the way."""

    name: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that has one."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at a place of this file."""
        return Fault(self.name, self.line(place), message)


class Unreadable(Exception):
    """Reading cannot go on; carries the line and the sentence."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


def read(path: Path, *, name: str) -> YamlFile:
    """Read one file; every fault is in the result, nothing is raised."""
    try:
        text = read_text(path)
    except Unreadable as stop:
        return YamlFile(name, faults=[Fault(name, stop.line, stop.message)])
    return parse(text, name=name)


def read_text(path: Path) -> str:
    """The text of a file that may be too large, not a file, or not text; raises `Unreadable`."""
    if path.is_symlink():
        raise Unreadable(1, "this is a link; put the file itself here.")
    if not path.is_file():
        raise Unreadable(1, "this file is missing.")
    if path.stat().st_size > LARGEST_FILE:
        raise Unreadable(1, f"the file is larger than {LARGEST_FILE // 1024} KB; split it.")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "the file is not UTF-8 text; save it as UTF-8.") from None
    return text.replace("\r\n", "\n")


@lru_cache(maxsize=256)
def parse(text: str, *, name: str) -> YamlFile:
    """Parse YAML text; every fault is in the result, nothing is raised.

    The same text is parsed once in a process: a folder of an edition is read again and again while
    it is written. The result is shared, so nobody changes it.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    result = YamlFile(name)
    try:
        _document(YAML(typ="safe", pure=True).parse(text), result)
    except Unreadable as stop:
        result.faults.append(Fault(name, stop.line, stop.message))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or "it cannot be parsed").strip()
        result.faults.append(Fault(name, line, f"this is not valid YAML: {problem}."))
    except YAMLError as error:
        said = str(error).splitlines()[0]
        result.faults.append(Fault(name, 1, f"this is not valid YAML: {said}."))
    except (ValueError, OverflowError):  # the library lets an impossible \U escape through to chr()
        result.faults.append(Fault(name, 1, "this is not valid YAML: an escape is no character."))
    return result


def _document(events: Iterator[Any], result: YamlFile) -> None:
    """The one document of a stream; a second one, or none, is a fault."""
    from ruamel.yaml import events as kinds

    seen = 0
    for event in events:
        if isinstance(event, kinds.DocumentStartEvent):
            seen += 1
            if seen > 1:
                raise Unreadable(_line(event), "only one document may be in a file; remove '---'.")
            result.data = _value(next(events), events, result, ())
    if not seen:
        raise Unreadable(1, "the file is empty.")


def _value(event: Any, events: Iterator[Any], result: YamlFile, place: Place) -> Any:
    """The value that begins at `event`, with everything inside it."""
    from ruamel.yaml import events as kinds

    line = _line(event)
    result.lines.setdefault(place, line)
    if isinstance(event, kinds.AliasEvent) or getattr(event, "anchor", None):
        raise Unreadable(line, "anchors (&) and aliases (*) are not allowed; write the text out.")
    if getattr(event, "tag", None) is not None:
        raise Unreadable(line, "tags (!) are not allowed; write plain text.")
    if len(place) >= DEEPEST:
        raise Unreadable(line, f"values are nested deeper than {DEEPEST} levels.")
    if isinstance(event, kinds.MappingStartEvent):
        return _mapping(events, result, place)
    if isinstance(event, kinds.SequenceStartEvent):
        return _sequence(events, result, place)
    return _scalar(event, result, place)


def _mapping(events: Iterator[Any], result: YamlFile, place: Place) -> dict[str, Any]:
    from ruamel.yaml import events as kinds

    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, kinds.MappingEndEvent):
            break
        line = _line(event)
        if not isinstance(event, kinds.ScalarEvent):
            raise Unreadable(line, "a key must be plain text.")
        if event.anchor or event.tag is not None:
            raise Unreadable(line, "a key may carry no anchor (&) and no tag (!).")
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise Unreadable(line, "merge keys (<<) are not allowed; write the text out.")
        if key in found:
            result.faults.append(Fault(result.name, line, f"the key {key!r} is given twice."))
        inside = (*place, key)
        result.lines[inside] = line
        found[key] = _value(next(events), events, result, inside)
    return found


def _sequence(events: Iterator[Any], result: YamlFile, place: Place) -> list[Any]:
    from ruamel.yaml import events as kinds

    found: list[Any] = []
    for event in events:
        if isinstance(event, kinds.SequenceEndEvent):
            break
        found.append(_value(event, events, result, (*place, len(found))))
    return found


def _scalar(event: Any, result: YamlFile, place: Place) -> Any:
    """Text, whole number, true, false or nothing, by the core schema of YAML 1.2."""
    text = event.value
    if _UNUSABLE.search(text):
        result.faults.append(result.fault(place, "the text holds a control character; remove it."))
    plain = event.implicit[0]
    if not plain:
        return text
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return _integer(text, result, place)
    if _FRACTION.fullmatch(text):
        fault = result.fault(place, f"write the fraction {text} in quotes, as text.")
        result.faults.append(fault)
    return text


def _integer(text: str, result: YamlFile, place: Place) -> int | str:
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        result.faults.append(result.fault(place, "the number is too large; write it in quotes."))
        return text
    return int(text)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
