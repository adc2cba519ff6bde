"""A person at a browser without pictures, in this process: reads pages, uses what is seen on them.

Every control is found by the words that stand at it, never by its name in the form; what a form
sends is what it holds, hidden fields and the token against forged requests with it. So a month of
work over hundreds of pages takes seconds, and `now` can be moved under the site's own clock.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

BUTTONS = ".//button[not(@type='button')] | .//input[@type='submit']"


@dataclass
class Reader:
    """Somebody who is signed in, the page before them, and what they have put into its forms."""

    name: str
    client: Client
    page: html.HtmlElement = None
    path: str = ""
    files: dict[str, SimpleUploadedFile] = field(default_factory=dict)

    def opens(self, path: str, *, status: int = 200) -> None:
        """Type an address."""
        self._shows(self.client.get(path, follow=True), status)

    def follows(self, words: str, *, nth: int = 0) -> None:
        """Follow a link."""
        found = [each for each in self._seen("a") if _words(each).startswith(words)]
        assert len(found) > nth, f"{self.name} sees no link {words!r}.\n{self}"
        self.opens(found[nth].get("href").partition("#")[0] or self.path)

    def writes(self, label: str, text: str, *, nth: int = 0) -> None:
        """Put text, a day or a number into a box."""
        control = self._labelled(label, nth, kinds=("input", "textarea"))
        if control.tag == "textarea":
            control.text = text
        else:
            control.set("value", text)

    def chooses(self, label: str, option: str, *, nth: int = 0) -> None:
        """Choose from a list by the words of the option."""
        control = self._labelled(label, nth, kinds=("select",))
        found = [each for each in control.iter("option") if _words(each).startswith(option)]
        assert found, f"{label!r} has no option {option!r}: {[*map(_words, control)]}"
        for each in control.iter("option"):
            each.attrib.pop("selected", None)
        found[0].set("selected", "")

    def marks(self, label: str, *, nth: int = 0, within: str = "") -> None:
        """Tick a box or choose one of several; `within` is the words of their group."""
        control = self._labelled(label, nth, kinds=("input",), within=within)
        if control.get("type") == "radio":
            for each in _form(control).xpath(".//input[@type='radio']"):
                if each.get("name") == control.get("name"):
                    each.attrib.pop("checked", None)
        control.set("checked", "")

    def attaches(self, label: str, name: str, content: bytes) -> None:
        """Choose a file."""
        control = self._labelled(label, 0, kinds=("input",))
        self.files[control.get("name")] = SimpleUploadedFile(name, content)

    def presses(self, words: str, *, nth: int = 0, status: int = 200) -> None:
        """Press a button, which sends its form as it stands."""
        found = [each for each in self._seen("button") if _words(each).startswith(words)]
        assert len(found) > nth, f"{self.name} sees no button {words!r}.\n{self}"
        button = found[nth]
        form = _form(button)
        told: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            told.setdefault(name, []).append(value)
        if button.get("name"):
            told[button.get("name")] = [button.get("value", "")]
        told.update({name: [file] for name, file in self.files.items()})
        self.files = {}
        to = button.get("formaction") or form.get("action") or self.path
        send = self.client.get if form.method == "GET" else self.client.post
        self._shows(send(to, told, follow=True), status)

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

    def __str__(self) -> str:
        main = self.page.find(".//main")
        words = [" ".join(each.split()) for each in main.itertext()]
        buttons = [_words(each) for each in self._seen("button")]
        return "\n".join([f"[{self.path}]", *filter(None, words), f"buttons: {buttons}"])

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
        self, label: str, nth: int, *, kinds: tuple[str, ...], within: str = ""
    ) -> html.HtmlElement:
        """The control at which these words stand: its label's first, or all of an aria-label."""
        found = []
        for each in self._seen("*"):
            if each.tag not in kinds or each.get("type") == "hidden":
                continue
            if not any(said.startswith(label) for said in self._names(each)):
                continue
            group = each.xpath("ancestor::fieldset[1]/legend | ancestor::*[@aria-label][1]")
            if within and not any(within in _named(one) for one in group):
                continue
            found.append(each)
        assert len(found) > nth, f"{self.name} sees no box {label!r} {within!r}.\n{self}"
        return found[nth]

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
