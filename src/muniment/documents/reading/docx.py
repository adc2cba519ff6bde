"""The content controls of a Word form: tag to text or tick."""

import importlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from muniment.documents.forms import STAMP
from muniment.documents.forms.docx import CHOOSE, PLACEHOLDER, W14, W
from muniment.documents.reading import zipped
from muniment.documents.reading.faults import Fault
from muniment.documents.reading.text import clean

HARMLESS = ("/hyperlink",)
"""Word makes a link of every address that somebody types; nothing follows it."""
MOST_CONTROLS = 20_000


def load() -> None:
    """Bring in the parser while files may still be opened."""
    importlib.import_module("lxml.etree")


def read(data: bytes) -> dict[str, Any]:
    """Stamp and values of a Word form; a Fault where it is none or may not be opened."""
    zipped.check(data, strict=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                _no_outside(zipped.xml(archive, name))
        body = zipped.xml(archive, "word/document.xml")
    values = dict(_controls(body))
    if not values:
        raise Fault("form-scanned")
    stamp = values.pop(STAMP, "")
    if not stamp:
        raise Fault("form-not-ours")
    return {"stamp": str(stamp).strip(), "values": values}


def _no_outside(relations: Any) -> None:
    for each in relations.iter("{*}Relationship"):
        if each.get("TargetMode") == "External" and not each.get("Type", "").endswith(HARMLESS):
            raise Fault("file-external")


def _controls(body: Any) -> Iterator[tuple[str, str | bool]]:
    for number, control in enumerate(body.iter(f"{{{W}}}sdt")):
        if number >= MOST_CONTROLS:
            raise Fault("file-too-demanding")
        about, content = control.find(f"{{{W}}}sdtPr"), control.find(f"{{{W}}}sdtContent")
        if about is None or content is None:
            continue
        tag = about.find(f"{{{W}}}tag")
        key = "" if tag is None else tag.get(f"{{{W}}}val", "")
        if key:
            yield key, _value(about, content)


def _value(about: Any, content: Any) -> str | bool:
    box = about.find(f"{{{W14}}}checkbox")
    if box is not None:
        checked = box.find(f"{{{W14}}}checked")
        return checked is not None and checked.get(f"{{{W14}}}val") in ("1", "true")
    if about.find(f"{{{W}}}showingPlcHdr") is not None:
        return ""
    text = clean("".join(_written(content)))
    return "" if text.strip() in (PLACEHOLDER, CHOOSE) else text


def _written(content: Any) -> Iterator[str]:
    """Text as it reads: paragraphs and breaks as lines, without what was deleted in review."""
    begun = False
    for part in content.iter(f"{{{W}}}p", f"{{{W}}}t", f"{{{W}}}br", f"{{{W}}}cr", f"{{{W}}}tab"):
        if part.tag == f"{{{W}}}p":
            if begun:
                yield "\n"
            begun = True
        elif part.tag == f"{{{W}}}t":
            yield part.text or ""
        elif part.tag == f"{{{W}}}tab":
            # A tab stop of a paragraph's layout has the same name and writes nothing.
            yield "\t" if part.getparent().tag == f"{{{W}}}r" else ""
        else:
            yield "\n"
