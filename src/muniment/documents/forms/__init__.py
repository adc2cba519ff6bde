"""The application form as a file to fill in: one layout, drawn as PDF and as Word document."""

from muniment.documents.forms.layout import Control, Group, Layout, Question, Sheet, lay_out

STAMP = "muniment-form"
"""The name of the control that carries the hash of the programme edition."""

__all__ = ["STAMP", "Control", "Group", "Layout", "Question", "Sheet", "Unavailable", "lay_out"]


class Unavailable(Exception):
    """The file cannot be made on this machine; the sentence says what is missing."""
