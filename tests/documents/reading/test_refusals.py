"""What is not taken gets its own clear sentence, from the process that opens it."""

from collections.abc import Callable
from typing import Any

import pytest

from muniment.documents import reading
from tests.documents.forms import sample
from tests.documents.reading import hostile

DEEP = b"<d>" * 2_000 + b"</d>" * 2_000


def code(data: bytes) -> str:
    with pytest.raises(reading.Refused) as caught:
        reading.read_form(data)
    assert caught.value.reason.sentence.endswith(".")
    return caught.value.reason.code


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (hostile.xfa, "form-xfa"),
        (hostile.script, "file-scripted"),
        (hostile.launch, "file-scripted"),
        (hostile.embedded, "file-embedded"),
        (hostile.encrypted, "file-encrypted"),
        (hostile.flattened, "form-scanned"),
        (hostile.unstamped, "form-not-ours"),
        (hostile.many_pages, "file-too-many-pages"),
        (hostile.deep, "file-too-deep"),
    ],
)
def test_a_pdf_turned_bad_is_refused_by_name(change: Callable[[Any], None], expected: str) -> None:
    assert code(hostile.pdf_with(change)) == expected


@pytest.mark.slow
def test_a_pdf_that_unpacks_to_far_more_than_its_size_does_no_harm() -> None:
    data = hostile.bomb()
    assert len(data) < 1_000_000
    assert code(data) in ("file-too-demanding", "file-damaged")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"word__vbaProject_dot_bin": b"x"}, "file-scripted"),
        ({"word__embeddings__sheet_dot_xlsx": b"x"}, "file-embedded"),
        ({"word__media__zeros_dot_png": bytes(20_000_000)}, "file-unpacks-too-large"),
        ({"word__document_dot_xml": hostile.ENTITIES}, "file-external"),
        ({"word__document_dot_xml": DEEP}, "file-too-deep"),
        ({"word__document_dot_xml": b"<d>"}, "file-damaged"),
        ({"word__document_dot_xml": b"<d/>"}, "form-scanned"),
        (
            {"word___rels__settings_dot_xml_dot_rels": hostile.RELATIONS % b"attachedTemplate"},
            "file-external",
        ),
    ],
)
def test_a_word_file_turned_bad_is_refused_by_name(
    changed: dict[str, bytes], expected: str
) -> None:
    assert code(hostile.docx_with(**changed)) == expected


def test_a_link_that_word_made_of_an_address_is_no_harm() -> None:
    data = hostile.docx_with(word___rels__x_dot_xml_dot_rels=hostile.RELATIONS % b"hyperlink")
    assert reading.read_form(data).kind == "docx"


def test_many_small_members_are_refused() -> None:
    extra = {f"word__m{number}": b"" for number in range(2_100)}
    assert code(hostile.docx_with(**extra)) == "file-unpacks-too-large"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "file-empty"),
        (b"Dear office", "form-kind-unknown"),
        (b"\x89PNG\r\n\x1a\n", "form-kind-unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "file-encrypted"),
        (b"PK\x03\x04", "file-damaged"),
        (b"%PDF-1.7\n", "file-damaged"),
        (bytes(reading.LARGEST_FORM + 1), "file-too-large"),
    ],
)
def test_what_is_no_form_is_refused(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_the_stamp_among_the_keywords_stands_in_for_an_emptied_field() -> None:
    def emptied(writer: Any) -> None:
        info = dict(writer.metadata)
        hostile.unstamped(writer)
        writer.add_metadata(info)

    assert reading.read_form(hostile.pdf_with(emptied)).stamp == sample.SHA256
