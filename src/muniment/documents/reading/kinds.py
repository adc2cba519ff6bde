"""What a file is by its content. Six kinds are enough, so no library: 30 lines against a table
of thousands, and a ZIP is looked into, where tables of first bytes only guess.
"""

import io
import zipfile
from typing import Any

from muniment.documents.reading import pdf, zipped
from muniment.documents.reading.faults import Fault

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
TYPES = {
    ".pdf": "application/pdf",
    ".docx": WORD,
    ".odt": OPEN_DOCUMENT,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".csv": "text/csv",
}
SAME = {".jpeg": ".jpg"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Word keeps a document under a password, and how it kept any before 2007."""


def look(data: bytes, *, name: str, most_pages: int) -> dict[str, Any]:
    """Kind and pages of a file to attach; a Fault where it may not be."""
    ending, named = kind_of(data), _ending(name)
    if ending is None:
        raise Fault("file-kind-unknown")
    if named != ending:
        raise Fault("file-not-its-name", named=named or "nothing", found=ending)
    pages = pdf.pages(data, most=most_pages) if ending == ".pdf" else None
    if ending in (".docx", ".odt"):
        zipped.check(data)
    return {"ending": ending, "media_type": TYPES[ending], "pages": pages}


def kind_of(data: bytes) -> str | None:
    """The ending that belongs to this content; None for a kind we do not take."""
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(OLE):
        raise Fault("file-encrypted")
    return ".csv" if _is_text(data) else None


def _zipped(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return ".docx"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return ".odt" if said == OPEN_DOCUMENT else None
    except zipfile.BadZipFile:
        raise Fault("file-damaged") from None
    return None


def _is_text(data: bytes) -> bool:
    """Text in UTF-8 with lines and columns, and no markup that a browser might run."""
    if b"\0" in data or data.lstrip()[:1] in (b"<", b"{"):
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    first = data.splitlines()[0] if data.strip() else b""
    return any(mark in first for mark in (b",", b";", b"\t"))


def _ending(name: str) -> str:
    stem, dot, last = name.rpartition(".")
    ending = f".{last.lower()}" if stem and dot else ""
    return SAME.get(ending, ending)
