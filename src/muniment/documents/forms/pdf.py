"""The form as a fillable, tagged PDF (WeasyPrint), made without network and without files."""

from html import escape
from typing import Any

from muniment.documents.forms import STAMP, Unavailable
from muniment.documents.forms.layout import Control, Group, Layout, Question, Sheet

STYLE = """
@page { size: letter; margin: 18mm 18mm 20mm;
  @bottom-left { content: string(stamp); font: 7pt sans-serif; color: #444 }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444 } }
html { font: 10pt/1.4 sans-serif; color: #1d1d1d }
h1 { font: bold 20pt/1.2 serif; margin: 0 0 3mm }
h2 { font: bold 14pt/1.2 serif; margin: 9mm 0 2mm; border-top: .6pt solid #777; padding-top: 3mm;
  break-after: avoid }
h3 { font-size: 10pt; margin: 5mm 0 1mm; break-after: avoid }
p { margin: 0 0 1.5mm }
.note { color: #444; font-size: 9pt; break-after: avoid }
.stamp { string-set: stamp content(); color: #444; font-size: 8pt; margin-top: 3mm }
.group { margin: 0 0 3mm; padding: 2mm 0 0 3mm; border-left: 2pt solid #ccc; break-inside: avoid }
.group h4 { margin: 0 0 1mm; font-size: 9pt; color: #444 }
label { display: block; font-size: 9pt; break-inside: avoid; margin-bottom: 1.5mm }
input, select, textarea { display: block; appearance: auto; box-sizing: border-box; width: 100%;
  border: .6pt solid #555; padding: 1mm; font: 10pt sans-serif; height: 7.5mm; background: #fff }
textarea { height: 34mm }
.group label { display: inline-block; width: 48%; margin-right: 1.5%; vertical-align: top }
.group label.tick { display: block; width: auto }
.group textarea { height: 15mm }
label.tick input { display: inline-block; width: 4mm; height: 4mm; margin: 0 2mm 0 0; padding: 0;
  vertical-align: middle }
input.stamped { height: 5mm; font-size: 6pt; border-color: #ccc; color: #444 }
"""


def render(layout: Layout) -> bytes:
    """The PDF's bytes. Raises Unavailable, with a sentence, where Pango is missing."""
    try:
        import weasyprint
    except (ImportError, OSError):
        message = (
            "The PDF form cannot be made here: the Pango library is missing. "
            "Use the Word form, or ask the office."
        )
        raise Unavailable(message) from None
    page = weasyprint.HTML(string=_page(layout), url_fetcher=_deny)
    made = page.write_pdf(pdf_forms=True, pdf_tags=True, uncompressed_pdf=False)
    return bytes(made)


def _deny(url: str, *args: Any, **more: Any) -> dict[str, Any]:
    """Nothing is fetched, neither from the network nor from this machine (privacy, B7)."""
    raise ValueError("A form fetches nothing.")


def _page(layout: Layout) -> str:
    title = f"{layout.programme}: application form"
    stamp = f"Form edition {layout.edition} · {layout.sha256}"
    return (
        f'<!doctype html><html lang="en-US"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f'<meta name="keywords" content="{STAMP}:{escape(layout.sha256)}">'
        f"<style>{STYLE}</style></head><body><form><h1>{escape(title)}</h1>"
        "<p>Fill in this file, save it, and upload it on the site or mail it to the office.</p>"
        f'<p class="stamp">{escape(stamp)}</p>'
        f'<input class="stamped" name="{STAMP}" value="{escape(layout.sha256)}" '
        'title="Edition of this form. Leave it as it is.">'
        f"{''.join(_sheet(sheet) for sheet in layout.sheets)}</form></body></html>"
    )


def _sheet(sheet: Sheet) -> str:
    questions = "".join(_question(question) for question in sheet.questions)
    return f"<section><h2>{escape(sheet.title)}</h2>{_notes(sheet.notes)}{questions}</section>"


def _question(question: Question) -> str:
    groups = "".join(_group(question, group) for group in question.groups)
    return f"<h3>{escape(question.label)}</h3>{_notes(question.notes)}{groups}"


def _group(question: Question, group: Group) -> str:
    title = f"<h4>{escape(group.title)}</h4>" if group.title else ""
    inside = "".join(_control(question, group, control) for control in group.controls)
    many = len(group.controls) > 1
    return f'<div class="group">{title}{inside}</div>' if many else title + inside


def _control(question: Question, group: Group, control: Control) -> str:
    spoken = ", ".join(dict.fromkeys(
        part for part in (question.label, group.title, control.label) if part
    ))  # fmt: skip
    base = f'name="{control.key}" title="{escape(spoken)}"'
    label = escape(control.label)
    if control.kind == "tick":
        return f'<label class="tick"><input type="checkbox" {base}> {label}</label>'
    shown = label if len(group.controls) > 1 else ""
    if control.kind == "choice":
        options = "".join(
            f'<option value="{escape(value)}">{escape(said)}</option>'
            for value, said in control.options
        )
        empty = '<option value="" selected></option>'
        return f"<label>{shown}<select {base}>{empty}{options}</select></label>"
    if control.kind == "lines":
        return f"<label>{shown}<textarea {base}></textarea></label>"
    return f'<label>{shown}<input type="text" {base} value=""></label>'


def _notes(notes: tuple[str, ...]) -> str:
    return "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
