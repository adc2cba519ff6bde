"""Exact numbers about people: they cannot be shown by accident."""

from collections.abc import Mapping
from typing import Any, NoReturn


class _Hidden:
    """Every way in which Python turns a value into text, a number or a verdict raises `TypeError`,
    so that a template, a log line, a cache or an `if` cannot leak it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "Exact(hidden)"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("An exact number is shown only by reveal(purpose=...).")

    __str__ = __format__ = __bool__ = __int__ = __index__ = __float__ = _refuse
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __hash__ = _refuse
    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = _refuse


class Exact(_Hidden):
    """Holds a count that only staff may see, and only for a purpose they name."""

    __slots__ = ("_held",)

    def __init__(self, held: int) -> None:
        self._held = held

    def reveal(self, *, purpose: str) -> int:
        """The number. The caller records who saw it and why; raises `ValueError` with no why."""
        _unless_named(purpose)
        return self._held


class ExactTable(_Hidden):
    """Holds a document of such counts, JSON values only."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held = dict(held)

    def reveal(self, *, purpose: str) -> dict[str, Any]:
        """The document, by the same rule."""
        _unless_named(purpose)
        return dict(self._held)


def _unless_named(purpose: str) -> None:
    if not purpose.strip():
        raise ValueError("Say for what purpose the exact number is shown.")
