"""A small form with every type of field, and both files filled in as a program would fill them."""

import functools
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from muniment.documents import forms
from muniment.documents.forms import docx, pdf
from muniment.documents.forms.docx import W14, W

SHA256 = "5" * 64
PERSON = {"name": "Name", "email": "E-mail", "address": "Address"}
CHOICES = [{"id": "low", "label": "Low dose"}, {"id": "high", "label": "High dose · hoch"}]
FORM: dict[str, Any] = {
    "edition": "2026.1",
    "sections": [
        {
            "id": "first",
            "title": "First",
            "fields": [
                {"id": "title", "label": "Title", "type": "text", "required": True},
                {"id": "story", "label": "Story", "type": "long", "limits": {"max_words": 50}},
                {"id": "count", "label": "How many?", "type": "number"},
                {"id": "begins_on", "label": "Begins", "type": "date"},
                {"id": "dose", "label": "Dose", "type": "select", "options": CHOICES},
                {"id": "doses", "label": "Doses", "type": "multi", "options": CHOICES},
            ],
        },
        {
            "id": "second",
            "title": "Second",
            "when": {"fact": "dose", "is": "equals", "value": "high"},
            "fields": [
                {"id": "joined", "label": "Joined?", "type": "yes-no"},
                {"id": "agreed", "label": "I agree.", "type": "yes-no", "must_be": True},
                {"id": "lead", "label": "Lead", "type": "person"},
                {
                    "id": "funders",
                    "label": "Funders",
                    "type": "rows",
                    "columns": [
                        {"id": "name", "label": "Name", "type": "text"},
                        {"id": "kind", "label": "Kind", "type": "select", "options": CHOICES},
                        {"id": "public", "label": "Public?", "type": "yes-no"},
                    ],
                },
                {"id": "letter", "label": "Letter", "type": "file"},
            ],
        },
    ],
}


def choices(field: Mapping[str, Any]) -> dict[str, str]:
    return {one["id"]: one["label"] for one in field.get("options", ())}


def layout() -> forms.Layout:
    return forms.lay_out(
        FORM, programme="CENTRA", edition="2026.1", sha256=SHA256, choices=choices, person=PERSON
    )


@functools.cache
def blank(kind: str) -> bytes:
    try:
        return (pdf if kind == "pdf" else docx).render(layout())
    except forms.Unavailable as lacking:
        pytest.skip(f"{lacking} `make setup-tests` installs it as root.")


def fill(kind: str, data: bytes, values: Mapping[str, str | bool]) -> bytes:
    """The file with these keys filled in; `values` is as a reader gives them back."""
    return fill_pdf(data, values) if kind == "pdf" else fill_docx(data, values)


def fill_pdf(data: bytes, values: Mapping[str, str | bool]) -> bytes:
    import pypdf
    from pypdf.generic import NameObject, TextStringObject

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        for each in page.get("/Annots", ()):
            field = each.get_object()
            value = values.get(field.get("/T"))
            if isinstance(value, bool):
                state = NameObject("/on" if value else "/Off")
                field[NameObject("/V")] = field[NameObject("/AS")] = state
            elif value is not None:
                field[NameObject("/V")] = TextStringObject(value.replace("\n", "\r"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def fill_docx(data: bytes, values: Mapping[str, str | bool]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    body = etree.fromstring(members["word/document.xml"])
    for control in body.iter(f"{{{W}}}sdt"):
        about, content = control.find(f"{{{W}}}sdtPr"), control.find(f"{{{W}}}sdtContent")
        value = values.get(about.find(f"{{{W}}}tag").get(f"{{{W}}}val"))
        if isinstance(value, bool):
            about.find(f".//{{{W14}}}checked").set(f"{{{W14}}}val", "1" if value else "0")
        elif value is not None:
            _write(about, content, value)
    members["word/document.xml"] = etree.tostring(body, xml_declaration=True, encoding="UTF-8")
    return zipped(members)


def _write(about: Any, content: Any, value: str) -> None:
    """As Word does: the placeholder goes, lines are kept as breaks."""
    for hint in about.findall(f"{{{W}}}showingPlcHdr"):
        about.remove(hint)
    for old in list(content):
        content.remove(old)
    run = etree.SubElement(content, f"{{{W}}}r")
    for number, line in enumerate(value.split("\n")):
        if number:
            etree.SubElement(run, f"{{{W}}}br")
        etree.SubElement(run, f"{{{W}}}t").text = line


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def key(name: str, value: str = "") -> str:
    """The key under which a control stands, by what it posts."""
    found = [
        control.key
        for control in layout().controls()
        if control.name == name and value in ("", control.value)
    ]
    return found[0]
