"""Reads untrusted values one by one and collects every fault, so that an author sees them all."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from muniment.dataplane.spec import faults

MOST_FAULTS = 100
LARGEST_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: what every JSON reader keeps exactly
LONGEST_NAME = 128
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

Word = TypeVar("Word", bound=StrEnum)


class Reader:
    """Each method returns the value, or None after it has recorded why it cannot."""

    def __init__(self) -> None:
        self.faults: list[faults.Fault] = []
        self._more = 0

    def fault(self, path: str, code: str, message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(faults.Fault(path, code, message))
        else:
            self._more += 1

    def found(self) -> tuple[faults.Fault, ...]:
        """Every fault so far; the last one says how many more there are than we list."""
        if not self._more:
            return tuple(self.faults)
        message = f"There are {self._more} more faults; mend these first."
        return (*self.faults, faults.Fault("", "more-faults", message))

    def finish(self) -> None:
        """Raise everything found, if anything was."""
        if self.faults:
            raise faults.Faulty(self.found())

    def members(
        self, value: object, path: str, *, required: Iterable[str], optional: Iterable[str] | None
    ) -> dict[str, object] | None:
        """An object with these members; with `optional=None` any further member is welcome."""
        if not isinstance(value, dict):
            self.fault(path, "wrong-type", f"This must be an object, not {faults.quoted(value)}.")
            return None
        known = {*required, *(optional or ())}
        for name in value:
            if optional is not None and name not in known:
                shown = faults.quoted(name)
                self.fault(path, "unknown-member", f"There is no member called {shown} here.")
        absent = [name for name in required if name not in value]
        for name in absent:
            self.fault(path, "missing-member", f'The member "{name}" is missing.')
        return None if absent else value

    def items(self, value: object, path: str, *, least: int, most: int) -> list[object]:
        """A list; the empty list after a fault, so that callers can go on."""
        if not isinstance(value, list | tuple):
            self.fault(path, "wrong-type", f"This must be a list, not {faults.quoted(value)}.")
            return []
        if not least <= len(value) <= most:
            message = f"This list must have {least} to {most} entries; it has {len(value)}."
            self.fault(path, "wrong-length", message)
            return []
        return list(value)

    def text(
        self, value: object, path: str, *, most: int = LONGEST_NAME, lines: bool = False
    ) -> str | None:
        """Text with something in it; `lines` allows line breaks and tabs."""
        if not isinstance(value, str):
            self.fault(path, "wrong-type", f"This must be text, not {faults.quoted(value)}.")
        elif len(value) > most:
            self.fault(path, "too-long", f"This text is longer than {most} characters.")
        elif not value.strip():
            self.fault(path, "empty", "This text must not be empty.")
        elif (_CONTROL_BUT_LINES if lines else _CONTROL).search(value):
            self.fault(path, "control-character", "This text holds a character that no one types.")
        else:
            return value
        return None

    def pattern(self, value: object, path: str, *, like: re.Pattern[str], says: str) -> str | None:
        """Text of a fixed form, which `says` describes."""
        text = self.text(value, path)
        if text is not None and not like.fullmatch(text):
            self.fault(path, "wrong-form", f"{faults.quoted(text)} does not fit here: {says}.")
            return None
        return text

    def whole(self, value: object, path: str, *, least: int, most: int) -> int | None:
        """A whole number; true and false are not numbers here, though Python thinks they are."""
        if type(value) is not int:
            message = f"This must be a whole number, not {faults.quoted(value)}."
            self.fault(path, "float" if isinstance(value, float) else "wrong-type", message)
        elif not least <= value <= most:
            self.fault(path, "out-of-range", f"This number must be from {least} to {most}.")
        else:
            return value
        return None

    def truth(self, value: object, path: str) -> bool | None:
        if isinstance(value, bool):
            return value
        self.fault(path, "wrong-type", f"This must be true or false, not {faults.quoted(value)}.")
        return None

    def choice(self, value: object, path: str, words: type[Word]) -> Word | None:
        """One word of a closed list."""
        if isinstance(value, str) and value in {word.value for word in words}:
            return words(value)
        known = ", ".join(word.value for word in words)
        message = f"{faults.quoted(value)} does not fit here; choose one of: {known}."
        self.fault(path, "unknown-word", message)
        return None
