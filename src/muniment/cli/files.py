"""The files that commands are given and the home folder: each failure is one clear sentence."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from muniment import cli

KEY_BYTES = 32


def document(path: Path, *, most: int | None = None) -> dict[str, Any]:
    """A file that holds one JSON object, of at most `most` bytes; raises `Stop`."""
    from muniment.dataplane.spec import faults, jsontext

    try:
        found = jsontext.load(content(path), most=most or jsontext.LARGEST_BYTES)
    except faults.Faulty as faulty:
        raise stop(path, faulty.faults) from None
    if not isinstance(found, dict):
        raise cli.Stop(f"{path}: This must be a JSON object.")
    return found


def policies(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Method policies by the holding each names; one alone may be for all. Raises `Stop`."""
    found: dict[str, dict[str, Any]] = {}
    if len(paths) == 1:
        return {"": document(paths[0])}
    for path in paths:
        read = document(path)
        name = read.get("holding")
        if not isinstance(name, str) or not name:
            raise cli.Stop(f"{path}: Of several method policies each names its holding; add one.")
        if name in found:
            raise cli.Stop(f"{path}: There is another method policy for {name}; give one of them.")
        found[name] = read
    return found


def content(path: Path) -> bytes:
    """The bytes of a file; raises `Stop`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise cli.Stop(f"{path} cannot be read: {error.strerror or error}.") from None


def key(path: Path, what: str) -> bytes:
    """The key that a file holds as hexadecimal digits, of `KEY_BYTES`; raises `Stop`."""
    try:
        found = bytes.fromhex(content(path).decode("ascii"))
    except ValueError:
        found = b""
    if len(found) != KEY_BYTES:
        raise cli.Stop(f"{path} holds no {what} key: it needs {2 * KEY_BYTES} hexadecimal digits.")
    return found


def stop(path: Path, found: Iterable[object]) -> cli.Stop:
    """Every fault on a line of its own, with the file it is about."""
    return cli.Stop("\n".join(f"{path}: {fault}" for fault in found))


def home() -> Path:
    """The home folder with its rooms, made where it is not there; raises `Stop`."""
    from muniment import home as rooms

    folder = Path(os.environ.get("MUNIMENT_HOME") or "~/.muniment")
    try:
        return rooms.make(folder)
    except OSError as error:
        raise cli.Stop(f"{folder} cannot be made: {error.strerror or error}.") from None


def made(folder: Path) -> None:
    """See to it that there is this folder; raises `Stop`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cli.Stop(f"{folder} cannot be made: {error.strerror or error}.") from None


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
