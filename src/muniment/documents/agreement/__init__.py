"""The agreement as files: a PDF to read and seal, and a Word file for the contracts office.

The text comes ready; nothing is worded here.
"""

from .docx import docx
from .pdf import pdf

__all__ = ["docx", "pdf"]
