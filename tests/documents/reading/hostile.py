"""Files that somebody means ill with, or saved badly; each is a valid form turned bad."""

import io
import zipfile
from typing import Any

from tests.documents.forms import sample


def pdf_with(change: Any) -> bytes:
    """The blank PDF after `change(writer)`."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(sample.blank("pdf")))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def xfa(writer: Any) -> None:
    from pypdf.generic import ArrayObject, NameObject

    writer._root_object["/AcroForm"][NameObject("/XFA")] = ArrayObject()


def script(writer: Any) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")}
    )
    names = DictionaryObject({NameObject("/JavaScript"): writer._add_object(action)})
    writer._root_object[NameObject("/Names")] = names


def launch(writer: Any) -> None:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc")}
    )
    writer._root_object[NameObject("/OpenAction")] = action


def embedded(writer: Any) -> None:
    writer.add_attachment("payroll.csv", b"1,2")


def encrypted(writer: Any) -> None:
    writer.encrypt("secret", algorithm="AES-256")


def flattened(writer: Any) -> None:
    """As a scan or a printout to PDF: pages, no fields."""
    del writer._root_object["/AcroForm"]


def unstamped(writer: Any) -> None:
    from pypdf.generic import NameObject, TextStringObject

    writer._info = None
    for page in writer.pages:
        for each in page.get("/Annots", ()):
            if each.get_object().get("/T") == "muniment-form":
                each.get_object()[NameObject("/V")] = TextStringObject("")


def many_pages(writer: Any) -> None:
    for _ in range(130):
        writer.add_blank_page(10, 10)


def deep(writer: Any) -> None:
    """Fields inside fields inside fields."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    field = DictionaryObject({NameObject("/T"): TextStringObject("x")})
    for _ in range(3_000):
        field = DictionaryObject(
            {
                NameObject("/T"): TextStringObject("x"),
                NameObject("/Kids"): ArrayObject([writer._add_object(field)]),
            }
        )
    writer._root_object["/AcroForm"]["/Fields"].append(writer._add_object(field))


def bomb() -> bytes:
    """A table of objects that unpacks to 600 megabytes."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(600)) + packer.flush()
    head = b"<</Type/XRef/Size 2/W[1 1 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % len(packed)
    return (
        b"%PDF-1.5\n1 0 obj\n" + head + b"stream\n" + packed
        + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sample.blank("docx"))) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def docx_with(**changed: bytes) -> bytes:
    """The blank Word form with members added or replaced; `__` in a name stands for a slash."""
    named = {name.replace("__", "/").replace("_dot_", "."): each for name, each in changed.items()}
    return sample.zipped({**members(), **named})


RELATIONS = (
    b'<?xml version="1.0"?><Relationships '
    b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="https://example.org/x" TargetMode="External"/></Relationships>'
)
ENTITIES = (
    b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY f SYSTEM "file:///etc/passwd">]><d>&b;&f;</d>'
)
