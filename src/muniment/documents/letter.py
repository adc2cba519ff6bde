"""The letter of a decision as an accessible PDF: plain text in, bytes out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from muniment.documents import typeset


@dataclass(frozen=True, slots=True)
class Letter:
    """`taken_back` is empty while the letter holds; each paragraph keeps its own line breaks."""

    title: str
    sender: str
    reference: str
    paragraphs: tuple[tuple[str, ...], ...]
    taken_back: str = ""


def told(title: str, text: str, *, sender: str, reference: str, taken_back: str = "") -> Letter:
    """A letter from its text, in which an empty line begins a paragraph."""
    blocks: Sequence[str] = text.replace("\r\n", "\n").split("\n\n")
    lines = tuple(tuple(block.strip().split("\n")) for block in blocks if block.strip())
    return Letter(title, sender, reference, lines, taken_back)


def pdf(letter: Letter) -> bytes:
    """PDF/UA-1; the same bytes for the same letter."""
    return typeset.pdf(TEMPLATE, asdict(letter), standards=["ua-1"])


TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(margin: (x: 2.6cm, y: 2.6cm), numbering: "1", footer: context [
  #set text(size: 8.5pt, fill: luma(90))
  #data.reference #h(1fr) #counter(page).display()
])
#set text(size: 10.5pt, lang: "en")
#set par(leading: 0.75em, spacing: 1.35em)
#text(size: 9.5pt, fill: luma(70))[#data.sender]
= #data.title
#if data.taken_back != "" [*#data.taken_back*]
#for block in data.paragraphs [
  #block.join(linebreak())

]
"""
