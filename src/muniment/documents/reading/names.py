"""File names made plain: what a person wrote, without folders, tricks of direction or excess."""

import re
import unicodedata

LONGEST = 120


def plain_name(name: str) -> str:
    """A name that is safe to show, to keep and to offer for download; never empty.

    Folders of either system are dropped, and so is everything that does not print (among it the
    marks that turn the reading direction and make `gpj.exe` look like a picture).
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(letter if letter.isprintable() else " " for letter in last)
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*;]', "_", shown)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending) > 10:
        return plain[:LONGEST] or "file"
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}{dot}{ending}"
