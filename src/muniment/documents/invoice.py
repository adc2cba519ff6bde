"""Quote, invoice and credit note as accessible PDF: plain values in, bytes out.

Amounts come as text that is already rounded and written out; nothing is computed here.
"""

from dataclasses import asdict, dataclass

from muniment.documents import typeset


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how it was computed, and the amount as it is written."""

    what: str
    formula: str
    amount: str


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, and how."""

    name: str
    address: tuple[str, ...]
    tax_id: str
    bank: tuple[str, ...]
    tax_form: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What the document says; `facts` are (label, value), `notes` one sentence each."""

    title: str
    number: str
    payee: Payee
    payer: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    totals: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def pdf(paper: Paper) -> bytes:
    """PDF/UA-1; the same bytes for the same paper."""
    return typeset.pdf(TEMPLATE, asdict(paper), standards=["ua-1"])


TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title + " " + data.number)
#set page(margin: (x: 2.2cm, y: 2.2cm), numbering: "1")
#set text(size: 10pt, lang: "en")
#show heading.where(level: 1): it => block(above: 1.4em, below: 1em, it)
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.8em, it)
#strong(data.payee.name) \\
#for line in data.payee.address [#line \\ ]
#if data.payee.tax_id != "" [Tax ID: #data.payee.tax_id]
= #data.title #data.number
#for line in data.payer [#line \\ ]
#v(0.6em)
#for fact in data.facts [#fact.at(0): *#fact.at(1)* \\ ]
== Lines
#table(
  columns: (1fr, auto),
  align: (left, right),
  stroke: (x, y) => (bottom: 0.4pt + luma(200)),
  inset: (x: 3pt, y: 6pt),
  table.header([*What*], [*Amount*]),
  ..data.lines.map(line => (
    [#line.what #if line.formula != "" [ \\ #text(size: 8.5pt, fill: luma(80))[#line.formula]]],
    [#line.amount],
  )).flatten(),
  ..data.totals.map(total => ([*#total.at(0)*], [*#total.at(1)*])).flatten(),
)
#for note in data.notes [#par[#note]]
#if data.payee.bank.len() > 0 [
  == How to pay
  #for line in data.payee.bank [#line \\ ]
]
#if data.payee.tax_form != "" [#par[#data.payee.tax_form]]
"""
