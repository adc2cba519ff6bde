"""A bank's file: only money that came in, the same key for the same line, a place for a fault."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.documents import bank

PLAIN = b"""Date,Amount,Reference,Name
2026-11-20,"1,050.00",CENTRA-2026-0001-1,Lakeside Institute
2026-11-21,-12.50,Bank fee,
2026-11-21,(2.00),Bank fee,
2026-11-21,3.07,Interest,The bank

"""


def read(data: bytes) -> list[bank.Line]:
    return bank.read(data, currency="USD")


def test_incoming_lines_are_read_and_outgoing_ones_left() -> None:
    found = [(line.booked_on, line.amount_minor, line.currency, line.text) for line in read(PLAIN)]
    assert found == [
        (date(2026, 11, 20), 105_000, "USD", "Lakeside Institute CENTRA-2026-0001-1"),
        (date(2026, 11, 21), 307, "USD", "The bank Interest"),
    ]


def test_the_same_line_has_the_same_key_in_an_overlapping_file() -> None:
    again = b"Date,Amount,Reference,Name\n" + b"".join(PLAIN.splitlines(keepends=True)[2:])
    assert {line.key for line in read(again)} <= {line.key for line in read(PLAIN)}
    twice = PLAIN.rstrip() + b"\n2026-11-21,3.07,Interest,The bank\n"
    keys = [line.key for line in read(twice)]
    assert len(set(keys)) == 3
    assert set(keys) > {line.key for line in read(PLAIN)}


def test_the_banks_own_number_makes_the_key() -> None:
    rows = b"Transaction ID,Date,Amount,Memo\nA1,2026-11-20,5,x\nA1,2026-11-20,5,x\n"
    assert len({line.key for line in read(rows)}) == 1


@pytest.mark.parametrize(
    ("head", "row", "minor"),
    [
        (b"Booking date;Amount;Currency;Details", b"20.11.2026;1.234,50;eur;x", 123_450),
        (b"Date,Amount,Text", b"11/20/2026,$ 7,x", 700),
        (b"Posted,Credit,Description", b"2026-11-20,0.01,x", 1),
        (b"Date;Amount;Currency;Text", "2026-11-20;€12,50;EUR;x".encode(), 1_250),
        (b"Date,Amount,Text", b'2026-11-20,"USD 1,234,567.5",x', 123_456_750),
    ],
)
def test_other_spellings_are_read(head: bytes, row: bytes, minor: int) -> None:
    [line] = read(b"\xef\xbb\xbf" + head + b"\n" + row + b"\n")
    assert (line.amount_minor, line.booked_on) == (minor, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"", "no column Date"),
        (b"Date,Amount\n", "no column Reference"),
        (b"Date,Amount,Text\n2026-11-20,ten,x\n", "Line 2: 'ten' is not an amount"),
        (b"Date,Amount,Text\n2026-11-20,1.005,x\n", "Line 2: '1.005' is not an amount"),
        (b"Date;Amount;Text\n2026-11-20;12,5;x\n", "Line 2: '12,5' is not an amount"),
        (b"Date;Amount;Text\n2026-11-20;1,23,456;x\n", "Line 2: '1,23,456' is not an amount"),
        (b"Date;Amount;Text\n2026-11-20;1.2.3,45;x\n", "Line 2: '1.2.3,45' is not an amount"),
        (b"Date,Amount,Text\n2026-11-20,1_0,x\n", "Line 2: '1_0' is not an amount"),
        (b"Date,Amount,Text\n2026-11-20," + b"9" * 30 + b",x\n", "is not an amount"),
        (b"Date,Amount,Text\n2026-11-20,.,x\n", "Line 2: '.' is not an amount"),
        (b"Date,Amount,Text\n2026-11-20,1e3,x\n", "Line 2: '1e3' is not an amount"),
        ("Date,Amount,Text\n2026-11-20,€ 5,x\n".encode(), "Line 2: '€ 5' is not in USD"),
        (b"Date,Amount,Currency,Text\n2026-11-20,5 USD,EUR,x\n", "'5 USD' is not in EUR"),
        (b"Date,Amount,Text\n2026-13-20,1,x\n", "Line 2: '2026-13-20' is not a day"),
        (b'Date,Amount,Text\n2026-11-20,1,"' + b"x" * 200_000, "Line 2 is not CSV"),
        (b"x" * (bank.LARGEST + 1), "larger than 5 MB"),
        (b"Date,Amount,Text\n" + b"2026-11-20,1,x\n" * (bank.MOST_LINES + 1), "more than 20,000"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(bank.Unreadable, match=said):
        read(data)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for head in (b"", b"Date,Amount,Text\n"):
        try:
            assert all(line.amount_minor > 0 for line in read(head + data))
        except bank.Unreadable:
            continue
