"""The agreement for the contracts office of an institution: a Word file to read and mark up.

What comes back is entered clause by clause; a Word file is never what is signed.
"""

import datetime
import io
from collections.abc import Mapping
from typing import Any

from muniment.documents.agreement import markdown

STYLES = {"title": "Title", "heading": "Heading 1", "item": "List Bullet", "paragraph": "Normal"}


def docx(document: Mapping[str, Any], *, text: str) -> bytes:
    """The document's bytes: the same text, with the version that it is of."""
    import docx as word

    made: Any = word.Document()
    about = made.core_properties
    about.title, about.author = f"Data Use Agreement {document['reference']}", document["programme"]
    about.comments = f"Version {document['version']}, for reading. It is not what is signed."
    about.language = "en-US"
    about.created = about.modified = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 (stays the same)
    for block in markdown.blocks(text):
        paragraph = made.add_paragraph(style=STYLES[block.kind])
        if block.bold:
            paragraph.add_run(f"{block.bold} ").bold = True
        paragraph.add_run(block.text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
