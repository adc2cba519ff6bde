"""The files that a mail carries and that could be a form of ours, by their first bytes.

Nothing of them is opened here: who wants to know what is in one asks `read_form`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from muniment.documents.reading.names import plain_name

MOST_PARTS = 50
BEGINNINGS = (b"%PDF-", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file in a mail: the name that its sender gave it, made plain, and its bytes."""

    name: str
    data: bytes


def list_forms(mail: bytes) -> list[Enclosed]:
    """Every PDF and every Word file of a mail, also of one that was passed on inside it.

    Whatever the bytes are, nothing is raised: a mail that cannot be opened holds none.
    """
    try:
        message = message_from_bytes(mail, policy=policy.default)
    except Exception:  # a kind that the standard library breaks on; parts a thousand deep
        return []
    return list(_files(message))


def _files(message: EmailMessage) -> Iterator[Enclosed]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        try:
            name, content = part.get_filename(), part.get_payload(decode=True)
        except Exception:  # the parser of the standard library breaks on some that are made to
            continue
        if isinstance(content, bytes) and content.startswith(BEGINNINGS):
            yield Enclosed(plain_name(str(name or "")), content)
