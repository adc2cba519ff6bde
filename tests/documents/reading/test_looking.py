"""What a file to attach is by its content, and the names files get."""

import io

import pytest

from muniment.documents import reading
from tests.documents.forms import sample
from tests.documents.reading import hostile

PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(8), b"\xff\xd8\xff\xe0" + bytes(8)
ODT = sample.zipped(
    {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
)


def look(data: bytes, name: str, most_pages: int = 200) -> reading.Looked:
    return reading.look_at(data, name=name, most_pages=most_pages)


def code(data: bytes, name: str, most_pages: int = 200) -> str:
    with pytest.raises(reading.Refused) as caught:
        look(data, name, most_pages)
    return caught.value.reason.code


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PNG, "scan.png", "image/png"),
        (JPEG, "photo.JPEG", "image/jpeg"),
        (ODT, "plan.odt", "application/vnd.oasis.opendocument.text"),
        (b"name;age\nAda;36\n", "list.csv", "text/csv"),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, name: str, media_type: str) -> None:
    assert look(data, name).media_type == media_type


def test_a_pdf_tells_its_pages_and_may_have_only_so_many() -> None:
    data = sample.blank("pdf")
    pages = look(data, "plan.pdf").pages
    assert pages is not None
    assert pages >= 2
    assert code(data, "plan.pdf", pages - 1) == "file-too-many-pages"


def test_a_word_file_is_looked_into() -> None:
    assert look(sample.blank("docx"), "plan.docx").ending == ".docx"
    assert code(hostile.docx_with(word__vbaProject_dot_bin=b"x"), "a.docx") == "file-scripted"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (PNG, "scan.pdf", "file-not-its-name"),
        (PNG, "scan", "file-not-its-name"),
        (b"MZ" + bytes(60), "setup.pdf", "file-kind-unknown"),
        (b"<html>,</html>", "page.csv", "file-kind-unknown"),
        (b"\xff\xfe,", "list.csv", "file-kind-unknown"),
        (sample.zipped({"a.txt": b"x"}), "a.docx", "file-kind-unknown"),
        (b"%PDF-1.7\nnothing", "a.pdf", "file-damaged"),
    ],
)
def test_what_is_not_as_named_or_not_known_is_refused(
    data: bytes, name: str, expected: str
) -> None:
    assert code(data, name) == expected


def test_a_pdf_under_a_password_is_refused_and_one_without_reader_password_is_not() -> None:
    import pypdf

    def locked(password: str) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(sample.blank("pdf")))
        writer.encrypt(password, owner_password="owner", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    assert code(locked("secret"), "a.pdf") == "file-encrypted"
    assert look(locked(""), "a.pdf").ending == ".pdf"


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\Plan  final.pdf", "Plan final.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ('a<b>:"c.pdf', "a_b___c.pdf"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Ve\u0301ronique.pdf", "Véronique.pdf"),
    ],
)
def test_names_are_made_plain(given: str, plain: str) -> None:
    assert reading.plain_name(given) == plain
