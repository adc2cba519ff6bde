"""The agreement as files: a PDF to read and seal, and a Word file for the contracts office.

Pages, which draw the same `blocks`, show what the files do.

The text comes ready; nothing is worded here.
"""

from .docx import docx
from .markdown import Block, blocks
from .pdf import pdf

__all__ = ["Block", "blocks", "docx", "pdf"]
