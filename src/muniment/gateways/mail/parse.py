"""One mail as it came, read without trusting any of it: no HTML runs, nothing is fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

LONGEST_TEXT = 20_000
MOST_PARTS = 50
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.I)
QUOTED = re.compile(r"^(On .{5,200} wrote:|-{2,} ?Original Message.*|_{10,})\s*$")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside a mail: its name as the sender wrote it, and its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Received:
    """What of a mail is used. `replies_to` are Message-IDs; `automatic` means no person wrote."""

    from_name: str
    from_address: str
    subject: str
    text: str
    replies_to: tuple[str, ...]
    automatic: bool
    attached: tuple[Attached, ...]


def parse(data: bytes) -> Received:
    """Read a mail. Whatever the bytes are, something comes back and nothing is raised."""
    message = message_from_bytes(data, policy=policy.default)
    name, address = parseaddr(_header(message, "From"))
    replies = f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}"
    return Received(
        from_name=_line(name, 200),
        from_address=_line(address, 254).lower(),
        subject=_line(_header(message, "Subject"), 200),
        text=_written(_text(message)),
        replies_to=tuple(MESSAGE_ID.findall(replies))[:50],
        automatic=_is_automatic(message, address),
        attached=tuple(_attached(message)),
    )


def _is_automatic(message: EmailMessage, address: str) -> bool:
    """Auto-Submitted (RFC 3834), lists, bounces: answering any of them can go on for ever."""
    submitted = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
    marked = any(message.get(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
    bounced = _header(message, "Return-Path").strip() == "<>"
    person = submitted in {"", "no"} and "@" in address and not MACHINES.match(address)
    return bulk or marked or bounced or not person


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be read counts as empty."""
    try:
        return str(message.get(name, "") or "")
    except Exception:  # the parser of the standard library breaks on some that are made to
        return ""


def _text(message: EmailMessage) -> str:
    parts = [part for part in _leaves(message) if part.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind:
                text = _decoded(part)
                return text if kind == "text/plain" else _without_tags(text)
    return ""


def _attached(message: EmailMessage) -> Iterator[Attached]:
    for part in _leaves(message):
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            content = part.get_payload(decode=True)
            size = len(content) if isinstance(content, bytes) else 0
            yield Attached(_line(str(name or "unnamed"), 120), size)


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _decoded(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset, "replace") if isinstance(content, bytes) else ""
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _written(text: str) -> str:
    """What the sender wrote, without the mail that is quoted below it."""
    kept: list[str] = []
    for line in text[:200_000].replace("\r\n", "\n").split("\n"):
        if QUOTED.match(line):
            break
        if not line.startswith(">"):
            kept.append("".join(c if c.isprintable() or c == "\t" else " " for c in line).rstrip())
    return "\n".join(kept).strip()[:LONGEST_TEXT]


def _line(text: str, longest: int) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def _without_tags(html: str) -> str:
    reader = _Reader()
    reader.feed(html[:500_000])
    reader.close()
    return "".join(reader.said)


class _Reader(HTMLParser):
    """The text of HTML: no script, no style, a line for every block."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})
    SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(self.silent - (tag in self.SILENT), 0)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)
