"""The agreement as PDF/UA-1 and PDF/A-3a, with its machine copy attached (Typst).

Every value is data of the template and never its language, and no file can be read.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from muniment.documents import typeset
from muniment.documents.agreement import markdown

STANDARDS = ("ua-1", "a-3a")
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "us-letter", margin: (x: 2.4cm, y: 2.2cm), numbering: "1 / 1",
  header: text(size: 8pt, fill: luma(90), data.stamp))
#set text(size: 10.5pt, lang: "en", region: "US")
#set par(justify: false, leading: 0.68em, spacing: 0.95em)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 12.5pt)
#show heading: it => block(above: 1.5em, below: 0.7em, it)
#pdf.attach("agreement.jsonld", bytes(data.copy), relationship: "alternative",
  mime-type: "application/ld+json", description: "The same terms for programs, as ODRL")
#for block in data.blocks {
  if block.kind == "title" { heading(level: 1, block.text) }
  else if block.kind == "heading" { heading(level: 2, block.text) }
  else if block.kind == "item" { list.item(block.text) }
  else { par[#if block.bold != "" [*#block.bold* ]#block.text] }
}
"""


def pdf(document: Mapping[str, Any], *, text: str, copy: bytes) -> bytes:
    """The same bytes for the same agreement. `text` is what is signed, `copy` its ODRL."""
    parts = list(markdown.blocks(text))
    title = next(part.text for part in parts if part.kind == "title")
    digest = hashlib.sha256(text.encode()).hexdigest()
    data = {
        "title": title,
        "stamp": f"{title}, version {document['version']} · text sha256:{digest}",
        "copy": copy.decode(),
        "blocks": [{"kind": part.kind, "text": part.text, "bold": part.bold} for part in parts],
    }
    return typeset.pdf(TEMPLATE, data, standards=STANDARDS)
