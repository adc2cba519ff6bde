"""The paper of an invoice: what it is given, as text, and nothing that a value smuggles in."""

import dataclasses
import io

import pypdf

from muniment.documents import invoice

PAPER = invoice.Paper(
    "Invoice", "C-1",
    invoice.Payee("The society", ("1 Street",), "00-1", ("Account 1",), "Form W-9: https://x.org"),
    ("Lakeside", "Alice"), (("Due", "22 Dec 2026"),),
    (invoice.Line("Base", "1 request × USD 300.00", "USD 300.00"),),
    (("Total", "USD 300.00"),), ("Please name the number.",),
)  # fmt: skip


def text(paper: invoice.Paper) -> str:
    return " ".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(invoice.pdf(paper))).pages
    )


def test_it_says_what_it_is_given() -> None:
    said = text(PAPER)
    for part in ("Invoice C-1", "Lakeside", "1 request × USD 300.00", "Tax ID: 00-1", "Account 1",
                 "Form W-9: https://x.org", "Please name the number."):  # fmt: skip
        assert part in said


def test_it_is_the_same_bytes_each_time_and_tagged() -> None:
    data = invoice.pdf(PAPER)
    assert data == invoice.pdf(PAPER)
    root = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]) == "en"


def test_a_value_is_never_read_as_typesetting() -> None:
    evil = '#read("/etc/passwd") *x* = y'
    paper = dataclasses.replace(PAPER, payer=(evil,), notes=())
    assert evil in text(paper)


def test_without_bank_and_tax_form_it_says_neither() -> None:
    payee = invoice.Payee("The society", (), "", (), "")
    said = text(dataclasses.replace(PAPER, payee=payee))
    assert "How to pay" not in said
    assert "Tax ID" not in said
