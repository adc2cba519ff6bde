"""The forms that a page offers its reader, filled in as somebody in a hurry would.

Where a form takes a file, one page without a word on it is sent along.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

SAID = "Because the record says so, in enough words for anybody."
DAY = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
TYPED = {"date": DAY, "number": "1", "email": "nia@example.org", "url": "https://example.org/"}


@dataclass(frozen=True)
class Offer:
    """One button of one form: where it leads, and what it posts."""

    address: str
    do: str
    values: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    """Names of what takes a file."""

    @property
    def posted(self) -> dict[str, list[Any]]:
        """The values by name, as a browser sends them, with files to be read once."""
        found: dict[str, list[Any]] = {}
        for name, value in self.values:
            found.setdefault(name, []).append(value)
        return found | {name: [SimpleUploadedFile("page.pdf", PAGE)] for name in self.files}


def _page() -> bytes:
    out, written = BytesIO(), PdfWriter()
    written.add_blank_page(width=72, height=72)
    written.write(out)
    return out.getvalue()


PAGE = _page()


@dataclass
class _Form:
    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    radios: dict[str, tuple[str, bool]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._text, self._typed = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._form = _Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._within(tag, given, self._form)

    def _within(self, tag: str, given: dict[str, str], form: _Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((value, "selected" in given))
        elif tag == "textarea":
            self._text, self._typed = name, ""
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif tag == "input" and name:
            _typed(form, given.get("type", "text"), name, value, "checked" in given)

    def handle_data(self, data: str) -> None:
        self._typed += data

    def handle_endtag(self, tag: str) -> None:
        form = self._form
        if form is None:
            return
        if tag == "textarea" and self._text:
            form.values.append((self._text, self._typed.strip() or SAID))
            self._text = ""
        elif tag == "select":
            told = [value for value, _selected in self._options if value]
            chosen = [value for value, selected in self._options if selected and value]
            form.values += [(self._select, value) for value in (chosen or told)[:1]]
        elif tag == "form":
            form.values += [(name, value) for name, (value, _checked) in form.radios.items()]
            self._form = None


def _typed(form: _Form, kind: str, name: str, value: str, checked: bool) -> None:
    if kind == "file":
        form.files.append(name)
    elif kind == "radio":
        if checked or not form.radios.get(name, ("", False))[1]:
            form.radios[name] = (value, checked)
    elif kind == "checkbox" or name == "csrfmiddlewaretoken":
        form.values += [(name, value)] * (kind == "checkbox")
    else:
        form.values.append((name, value or TYPED.get(kind, SAID)))


def of(page: str, *, address: str) -> Iterator[Offer]:
    """Every button of every form on the page that posts something to this site."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        where = form.action or address
        hidden = next((value for name, value in form.values if name == "do"), "")
        if not where.startswith("/"):
            continue
        for name, value in form.buttons or [("", "")]:
            values = (*form.values, *([(name, value)] if name else []))
            yield Offer(where, value if name == "do" else hidden, values, tuple(form.files))
