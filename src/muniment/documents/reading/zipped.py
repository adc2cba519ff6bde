"""Office files are ZIP archives of XML: what they may hold, and how much it may unpack to."""

import io
import re
import zipfile
from typing import Any

from muniment.documents.reading.faults import Fault

MOST_MEMBERS = 2_000
MOST_BYTES = 200 * 1024 * 1024
MOST_XML = 32 * 1024 * 1024
"""A form of 500,000 words is about 5 MB of XML."""
MOST_RATIO = 200
SMALL = 1024 * 1024
PROGRAMS = re.compile(r"(vbaproject\.bin|/activex/|\.exe$|\.js$|^scripts/|^basic/)", re.I)
EMBEDDED = re.compile(r"/embeddings/|^object", re.I)


def check(data: bytes, *, strict: bool = False) -> None:
    """Raise a Fault for an archive that is encrypted, scripted, or unpacks to far too much.

    `strict` also refuses embedded files, which a form has no reason to carry.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise Fault("file-damaged") from None
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_BYTES:
        raise Fault("file-unpacks-too-large")
    for each in members:
        if each.flag_bits & 1:
            raise Fault("file-encrypted")
        if each.file_size > max(SMALL, each.compress_size * MOST_RATIO):
            raise Fault("file-unpacks-too-large")
        if PROGRAMS.search(each.filename):
            raise Fault("file-scripted")
        if strict and EMBEDDED.search(each.filename):
            raise Fault("file-embedded")


def xml(archive: zipfile.ZipFile, name: str) -> Any:
    """One member as an XML tree: no entities, nothing fetched, never more than declared."""
    from lxml import etree

    with archive.open(name) as member:
        text = member.read(MOST_XML + 1)
    if len(text) > MOST_XML:
        raise Fault("file-unpacks-too-large")
    if b"<!DOCTYPE" in text or "<!DOCTYPE".encode("utf-16-le") in text:
        raise Fault("file-external")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as wrong:
        deep = "depth" in str(wrong)
        raise Fault("file-too-deep" if deep else "file-damaged") from None
