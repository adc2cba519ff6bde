"""JSON bytes in, plain values out, or faults.

Python's reader is too kind for a document that gets hashed and signed: it accepts NaN, lets a
repeated member win silently, and raises five kinds of exception. This one refuses all of that.
"""

import json

from muniment.dataplane.spec import faults

LARGEST_BYTES = 4 * 1024 * 1024


def load(data: bytes | str, *, floats: bool = False, most: int = LARGEST_BYTES) -> object:
    """Read one JSON document.

    `floats` says whether numbers with a fraction may occur (never in a specification: two
    machines can print the same float differently). Raises `faults.Faulty`.
    """
    text = _decoded(data, most)
    try:
        return json.loads(
            text,
            object_pairs_hook=_members_once,
            parse_constant=_no_constant,
            parse_float=float if floats else _no_float,
        )
    except faults.Faulty:
        raise
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise _refused("not-json", message) from None
    except RecursionError:
        raise _refused("too-deep", "This JSON is nested too deeply to read.") from None
    except ValueError:  # Python refuses integers of more than 4300 digits
        message = "A number has too many digits; write it as a string."
        raise _refused("number-too-large", message) from None


def _decoded(data: bytes | str, most: int) -> str:
    if len(data) > most:
        message = f"The document is larger than {most // 1024 // 1024} MiB."
        raise _refused("too-large", message)
    if isinstance(data, str):
        return data
    if data.startswith(b"\xef\xbb\xbf"):
        message = "The document starts with a byte order mark; save it as UTF-8 without one."
        raise _refused("byte-order-mark", message)
    try:
        return bytes(data).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The document is not UTF-8: byte {error.start + 1} does not fit."
        raise _refused("not-utf8", message) from None


def _members_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            message = f"The member {faults.quoted(name)} occurs twice in one object; keep one."
            raise _refused("duplicate-member", message)
        members[name] = value
    return members


def _no_constant(word: str) -> object:
    raise _refused("not-a-number", f"{word} is not a JSON number.")


def _no_float(digits: str) -> object:
    message = (
        f"The number {faults.shortened(digits)} has a fraction or an exponent; "
        'write it as a string, such as "0.5".'
    )
    raise _refused("float", message)


def _refused(code: str, message: str) -> faults.Faulty:
    return faults.Faulty([faults.Fault("", code, message)])
