"""An edition as the texts of its folder: one of them changed, two of them compared.

What offices change often are texts of the folder form, so what the browser edits, what is compared
and what is exported are the same files.
"""

import difflib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from muniment.programme.bundle import Bundle

from . import reading, writing

FILES = ("calendar.yaml", "criteria.yaml", "fees.yaml", "letters.yaml", "roster.yaml")
"""What the browser edits beside the texts of the letters; the rest is edited off line."""
LETTERS = "letters/"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs, as the lines of a unified diff without its head."""

    name: str
    lines: tuple[str, ...]


@lru_cache(maxsize=8)
def texts(edition: Bundle) -> dict[str, str]:
    """File name to text, every file of the folder form; nobody changes what is returned."""
    with tempfile.TemporaryDirectory() as place:
        written = writing.write(edition, Path(place) / "edition")
        root = Path(place) / "edition"
        return {
            path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in written
        }


def editable(edition: Bundle) -> list[str]:
    """The files that may be edited in the browser, those that many letters hang on first."""
    return [name for name in texts(edition) if name in FILES or name.startswith(LETTERS)]


def changed(edition: Bundle, name: str, text: str, *, label: str) -> Bundle:
    """The edition with another text in one file, under a label of its own.

    Raises FolderFaulty with every fault, by file and line; KeyError for a file that is not
    for the browser.
    """
    if name not in editable(edition):
        raise KeyError(name)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "edition"
        writing.write(edition, root)
        lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
        (root / name).write_text(lines, encoding="utf-8", newline="\n")
        sections = reading.read(root).plain()
    sections["programme"]["edition"] = label
    return Bundle.from_data(sections)


def compared(before: Bundle, after: Bundle) -> Iterator[Change]:
    """Every file that differs, in the order of their names."""
    old, new = texts(before), texts(after)
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines = tuple(difflib.unified_diff(was, now, lineterm="", n=2))
        if lines:
            yield Change(name, lines[2:])


def zipped(edition: Bundle) -> bytes:
    """The folder form in one file, the same bytes each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in texts(edition).items():
            entry = zipfile.ZipInfo(f"{edition.slug}-{edition.edition}/{name}")
            archive.writestr(entry, text)
    return stream.getvalue()
