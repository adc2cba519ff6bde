"""One mail as it came, read without trusting any of it: no HTML runs, nothing is fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from html.parser import HTMLParser

LONGEST_TEXT = 20_000
LONGEST_READ = 500_000
MOST_PARTS = 50
NO_CHARSETS = frozenset({"idna", "punycode"})
"""Names of domains are written so, never a text; to read much of it takes hours."""
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
    """What of a mail is used. `replies_to` are Message-IDs, first the one that is answered;
    `automatic` means no person wrote.
    """

    from_name: str
    from_address: str
    subject: str
    text: str
    replies_to: tuple[str, ...]
    automatic: bool
    attached: tuple[Attached, ...]


def parse(data: bytes) -> Received:
    """Read a mail. Whatever the bytes are, something comes back and nothing is raised.

    A part that cannot be read counts as none; where all of them cannot, the headers are left.
    """
    message = _opened(data)
    parts = list(_parts(message))
    name, address = parseaddr(_header(message, "From"))
    return Received(
        from_name=_line(name, 200),
        from_address=_line(address, 254).lower(),
        subject=_line(_header(message, "Subject"), 200),
        text=_written(_text(parts)),
        replies_to=_replies_to(message),
        automatic=_is_automatic(message, address),
        attached=tuple(each.attached for each in parts if each.attached is not None),
    )


def _opened(data: bytes) -> Message:
    try:
        return message_from_bytes(data, policy=policy.default)
    except Exception:  # a kind that the standard library breaks on; parts a thousand deep
        return BytesHeaderParser().parsebytes(data)  # the older rules, which ask for less


def _replies_to(message: Message) -> tuple[str, ...]:
    """What is answered stands in In-Reply-To; where a program leaves that out, it is the last of
    References (RFC 5322, section 3.6.4).
    """
    thread = MESSAGE_ID.findall(_header(message, "References"))
    answered = MESSAGE_ID.findall(_header(message, "In-Reply-To")) or thread[-1:]
    return tuple([*answered, *thread][:50])


def _is_automatic(message: Message, address: str) -> bool:
    """Auto-Submitted (RFC 3834), lists, bounces: answering any of them can go on for ever."""
    submitted = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
    marked = any(_header(message, name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
    bounced = _header(message, "Return-Path").strip() == "<>"
    person = submitted in {"", "no"} and "@" in address and not MACHINES.match(address)
    return bulk or marked or bounced or not person


def _header(message: Message, name: str) -> str:
    """A header as text; one that cannot be read counts as empty."""
    try:
        return str(message.get(name, "") or "")
    except Exception:  # the parser of the standard library breaks on some that are made to
        return ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that holds no others. `text` is empty where it is meant as a file."""

    kind: str
    text: str
    attached: Attached | None


def _parts(message: Message) -> Iterator[_Part]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if not part.is_multipart():
            try:
                found = _part(part)
            except Exception:  # the parser of the standard library breaks on some that are made to
                continue
            yield found


def _part(part: Message) -> _Part:
    name, is_file = part.get_filename(), part.get_content_disposition() == "attachment"
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    text = "" if is_file else _decoded(data, part.get_content_charset("utf-8"))
    named = Attached(_line(str(name or "unnamed"), 120), len(data)) if name or is_file else None
    return _Part("" if is_file else part.get_content_type(), text, named)


def _text(parts: list[_Part]) -> str:
    for kind, read in (("text/plain", str), ("text/html", _without_tags)):
        for part in parts:
            if part.kind == kind:
                return read(part.text)
    return ""


def _decoded(data: bytes, charset: str) -> str:
    data = data[:LONGEST_READ]
    try:
        return data.decode("utf-8" if charset in NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError):  # a character set that nobody knows
        return data.decode("utf-8", "replace")


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
    reader.feed(html)
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
