"""What a written value means for a column's type."""

import datetime
from decimal import Decimal

import pytest

from muniment.dataplane.spec import values
from muniment.dataplane.spec.values import FieldType

MOMENT = datetime.datetime.fromisoformat


@pytest.mark.parametrize(
    ("written", "kind", "meant"),
    [
        ("abc", FieldType.STRING, "abc"),
        ("65", FieldType.INTEGER, 65),
        (65, FieldType.INTEGER, 65),
        ("-007", FieldType.INTEGER, -7),
        ("+7", FieldType.INTEGER, 7),
        ("2012", FieldType.YEAR, 2012),
        (2012, FieldType.YEAR, 2012),
        ("1.50", FieldType.NUMBER, Decimal("1.50")),
        (".5", FieldType.NUMBER, Decimal("0.5")),
        ("1e-3", FieldType.NUMBER, Decimal("0.001")),
        (3, FieldType.NUMBER, Decimal(3)),
        ("true", FieldType.BOOLEAN, True),
        (0, FieldType.BOOLEAN, False),
        ("2012-02-29", FieldType.DATE, datetime.date(2012, 2, 29)),
        ("2012-02-29T10:00:00", FieldType.DATETIME, MOMENT("2012-02-29 10:00:00")),
        ("2012-02-29T10:00:00.5Z", FieldType.DATETIME,
         MOMENT("2012-02-29 10:00:00.500")),
        ("2012-02-29T10:00:00+02:00", FieldType.DATETIME, MOMENT("2012-02-29 08:00:00")),
    ],
)  # fmt: skip
def test_a_value_of_the_type_is_read(written: int | str, kind: FieldType, meant: object) -> None:
    read = values.of(written, kind=kind)
    assert read == meant
    assert type(read) is type(meant)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (65, FieldType.STRING),
        ("6.5", FieldType.INTEGER),
        ("65\n", FieldType.INTEGER),
        ("1" * 19, FieldType.INTEGER),
        ("٣", FieldType.INTEGER),
        ("12", FieldType.YEAR),
        ("0012", FieldType.YEAR),
        ("NaN", FieldType.NUMBER),
        ("inf", FieldType.NUMBER),
        ("1,5", FieldType.NUMBER),
        (".", FieldType.NUMBER),
        ("yes", FieldType.BOOLEAN),
        ("2013-02-29", FieldType.DATE),
        ("2012-2-9", FieldType.DATE),
        ("29/02/2012", FieldType.DATE),
        ("2012-02-29", FieldType.DATETIME),
        ("2012-02-29T24:00:00", FieldType.DATETIME),
        ("2012-02-29 10:00:00", FieldType.DATETIME),
        ("9999-12-31T23:00:00-05:00", FieldType.DATETIME),
    ],
)
def test_anything_else_is_no_value(written: int | str, kind: FieldType) -> None:
    assert values.of(written, kind=kind) is None


def test_a_column_may_have_its_own_words_for_true_and_false() -> None:
    assert values.of("Y", kind=FieldType.BOOLEAN, true=("Y",), false=("N",)) is True
    assert values.of("true", kind=FieldType.BOOLEAN, true=("Y",), false=("N",)) is None
