"""A letter as mail: plain text and HTML made from the same Markdown.

HTML in a letter is off and what comes out is cleaned once more. Only paths of our own site become
links, so that no text that somebody typed can lead elsewhere, and nothing loads from anywhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

PATH = re.compile(r"(?<!\S)(/(?:[\w.~%-]+/)*[\w.~%-]*[\w/~%-]|/)(?=$|\s|[.,;])")
TAGS = {"p", "strong", "em", "blockquote", "ul", "ol", "li", "a", "br", "hr", "h2", "h3"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
{body}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two bodies of one mail."""

    plain: str
    html: str


def letter(title: str, markdown: str, *, site: str) -> Rendered:
    """One letter; `site` is the address of the site, which paths in the letter begin with."""
    return Rendered(
        _plain(markdown, site), PAGE.format(title=escape(title), body=_html(markdown, site))
    )


def digest(title: str, letters: Sequence[tuple[str, str]], *, site: str) -> Rendered:
    """The letters of a day as one mail: subject and Markdown of each."""
    plain = "\n\n".join(f"{subject}\n\n{_plain(body, site)}" for subject, body in letters)
    html = "<hr>\n".join(
        f"<h2>{escape(subject)}</h2>\n{_html(body, site)}" for subject, body in letters
    )
    return Rendered(plain, PAGE.format(title=escape(title), body=html))


def _html(markdown: str, site: str) -> str:
    import nh3
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, site))
    made = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    )


def _linked(children: Sequence["Token"], site: str) -> Iterator["Token"]:
    """The same text with every path of the site as a link."""
    from markdown_it.token import Token

    for child in children:
        if child.type != "text":
            yield child
            continue
        for number, piece in enumerate(PATH.split(child.content)):
            if number % 2:
                yield Token("link_open", "a", 1, attrs={"href": site + piece})
            yield Token("text", "", 0, content=site + piece if number % 2 else piece)
            if number % 2:
                yield Token("link_close", "a", -1)


def _plain(markdown: str, site: str) -> str:
    """The text as it is written, without the marks of Markdown."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).disable(["link", "autolink"]).parse(markdown)
    said: list[str] = []
    marks: list[str] = []
    for token in tokens:
        if token.type == "blockquote_open":
            marks.append("> ")
        elif token.type == "list_item_open":
            marks.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type in {"blockquote_close", "list_item_close"}:
            marks.pop()
        elif token.type == "inline":
            text = "".join(_said(child) for child in token.children or ())
            text = PATH.sub(lambda found: site + found[1], text)
            mark = "".join(marks)
            said.append("\n".join(mark + line for line in text.split("\n")))
        elif token.type in {"fence", "code_block"}:
            said.append(token.content.rstrip())
    return "\n\n".join(said) + "\n"


def _said(child: "Token") -> str:
    return "\n" if child.type in {"softbreak", "hardbreak"} else child.content
