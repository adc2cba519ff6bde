"""From what stood in a file to what a browser would have posted, control by control."""

from collections.abc import Mapping
from dataclasses import dataclass

from muniment.documents.forms.layout import Control, Layout

Values = Mapping[str, str | bool]
"""Key to what stands there: text, or whether a box is ticked."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A control whose content could not be taken, what stood there, and why in one sentence."""

    control: Control
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Filled:
    """`posted` is (name, value) as of a browser; `unread` what could not be taken."""

    posted: tuple[tuple[str, str], ...]
    unread: tuple[Unread, ...]


def take(layout: Layout, values: Values) -> Filled:
    """Everything the file holds for this layout; keys that the layout does not have are left."""
    posted: list[tuple[str, str]] = []
    unread: list[Unread] = []
    for control in layout.controls():
        found = values.get(control.key, "")
        if control.kind == "tick":
            if _ticked(found):
                posted.append((control.name, control.value))
            continue
        text = "" if isinstance(found, bool) else found.strip()
        if not text:
            continue
        value = _chosen(control, text) if control.kind == "choice" else text
        if value is None:
            why = "This is not one of the choices. Choose again online."
            unread.append(Unread(control, text, why))
        else:
            posted.append((control.name, value))
    return Filled(tuple(posted), tuple(unread))


def _chosen(control: Control, text: str) -> str | None:
    """A program may keep the choice's value or its words; both mean the same."""
    for value, said in control.options:
        if text == value:
            return value
        if text.casefold() == said.strip().casefold():
            return value
    return None


def _ticked(found: str | bool) -> bool:
    """Whoever ticks a box in a text field writes an x."""
    return found if isinstance(found, bool) else found.strip().casefold() in {"x", "yes", "☒", "✓"}
