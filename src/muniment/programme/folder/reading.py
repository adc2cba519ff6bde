"""A folder, or canonical bytes, becomes a bundle; or every fault is named and nothing is kept."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from muniment.programme import bundle, check

from . import schemas, yamlfile
from .faults import Fault, FolderFaulty

LARGEST_BUNDLE = 16 * 1024 * 1024
MOST_FILES = 600
TEXTS = {"clauses": "clause_texts", "letters": "letter_texts"}

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# HTML and images have no business in a clause or a letter: both reach pages, mail and PDF.
_UNSAFE = re.compile(r"<[A-Za-z/!?]|!\[")


@dataclass(slots=True)
class _Reading:
    """What has been read so far: sections, where each value stands, and every fault."""

    sections: dict[str, Any] = field(default_factory=dict)
    sources: dict[tuple[str, ...], yamlfile.YamlFile] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def at(self, problem: check.Problem) -> Fault:
        """The fault for a problem: its place in the bundle becomes a file and a line."""
        place = problem.place
        if not self.sources:
            return Fault(f"bundle: {'.'.join(map(str, place))}", 0, problem.message)
        for depth in (2, 1):
            source = self.sources.get(tuple(map(str, place[:depth])))
            if source is not None:
                return source.fault(place[depth:], problem.message)
        section = str(place[0])
        if section in TEXTS.values() and len(place) > 1:
            folder = section.removesuffix("_texts") + "s"
            line = place[2] if len(place) > 2 and isinstance(place[2], int) else 1
            return Fault(f"{folder}/{place[1]}.md", line, problem.message)
        return Fault(schemas.FILES.get(section, section), 1, problem.message)


def read(folder: Path) -> bundle.Bundle:
    """Read and check a folder; raises FolderFaulty with every fault found.

    References between files are checked only when each file is sound by itself, because a missing
    file would otherwise be reported once for everything that refers to it.
    """
    if not folder.is_dir():
        raise FolderFaulty([Fault(str(folder), 0, "this is not a folder.")])
    reading = _Reading()
    _strangers(folder, reading)
    if not reading.faults:
        for section, name in schemas.FILES.items():
            _section(folder / name, name, (section,), reading)
        _codebooks(folder / "codebooks", reading)
        for directory, section in TEXTS.items():
            _texts(folder / directory, directory, section, reading)
    return _checked(reading)


@lru_cache(maxsize=8)
def from_canonical(canonical: bytes) -> bundle.Bundle:
    """The bundle in canonical bytes, checked again, once in a process; raises FolderFaulty."""
    reading = _Reading(sections=opened(canonical))
    expected = {*schemas.FILES, *TEXTS.values(), "codebooks"}
    for name in sorted(expected ^ set(reading.sections)):
        what = "is missing" if name in expected else "is not known"
        reading.faults.append(Fault("bundle", 0, f"the section {name!r} {what}."))
    if not reading.faults:
        _sections_fit(reading)
    made = _checked(reading)
    if made.canonical != canonical:
        sentence = "the bytes are not the canonical form (RFC 8785) of the bundle."
        raise FolderFaulty([Fault("bundle", 0, sentence)])
    return made


def opened(canonical: bytes) -> dict[str, Any]:
    """The sections in the bytes, not checked; raises FolderFaulty where they are no bundle."""
    if len(canonical) > LARGEST_BUNDLE:
        raise FolderFaulty([Fault("bundle", 0, "the bundle is larger than 16 MB.")])
    try:
        data = json.loads(canonical)
    except (ValueError, RecursionError):
        raise FolderFaulty([Fault("bundle", 0, "the bundle is not JSON text.")]) from None
    if not isinstance(data, dict) or data.pop(bundle.FORMAT, None) != 1:
        sentence = f"the bundle must be an object that says {bundle.FORMAT}: 1."
        raise FolderFaulty([Fault("bundle", 0, sentence)])
    return data


def _checked(reading: _Reading) -> bundle.Bundle:
    """References, once every file is sound; then the bundle."""
    if not reading.faults:
        problems = check.problems(reading.sections)
        reading.faults = [reading.at(problem) for problem in problems]
    if reading.faults:
        raise FolderFaulty(reading.faults)
    return bundle.Bundle.from_data(reading.sections)


def _strangers(folder: Path, reading: _Reading) -> None:
    """Links, and files that no edition has: a misspelt name must not be silently ignored."""
    allowed = {*schemas.FILES.values(), "README.md"}
    suffixes = {"codebooks": ".yaml", "clauses": ".md", "letters": ".md"}
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number > MOST_FILES:
            sentence = f"the folder holds more than {MOST_FILES} files."
            reading.faults.append(Fault(folder.name, 0, sentence))
            return
        name = path.relative_to(folder).as_posix()
        parent = path.relative_to(folder).parent.as_posix()
        if path.is_symlink():
            reading.faults.append(Fault(name, 0, "this is a link; put the file itself here."))
        elif path.is_dir():
            if name not in suffixes:
                reading.faults.append(Fault(name, 0, "this folder is not part of an edition."))
        elif not (name in allowed or path.suffix == suffixes.get(parent)):
            reading.faults.append(Fault(name, 0, "this file is not part of an edition; remove it."))
        elif parent != "." and not _SLUG.fullmatch(path.stem):
            sentence = "name the file in lower-case letters, digits and hyphens."
            reading.faults.append(Fault(name, 0, sentence))


def _section(path: Path, name: str, place: tuple[str, ...], reading: _Reading) -> None:
    """One YAML file: parsed, held against its schema, kept under its place in the bundle."""
    source = yamlfile.read(path, name=name)
    reading.faults += source.faults
    reading.sources[place] = source
    if not source.faults:
        schema = schemas.CODEBOOK if len(place) > 1 else name.removesuffix(".yaml")
        complaints = schemas.complaints(source.data, name=schema)
        reading.faults += [source.fault(at, sentence) for at, sentence in complaints]
    _keep(reading.sections, place, source.data)


def _keep(sections: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    *outer, last = place
    for key in outer:
        sections = sections.setdefault(key, {})
    sections[last] = value


def _codebooks(folder: Path, reading: _Reading) -> None:
    reading.sections["codebooks"] = {}
    for path in sorted(folder.glob("*.yaml")):
        _section(path, f"codebooks/{path.name}", ("codebooks", path.stem), reading)


def _texts(folder: Path, directory: str, section: str, reading: _Reading) -> None:
    """The Markdown files of one folder, as text."""
    reading.sections[section] = {}
    for path in sorted(folder.glob("*.md")):
        name = f"{directory}/{path.name}"
        try:
            text = yamlfile.read_text(path)
        except yamlfile.Unreadable as stop:
            reading.faults.append(Fault(name, stop.line, stop.message))
            continue
        reading.faults += [Fault(name, line, said) for line, said in _text_faults(text)]
        reading.sections[section][path.stem] = text


def _text_faults(text: str) -> list[tuple[int, str]]:
    if not text.strip():
        return [(1, "the text is empty.")]
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if _UNSAFE.search(line):
            found.append((number, "HTML and images are not allowed in a text."))
        if _CONTROL.search(line):
            found.append((number, "the text holds a control character; remove it."))
    return found


def _sections_fit(reading: _Reading) -> None:
    """Hold sections that did not come from files against the same schemas."""
    groups: list[tuple[str, str, Any]] = [
        (section, file.removesuffix(".yaml"), reading.sections[section])
        for section, file in schemas.FILES.items()
    ]
    codebooks = reading.sections["codebooks"]
    if isinstance(codebooks, Mapping):
        groups += [(f"codebooks.{k}", schemas.CODEBOOK, v) for k, v in codebooks.items()]
    else:
        reading.faults.append(Fault("bundle", 0, "'codebooks' must be a group of keys."))
    for label, schema, data in groups:
        for _, sentence in schemas.complaints(data, name=schema):
            reading.faults.append(Fault(f"bundle: {label}", 0, sentence))
    for section in TEXTS.values():
        texts = reading.sections[section]
        if not isinstance(texts, Mapping) or not all(isinstance(t, str) for t in texts.values()):
            reading.faults.append(Fault("bundle", 0, f"{section!r} must hold texts."))
            continue
        for name, text in texts.items():
            for line, sentence in _text_faults(text):
                reading.faults.append(Fault(f"bundle: {section}.{name}", line, sentence))
