"""The process that opens what strangers send. It has the file on its input, and nothing else.

Order of events: load the parsers, shut everything (the data plane's own walls), then read.
"""

import json
import resource
import sys
from typing import Any

from muniment.dataplane import confine
from muniment.documents.reading import docx, kinds, pdf, signed
from muniment.documents.reading.faults import Fault

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
MOST_OUT = 8 * 1024 * 1024


def main() -> None:
    """Read one order and one file from standard input, write one JSON document."""
    pdf.load()
    docx.load()
    if SIGNED in sys.argv:  # its parser is large, and only this task needs it
        signed.load()
    shut()
    order = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write(answer(order, sys.stdin.buffer.read()))


def shut() -> None:
    """Limits first, then the walls; where the kernel has no walls the limits remain."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))
    confine.confine(read=[], write=[])


def answer(order: dict[str, Any], data: bytes) -> str:
    """What was found, or why not. Whatever a parser stumbles over is a damaged file."""
    try:
        found = TASKS[order["task"]](order, data)
        said = json.dumps({"found": found})
        if len(said) > MOST_OUT:
            raise Fault("file-too-demanding")
        return said
    except Fault as fault:
        return json.dumps({"refused": fault.document()})
    except RecursionError:
        return json.dumps({"refused": Fault("file-too-deep").document()})
    except MemoryError:
        return json.dumps({"refused": Fault("file-too-demanding").document()})
    except Exception:
        return json.dumps({"refused": Fault("file-damaged").document()})


def _look(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    return kinds.look(data, name=order["name"], most_pages=order["most_pages"])


def _form(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    kind = kinds.kind_of(data)
    if kind == ".pdf":
        return {"kind": "pdf", **pdf.read(data)}
    if kind == ".docx":
        return {"kind": "docx", **docx.read(data)}
    raise Fault("form-kind-unknown")


def _signed(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    return {**signed.read(data, sha256=order["sha256"], size=order["size"])}


SIGNED = "signed"
TASKS = {"look": _look, "form": _form, SIGNED: _signed}

if __name__ == "__main__":
    main()
