"""The form as a Word document: every answer is a content control, tagged with its key."""

import datetime
import io
from typing import Any

from muniment.documents.forms import STAMP
from muniment.documents.forms.layout import Control, Group, Layout, Question

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
EMPTY_TICK, FULL_TICK = "☐", "☒"
PLACEHOLDER = "Click to write."
CHOOSE = "Choose."


def render(layout: Layout) -> bytes:
    """The document's bytes."""
    import docx

    document: Any = docx.Document()
    title = f"{layout.programme}: application form"
    about = document.core_properties
    about.title, about.author, about.comments = title, layout.programme, ""
    about.keywords = f"{STAMP}:{layout.sha256}"
    about.language = "en-US"
    about.created = about.modified = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 (stays the same)
    document.add_heading(title, 0)
    how = "Fill in this file, save it, and upload it on the site or mail it to the office."
    document.add_paragraph(how)
    stamp = document.add_paragraph(f"Form edition {layout.edition}. Leave this as it is: ")
    stamp._p.append(_text(STAMP, "Edition of this form", layout.sha256, lines=False, locked=True))
    for sheet in layout.sheets:
        document.add_heading(sheet.title, 1)
        _notes(document, sheet.notes)
        for question in sheet.questions:
            _question(document, question)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _question(document: Any, question: Question) -> None:
    document.add_heading(question.label, 2)
    _notes(document, question.notes)
    for group in question.groups:
        if group.title:
            document.add_heading(group.title, 3)
        for control in group.controls:
            _control(document.add_paragraph(), question, group, control)


def _notes(document: Any, notes: tuple[str, ...]) -> None:
    for note in notes:
        document.add_paragraph().add_run(note).italic = True


def _control(paragraph: Any, question: Question, group: Group, control: Control) -> None:
    if control.kind == "tick":
        paragraph._p.append(_tick(control))
        paragraph.add_run(f" {control.label}")
        return
    if len(group.controls) > 1:
        paragraph.add_run(f"{control.label}: ")
    spoken = control.label if len(group.controls) > 1 else question.label
    if control.kind == "choice":
        paragraph._p.append(_choice(control, spoken))
    else:
        paragraph._p.append(_text(control.key, spoken, "", lines=control.kind == "lines"))


def _text(key: str, spoken: str, value: str, *, lines: bool, locked: bool = False) -> Any:
    kind = _element("w:text", {"w:multiLine": "1"} if lines else {})
    lock = [_element("w:lock", {"w:val": "sdtContentLocked"})] if locked else []
    return _sdt(key, spoken, [*lock, kind], value or PLACEHOLDER, placeholder=not value)


def _choice(control: Control, spoken: str) -> Any:
    chooser = _element("w:dropDownList")
    for value, said in control.options:
        chooser.append(_element("w:listItem", {"w:displayText": said, "w:value": value}))
    return _sdt(control.key, spoken, [chooser], CHOOSE, placeholder=True)


def _tick(control: Control) -> Any:
    from lxml import etree

    box = etree.Element(f"{{{W14}}}checkbox", nsmap={"w14": W14})
    for name, value in (("checked", "0"), ("checkedState", "2612"), ("uncheckedState", "2610")):
        etree.SubElement(box, f"{{{W14}}}{name}").set(f"{{{W14}}}val", value)
    return _sdt(control.key, control.label, [box], EMPTY_TICK)


def _sdt(key: str, spoken: str, kind: list[Any], text: str, *, placeholder: bool = False) -> Any:
    """A content control around one run; the parts stand in the order ECMA-376 §17.5.2 gives."""
    sdt, about, content = _element("w:sdt"), _element("w:sdtPr"), _element("w:sdtContent")
    about.append(_element("w:alias", {"w:val": spoken[:64]}))
    about.append(_element("w:tag", {"w:val": key}))
    if placeholder:
        about.append(_element("w:showingPlcHdr"))
    for part in kind:
        about.append(part)
    run, written = _element("w:r"), _element("w:t")
    written.text = text
    run.append(written)
    content.append(run)
    sdt.append(about)
    sdt.append(content)
    return sdt


def _element(name: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made: Any = OxmlElement(name)
    for key, value in (attributes or {}).items():
        made.set(qn(key), value)
    return made
