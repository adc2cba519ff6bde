"""What a mail carries: PDF and Word files by their first bytes, and nothing that breaks a page."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.documents.reading import enclosed


def mail(*files: tuple[str, bytes]) -> EmailMessage:
    message = EmailMessage()
    message.set_content("Here is my form.")
    for name, data in files:
        message.add_attachment(data, maintype="text", subtype="weird", filename=name)
    return message


def names(message: EmailMessage) -> list[str]:
    return [file.name for file in enclosed.list_forms(message.as_bytes())]


def test_files_are_known_by_their_first_bytes_and_named_plainly() -> None:
    sent = mail(("../form.exe", b"%PDF-1.7 x"), ("b.pdf", b"MZ"), ("c", b"PK\x03\x04x"))
    assert names(sent) == ["form.exe", "c"]
    assert enclosed.list_forms(sent.as_bytes())[0].data == b"%PDF-1.7 x"


def test_a_mail_that_was_passed_on_is_looked_through() -> None:
    outer = mail(("a.pdf", b"%PDF-1"))
    outer.add_attachment(mail(("inner.docx", b"PK\x03\x04")))
    assert names(outer) == ["a.pdf", "inner.docx"]


def test_of_very_many_parts_only_the_first_are_looked_at() -> None:
    assert len(names(mail(*[("a.pdf", b"%PDF-1")] * 60))) == enclosed.MOST_PARTS - 2


def test_a_file_without_a_name_gets_one() -> None:
    message = mail(("a.pdf", b"%PDF-1"))
    [*_, part] = message.walk()
    del part["Content-Disposition"]
    assert names(message) == ["file"]


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: multipart/mixed; boundary=a?;x*0*",
        b"Content-Type: message/rfc822\n\n" * 3_000,
    ],
    ids=["a kind", "very deep"],
)
def test_a_mail_that_cannot_be_opened_holds_no_file(headers: bytes) -> None:
    assert enclosed.list_forms(headers + b"\n\n%PDF-1") == []


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_no_bytes_break_it(data: bytes, header: bytes) -> None:
    enclosed.list_forms(data)
    enclosed.list_forms(b"Content-Disposition: attachment; filename=" + header + b"\n\n%PDF-1")
