"""A person at a browser without pictures, in this process: reads pages, uses what is seen on them.

Every control is found by the words that stand at it, never by its name in the form; what a form
sends is what it holds, hidden fields and the token against forged requests with it. So a month of
work over hundreds of pages takes seconds, and `now` can be moved under the site's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

CONTROLS = ("input", "select", "textarea")
NOTHING: Mapping[str, str | bool] = {}


@dataclass
class Reader:
    """Somebody who is signed in, the page before them, and what they have put into its forms."""

    name: str
    client: Client
    page: html.HtmlElement = None
    path: str = ""
    answer: Any = None
    files: dict[str, SimpleUploadedFile] = field(default_factory=dict)

    def opens(self, path: str, *, status: int = 200) -> None:
        """Type an address."""
        self._shows(self.client.get(path, follow=True), status)

    def follows(self, words: str, *, nth: int = 0) -> None:
        """Follow a link."""
        found = [each for each in self._seen("a") if _words(each).startswith(words)]
        assert len(found) > nth, f"{self.name} sees no link {words!r}.\n{self}"
        self.opens(found[nth].get("href").partition("#")[0] or self.path)

    def fills(self, label: str, value: str | bool, *, nth: int = 0, within: str = "") -> None:
        """Write into a box, tick it, or choose from its list; `within` is the words of a group."""
        self._puts(self._labelled(label, nth, within=within), value)

    def attaches(self, label: str, name: str, content: bytes) -> None:
        """Choose a file."""
        control = self._labelled(label, 0)
        self.files[control.get("name")] = SimpleUploadedFile(name, content)

    def presses(
        self,
        words: str,
        fields: Mapping[str, str | bool] = NOTHING,
        *,
        nth: int = 0,
        status: int = 200,
    ) -> None:
        """Fill in the form of a button, by the words at its boxes, and press the button.

        True ticks a box or chooses one of several; a text is written, or chosen from a list.
        """
        found = [each for each in self._seen("button") if _words(each).startswith(words)]
        assert len(found) > nth, f"{self.name} sees no button {words!r}.\n{self}"
        button, form = found[nth], _form(found[nth])
        for label, value in fields.items():
            self._puts(self._labelled(label, 0, form=form), value)
        to = button.get("formaction") or form.get("action") or self.path
        told: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            told.setdefault(name, []).append(value)
        if button.get("name"):
            told[button.get("name")] = [button.get("value", "")]
        told.update({name: [file] for name, file in self.files.items()})
        self.files = {}
        send = self.client.get if form.method == "GET" else self.client.post
        self.answer = send(to, told, follow=True)
        if self.answer.get("Content-Type", "").startswith("text/html"):
            self._shows(self.answer, status)

    def takes(self, words: str) -> bytes:
        """Press what downloads a file; its bytes."""
        self.presses(words)
        assert not self.answer.get("Content-Type", "").startswith("text/html"), str(self)
        return b"".join(self.answer.streaming_content)

    def unfolds(self) -> None:
        """Show what the page's script shows as soon as an earlier answer asks for it."""
        for each in self.page.xpath(".//*[@hidden]"):
            del each.attrib["hidden"]

    def sees(self, *words: str) -> None:
        """These words stand on the page."""
        for each in words:
            assert each in self.text, f"{self.name} does not see {each!r}.\n{self}"

    def sees_no(self, *words: str) -> None:
        """These words do not."""
        for each in words:
            assert each not in self.text, f"{self.name} sees {each!r}.\n{self}"

    @property
    def text(self) -> str:
        """The words of the page's own part, without its frame."""
        return _words(self.page.find(".//main"))

    def turn(self) -> str:
        """What the bar at the top of a request says about whose turn it is."""
        return _words(self.page.find(".//main").find_class("mu-turn")[0].find(".//strong"))

    def __str__(self) -> str:
        main = self.page.find(".//main")
        words = [" ".join(each.split()) for each in main.xpath(".//text()[not(parent::option)]")]
        lines = [*filter(None, words)]
        buttons = [_words(each) for each in self._seen("button")]
        return "\n".join([f"[{self.path}]", *lines[:60], "…", *lines[60:][-30:], f"{buttons}"])

    def _shows(self, answer: Any, status: int) -> None:
        self.page = html.fromstring(answer.content)
        self.path = answer.request["PATH_INFO"] + (
            f"?{answer.request['QUERY_STRING']}" if answer.request["QUERY_STRING"] else ""
        )
        assert answer.status_code == status, f"{answer.status_code}\n{self}"

    def _seen(self, tag: str) -> list[html.HtmlElement]:
        """Elements of the page's own part that are not hidden."""
        return self.page.find(".//main").xpath(f".//{tag}[not(ancestor-or-self::*[@hidden])]")

    def _labelled(
        self, label: str, nth: int, *, within: str = "", form: html.HtmlElement | None = None
    ) -> html.HtmlElement:
        """The control at which these words stand first."""
        found = []
        for each in self._seen("*"):
            if each.tag not in CONTROLS or each.get("type") == "hidden":
                continue
            if not any(said.startswith(label) for said in self._names(each)):
                continue
            group = each.xpath("ancestor::fieldset[1]/legend | ancestor::*[@aria-label][1]")
            if within and not any(within in _named(one) for one in group):
                continue
            if form is None or _form(each) is form:
                found.append(each)
        exact = [each for each in found if label in self._names(each)]
        found = exact or found
        assert len(found) > nth, f"{self.name} sees no box {label!r} {within!r}.\n{self}"
        return found[nth]

    def _puts(self, control: html.HtmlElement, value: str | bool) -> None:
        if control.tag == "select":
            found = [each for each in control.iter("option") if _words(each).startswith(value)]
            assert found, f"No option {value!r}: {[*map(_words, control.iter('option'))]}"
            for each in control.iter("option"):
                each.attrib.pop("selected", None)
            found[0].set("selected", "")
        elif control.tag == "textarea":
            control.text = value
        elif control.get("type") in ("checkbox", "radio"):
            others = _form(control).xpath(".//input[@name=$name]", name=control.get("name"))
            for each in others if control.get("type") == "radio" else ():
                each.attrib.pop("checked", None)
            control.set("checked", "")
        else:
            control.set("value", value)

    def _names(self, control: html.HtmlElement) -> list[str]:
        labels = control.xpath("ancestor::label")
        if control.get("id"):
            labels += self.page.xpath(".//label[@for=$id]", id=control.get("id"))
        return [*map(_words, labels), control.get("aria-label", "\0")]


def _named(element: html.HtmlElement) -> str:
    return element.get("aria-label") or _words(element)


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _form(control: html.HtmlElement) -> html.HtmlElement:
    """The form that a control belongs to, by place or by name."""
    name = control.get("form")
    if name:
        return control.getroottree().getroot().get_element_by_id(name)
    return next(control.iterancestors("form"))
