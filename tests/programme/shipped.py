"""The shipped programme, read once, and small copies of it to break."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from muniment import programme
from muniment.programme import Bundle

CENTRA = programme.default_folder()
KEPT = ("tapur", "award-recipients")  # codebooks that stay whole in a small copy


@cache
def bundle() -> Bundle:
    return programme.read(CENTRA)


def altered(change: Callable[[dict[str, Any]], object]) -> Bundle:
    """CENTRA with a change to its plain tree, not checked again."""
    data = bundle().plain()
    change(data)
    return Bundle.from_data({name: part for name, part in data.items() if name in SECTIONS})


SECTIONS = frozenset(
    {
        "programme",
        "information_list",
        "codebooks",
        "form",
        "policy",
        "criteria",
        "committee",
        "tracks",
        "fees",
        "clauses",
        "clause_texts",
        "letters",
        "letter_texts",
        "calendar",
        "roster",
    }
)


def small_copy(target: Path) -> Path:
    """A copy of the folder with codebooks cut to what is referred to: it reads in half the time."""
    shutil.copytree(CENTRA, target)
    for path in (target / "codebooks").iterdir():
        if path.stem not in KEPT:
            path.write_text(_short(path.stem), encoding="utf-8")
    return target


@cache
def small() -> Path:
    """A small copy that stays for the whole run and that no test changes."""
    place = Path(tempfile.mkdtemp(prefix="muniment-programme-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return small_copy(place / "centra")


def _short(slug: str) -> str:
    return (
        f"dataset: {slug}\n"
        "tables:\n"
        "  - name: abstracts\n"
        "    unit: abstract\n"
        "    key: [embargo_until]\n"
        "    variables:\n"
        "      - {name: embargo_until, label: Until, type: datetime, class: none}\n"
        "      - {name: exam_year, label: Year, type: integer, class: none}\n"
        "      - {name: year, label: Year, type: integer, class: none}\n"
    )
