"""A stored edition stays readable for ever, whatever has been asked of editions since.

What today's rules ask for and the stored edition lacks is taken from the shipped programme, at the
same place; what has no meaning any more is left out. The stored bytes never change, and so neither
does the hash that requests and the ledger name. Loading stays strict: see `reading`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from muniment import programme
from muniment.programme import bundle, letters

from . import reading, schemas
from .faults import FolderFaulty
from .yamlfile import Place

_NAMES = ("id", "slug", "stage")
"""What tells an entry of a list from the others, in the editions that are kept."""


def read(canonical: bytes) -> bundle.Bundle:
    """The edition that a row keeps; its `lacks` says where it falls short of today's rules.

    Raises FolderFaulty for bytes that never were an edition.
    """
    try:
        return reading.from_canonical(canonical)
    except FolderFaulty as faulty:
        return _completed(reading.opened(canonical), canonical, faulty)


def _completed(sections: dict[str, Any], canonical: bytes, faulty: FolderFaulty) -> bundle.Bundle:
    shipped = _shipped().plain()
    del shipped[bundle.FORMAT]
    for name in sorted(sections.keys() - shipped.keys()):
        del sections[name]
    for name in shipped:
        if not isinstance(sections.setdefault(name, shipped[name]), dict):
            raise faulty
    for section, file in schemas.FILES.items():
        _mend(sections, shipped, (section,), schema=file.removesuffix(".yaml"))
    for slug in sections["codebooks"]:
        _mend(sections, shipped, ("codebooks", slug), schema=schemas.CODEBOOK)
    lacks = [str(fault).removeprefix("bundle: ") for fault in faulty.faults]
    for name in _add_letters(sections, shipped):
        lacks.append(f"letters.letters: the letter {name!r} is missing.")
    _take_content_out(sections)
    data = bundle.freeze({bundle.FORMAT: 1, **sections})
    return bundle.Bundle(canonical, data, tuple(dict.fromkeys(lacks)))


@cache
def _shipped() -> bundle.Bundle:
    return reading.read(programme.default_folder())


def _mend(sections: dict[str, Any], shipped: dict[str, Any], start: Place, *, schema: str) -> None:
    """Give a file the keys it lacks and take away those that are not known any more."""
    data = _beside(sections, None, start)[0]
    for misfit in list(schemas.misfits(data, name=schema)):
        own, other = _beside(sections, shipped, (*start, *misfit.place))
        if not misfit.is_missing:
            own.pop(misfit.key, None)
        elif isinstance(other, dict) and misfit.key in other:
            own.setdefault(misfit.key, other[misfit.key])


def _beside(own: Any, other: Any, place: Place) -> tuple[Any, Any]:
    """What stands at a place of the stored edition, and its like in the shipped one, if any."""
    for key in place:
        own = own[key]
        if isinstance(other, list):
            other = next((each for each in other if _is_like(each, own)), None)
        else:
            other = other.get(key) if isinstance(other, dict) else None
    return own, other


def _is_like(one: Any, other: Any) -> bool:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return False
    return any(name in one and one.get(name) == other.get(name) for name in _NAMES)


def _add_letters(sections: dict[str, Any], shipped: dict[str, Any]) -> Iterator[str]:
    """Add the letters that steps send now, with the placeholders they name; say which."""
    own, other = sections["letters"], shipped["letters"]
    known = {entry["id"] for entry in own["letters"]}
    for entry in other["letters"]:
        name = entry["id"]
        if name not in letters.REQUIRED or name in known:
            continue
        text = shipped["letter_texts"][name]
        own["letters"].append(entry)
        sections["letter_texts"][name] = text
        for used in letters.used_in(entry["subject"]) | letters.used_in(text):
            own["placeholders"].setdefault(used, other["placeholders"][used])
        yield name


def _take_content_out(sections: dict[str, Any]) -> None:
    """Letters once carried what people had typed; now they say where it is read."""
    for entry in sections["letters"]["letters"]:
        entry["subject"] = letters.pointing(entry["subject"], letter=entry["id"])
    texts = sections["letter_texts"]
    for name, text in texts.items():
        texts[name] = letters.pointing(text, letter=name)
