"""Text out of a file, made fit to be kept."""

import re
import unicodedata

LONGEST = 200_000
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """One kind of line end, no control characters and no half characters, in composed form."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return unicodedata.normalize("NFC", _UNKEEPABLE.sub("", lines[:LONGEST]))
