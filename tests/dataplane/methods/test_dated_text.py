"""Which text names a date, the same to the engine and to a reader of declared values."""

import duckdb
import pytest
from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import dated_text
from muniment.dataplane.spec import holding
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.values import FieldType
from tests.dataplane import tables

DATED = [
    "2012-03-01", "2012-03-01T10:30:00Z", "2012-03", " 2012-03 ", "2012/03/01", "2012.03.01",
    "from 2012-03-01 to 2012-03-04", "S-2012-03-01", "3/1/2012", "01.03.2012", "31-12-1899",
    "3/2012", "12-2012", "20120301", "201203011030", "20120301103000", "01MAR2012", "01-Mar-2012",
    "March 1st, 2012", "Mar. 2012", "seen in sept 2012", "2012 Mar 1", "2012-Q1", "Q1 2012",
    "2012q4", "line\n2012-03-01\nline", "1800-01-31", "2012-3-1", "2012–03–01",
    "2012-W09-4", "1Q2012", "01-MAR-12", "1Mar12", "3/1/12", "2099-12-01", "2012-02-31",
]  # fmt: skip
UNDATED = [
    "", "2012", "1991", "8140/3", "12012-03-01", "2012-03-011", "2012-13-01", "2012-00-10",
    "2012-10-32", "1700-01-01", "2100-01-01", "Marker 2012", "March", "marc 2012", "NCT01234567",
    "10.1200/JCO.2012.30.1", "32.13.2012", "201203", "2012030", "201203011", "X20120301",
    "a2012-03", "2012-Q5", "Q0 2012", "1-2-3", "May", "5 years", "1/2", "1-2-12", "2012.3.1",
    "T2 N0 M0", "Dec2012x", "augu\u017ft 2012",
]  # fmt: skip


@pytest.mark.parametrize("text", [*DATED, *UNDATED])
def test_text_that_names_a_date_is_missing_and_other_text_stays(text: str) -> None:
    cell = nodes.text(text)
    left = answered(dated_text.without_dates(cell, held=cell, kind=FieldType.STRING))
    assert left == (None if text in DATED else text)
    assert dated_text.names_date(text) is (text in DATED)


@pytest.mark.parametrize(
    ("number", "is_date"),
    [
        ("20120301", True),
        ("18000101", True),
        ("20991231", True),
        ("20120331.5", True),  # rounded it would be none
        ("20120332", False),
        ("20121301", False),
        ("18000100", False),
        ("20991232", False),
        ("2012", False),
        ("201203", False),
        ("-20120301", False),
        ("1e300", False),
        ("nan", False),
    ],
)
def test_a_number_that_is_a_date_is_missing_and_any_other_stays(number: str, is_date: bool) -> None:
    held = exp.Cast(this=nodes.text(number), to=nodes.DOUBLE.copy())
    near = nodes.number(5)  # what a method made of it
    left = answered(dated_text.without_dates(near, held=held, kind=FieldType.NUMBER))
    assert left == (None if is_date else 5)
    if number.isdigit():
        whole = nodes.number(int(number))
        tree = dated_text.without_dates(whole, held=whole, kind=FieldType.INTEGER)
        left = answered(tree)
        assert left == (None if is_date else int(number))


def answered(tree: exp.Expression) -> object:
    with duckdb.connect() as connection:
        [(found,)] = connection.execute("SELECT " + nodes.sql(tree)).fetchall()
    return found


@pytest.mark.parametrize(
    ("kind", "method", "codes", "may"),
    [
        ("string", "keep", (), True),
        ("string", "rare_merge", (), True),
        ("string", "keep", ("A", "2012"), False),
        ("string", "keep", ("A", "2012-03-01"), True),
        ("string", "year", (), False),
        ("string", "pseudonym", (), False),
        ("date", "keep", (), False),
        ("integer", "keep", (), True),
        ("number", "keep", (), True),
        ("integer", "keep", ("1", "2"), False),
        ("integer", "keep", ("1", "20120301"), True),
        ("integer", "round", (), True),
        ("integer", "bands", (), True),
        ("number", "top_bottom", (), True),
        ("number", "mark", (), True),
        ("integer", "top90", (), False),
        ("string", "roll_up", (), False),
        ("boolean", "keep", (), False),
    ],
)
def test_only_what_leaves_as_it_is_and_is_not_declared_may_name_one(
    kind: str, method: str, codes: tuple[str, ...], may: bool
) -> None:
    shape = tables.descriptor()
    note = next(f for f in shape["resources"][0]["schema"]["fields"] if f["name"] == "NOTE")
    note |= {"type": kind} | ({"constraints": {"enum": list(codes)}} if codes else {})
    field = holding.parse(shape).base.get_field("NOTE")
    assert dated_text.may_name_date(field, Release(Method(method))) is may
    said = Release(Method(method), {"calendar": False})
    assert dated_text.may_name_date(field, said) is (may and kind == "string")
    aged = Release(Method(method), {"of": "age"})
    assert dated_text.may_name_date(field, aged) is (may and kind == "string")
