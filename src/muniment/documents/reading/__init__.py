"""Files that people send, read in a process of their own: no network, no keys, little time.

Whoever calls gets plain values or a `Refused` with one sentence. A file that makes the reader
crash, hang or grow is refused like any other that cannot be read (privacy, B7).
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment.documents.reading.names import plain_name
from muniment.rulebook.words import Refusal

__all__ = ["Form", "Looked", "Refused", "Signed", "look_at", "plain_name", "read_form",
           "read_signed"]  # fmt: skip

MODULE = "muniment.documents.reading.child"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
SECONDS = 20
LARGEST_FORM = 15 * 1024 * 1024
LARGEST = 100 * 1024 * 1024


class Refused(Exception):
    """The file is not taken; `reason` is the sentence to show."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is by its content; `pages` is known for a PDF only."""

    ending: str
    media_type: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class Form:
    """What a filled-in form holds: `values` by key, as text or as a tick.

    `stamp` is the hash of the edition as the file says it, `kind` pdf or docx.
    """

    kind: str
    stamp: str
    values: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose certificate signed a file, as it says itself, and its SHA-256."""

    by: str
    fingerprint: str


def look_at(data: bytes, *, name: str, most_pages: int) -> Looked:
    """What kind of file this is, by its content; raises Refused where it may not be attached.

    `name` is held against the content: a file must be what its ending says.
    """
    _unless_larger(data, LARGEST)
    found = _ask({"task": "look", "name": name, "most_pages": most_pages}, data)
    return Looked(found["ending"], found["media_type"], found["pages"])


def read_form(data: bytes) -> Form:
    """The answers in a filled-in PDF or Word form; raises Refused for anything else."""
    _unless_larger(data, LARGEST_FORM)
    found = _ask({"task": "form"}, data)
    return Form(found["kind"], found["stamp"], found["values"])


def read_signed(data: bytes, *, sha256: str, size: int) -> Signed:
    """What was signed elsewhere; raises Refused unless the file that was sent (by its hash and
    size in bytes) is its beginning and every signature on it holds.
    """
    _unless_larger(data, LARGEST)
    found = _ask({"task": "signed", "sha256": sha256, "size": size}, data)
    return Signed(found["by"], found["fingerprint"])


def _unless_larger(data: bytes, most: int) -> None:
    if len(data) > most:
        message = "This file is larger than {most} MB. Send a smaller one."
        params = {"most": str(most // 1024 // 1024)}
        raise Refused(Refusal("file-too-large", message, params))
    if not data:
        raise Refused(Refusal("file-empty", "This file is empty. Save it again and send it."))


def _ask(task: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """One child for one file: what it leaves behind is gone with it."""
    order = json.dumps(task).encode() + b"\n"
    command = [sys.executable, "-I", "-m", MODULE, task["task"]]
    try:
        ended = subprocess.run(
            command, input=order + data, capture_output=True, env=ENVIRONMENT, cwd="/",
            timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Refused(_demanding()) from None
    try:
        answer = json.loads(ended.stdout)
    except ValueError:
        raise Refused(_demanding()) from None
    if "refused" in answer:
        code, message, params = answer["refused"]
        raise Refused(Refusal(code, message, params))
    found: dict[str, Any] = answer["found"]
    return found


def _demanding() -> Refusal:
    message = "This file takes too much time or memory to read. Save it anew, or answer online."
    return Refusal("file-too-demanding", message)
