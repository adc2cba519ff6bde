"""The papers of a meeting as one accessible PDF: plain values in, bytes out.

Every page carries a mark with the reader's name, so that a copy can be traced to whom it was given.
"""

from dataclasses import asdict, dataclass

from muniment.documents import typeset


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its pairs of question and answer; an answer may have several lines."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One request: its facts, and its sections, or a note that stands in their place."""

    title: str
    facts: tuple[tuple[str, str], ...]
    note: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything of one meeting for one reader; `mark` is printed across every page."""

    title: str
    subtitle: str
    mark: str
    items: tuple[Item, ...]


def pdf(pack: Pack) -> bytes:
    """PDF/UA-1; the same bytes for the same pack."""
    return typeset.pdf(TEMPLATE, asdict(pack), standards=["ua-1"])


TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#let lines(text) = text.split("\\n").join(linebreak())
#set document(title: data.title)
#set page(
  margin: (x: 2.2cm, y: 2.4cm),
  numbering: "1",
  background: rotate(-40deg, text(size: 26pt, fill: luma(225), weight: "bold")[#data.mark]),
  footer: context [
    #set text(size: 8.5pt, fill: luma(80))
    #data.mark #h(1fr) #counter(page).display()
  ],
)
#set text(size: 10pt, lang: "en")
#show heading.where(level: 2): it => block(above: 1.8em, below: 0.9em, it)
#show heading.where(level: 3): it => block(above: 1.4em, below: 0.7em, it)
= #data.title
#data.subtitle

#if data.items.len() == 0 [There is nothing on the agenda for you.]
#for (number, item) in data.items.enumerate(start: 1) [
  #if number > 1 { pagebreak() }
  == #number. #item.title
  #table(columns: (auto, 1fr), stroke: none, inset: (x: 0pt, y: 3pt), column-gutter: 14pt,
    ..item.facts.flatten().map(each => [#each]))
  #if item.note != "" [*#item.note*]
  #for section in item.sections [
    === #section.title
    #for (label, answer) in section.lines [
      *#label* \\
      #if answer == "" [–] else [#lines(answer)]

    ]
  ]
]
"""
