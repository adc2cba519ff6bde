"""The fields of a PDF form, and what a PDF may not hold."""

import importlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from muniment.documents.forms import STAMP
from muniment.documents.reading.faults import Fault
from muniment.documents.reading.text import clean

MOST_PAGES = 120
"""Of a form: programs that save anew may add some, none makes four times as many."""
MOST_OBJECTS = 200_000
SCRIPTS = frozenset({"/JS", "/JavaScript", "/Launch", "/RichMedia"})
EMBEDDED = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/EF"})


def load() -> None:
    """Bring in the parser while files may still be opened."""
    for name in ("pypdf", "pypdf.generic", "pypdf._crypt_providers", "encodings.utf_16_be"):
        importlib.import_module(name)
    logging.disable(logging.CRITICAL)  # what the parser says of a stranger's file helps nobody


def pages(data: bytes, *, most: int) -> int:
    """The number of pages; a Fault for more than `most`, or where a password is needed."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Fault("file-encrypted")
    count = len(reader.pages)
    if count > most:
        raise Fault("file-too-many-pages", most=str(most))
    return count


def read(data: bytes) -> dict[str, Any]:
    """Stamp and values of a filled-in form; a Fault where it is none or may not be opened."""
    import pypdf
    from pypdf import errors

    try:
        return _read(pypdf.PdfReader(io.BytesIO(data)))
    except errors.LimitReachedError as limit:
        deep = "depth" in str(limit)
        raise Fault("file-too-deep" if deep else "file-too-demanding") from None


def _read(reader: Any) -> dict[str, Any]:
    if reader.is_encrypted:
        raise Fault("file-encrypted")
    if len(reader.pages) > MOST_PAGES:
        raise Fault("file-too-many-pages", most=str(MOST_PAGES))
    form = _plain(reader.root_object.get("/AcroForm"))
    if isinstance(form, dict) and "/XFA" in form:
        raise Fault("form-xfa")
    for thing in _every_object(reader):
        _unless_dangerous(thing)
    found = reader.get_fields() or {}
    if not found:
        raise Fault("form-scanned")
    values = {key: _value(field) for key, field in found.items()}
    stamp = str(values.pop(STAMP, "") or _stamp_beside(reader)).strip()
    if not stamp:
        raise Fault("form-not-ours")
    return {"stamp": stamp, "values": values}


def _stamp_beside(reader: Any) -> str:
    """The stamp among the document's keywords, where somebody emptied the field."""
    said = str((reader.metadata or {}).get("/Keywords", ""))
    return said.partition(f"{STAMP}:")[2].split(",")[0]


def _value(field: Any) -> str | bool:
    value = _plain(field.get("/V"))
    if field.get("/FT") == "/Btn":
        return value not in (None, "", "/Off", "Off")
    if isinstance(value, list):
        value = value[0] if value else ""
    return clean("" if value is None else str(value))


def _every_object(reader: Any) -> Iterator[Any]:
    """Each object of the file once; what hides in a compressed stream of objects too."""
    from pypdf import generic

    numbers = {(number, 0) for number in reader.xref_objStm}
    for generation, found in reader.xref.items():
        numbers |= {(number, generation) for number in found}
    if len(numbers) > MOST_OBJECTS:
        raise Fault("file-too-demanding")
    yield reader.trailer
    for number, generation in sorted(numbers):
        yield reader.get_object(generic.IndirectObject(number, generation, reader))


def _unless_dangerous(thing: Any) -> None:
    """Scripts and embedded files stand in dictionaries, however deep inside an object."""
    waiting = [thing]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            inside = dict(dict.items(here))  # references stay references: each object comes once
            named = {str(inside[key]) for key in ("/S", "/Type", "/Subtype") if key in inside}
            named |= inside.keys()
            if named & SCRIPTS:
                raise Fault("file-scripted")
            if named & EMBEDDED:
                raise Fault("file-embedded")
            waiting += inside.values()
        elif isinstance(here, list):
            waiting += list.__iter__(here)


def _plain(value: Any) -> Any:
    """The thing itself where a reference stands for it."""
    return value.get_object() if hasattr(value, "get_object") else value
