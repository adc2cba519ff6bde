"""Withhold a cell that names a date and is declared as text or as a number, beside ages.

Such a date tells how old somebody became as any date does (45 CFR 164.514(b)(2)(i)(C), `over90`).
Which day it is cannot be told for sure: 3/4/2012 is two, and a text may name several. So beside
ages the cell is missing, whatever day it names: a day, a month or a quarter of a year from 1800 to
2099, in digits or with the English name of a month, or a number of eight digits such as 20120301. A
column that is declared as a date keeps the dates that show no age over 89. A year alone is left: as
often it is a code.

This is no method of its own: it is laid over the methods that show a value as it is held, or nearly
so.
"""

import re

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import either
from muniment.dataplane.spec.fields import Field, Method, Release
from muniment.dataplane.spec.values import FieldType

WORDS = " Missing where it names a date, which could show an age over 89."
SHOWS_TEXT = frozenset({Method.KEEP, Method.RARE_MERGE})
SHOWS_NUMBER = frozenset({Method.KEEP, Method.ROUND, Method.TOP_BOTTOM, Method.MARK, Method.BANDS})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
# Numbers of eight digits that may be a date, 20120301.
WHOLE_DATES = (18_000_101, 20_991_231)


def _in_any_case(words: str) -> str:
    """A form of small letters for large ones too; engines disagree about (?i) beyond ASCII."""
    return re.sub("[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", words)


_YEAR = "(1[89]|20)[0-9]{2}"
_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_SHORT = "(0?[1-9]|[12][0-9]|3[01])"
_NAMED = _in_any_case(
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|"
    "oct(ober)?|nov(ember)?|dec(ember)?)"
)
_NTH = _in_any_case("(st|nd|rd|th)")
_DASH = "[-/.\u2010-\u2015\u2212]"
_IN_DIGITS = (
    rf"{_YEAR}{_DASH}{_MONTH}{_DASH}{_DAY}",  # 2012-03-01
    rf"{_YEAR}[-/](0?[1-9]|1[0-2])[-/]{_SHORT}",  # 2012/3/1
    rf"{_SHORT}{_DASH}{_SHORT}{_DASH}{_YEAR}",  # 3/1/2012, 01.03.2012
    rf"{_YEAR}([ -]?[Qq][1-4]|-W[0-5][0-9])",  # 2012-Q1, 2012-W09
    rf"([Qq][1-4]|[1-4][Qq])[ -]?{_YEAR}",  # Q1 2012, 1Q2012
)
_IN_WORDS = (
    rf"{_NAMED}[ .,/-]*({_SHORT}{_NTH}?[ ,]+)?{_YEAR}",  # 01MAR2012, March 1st, 2012
    rf"{_YEAR}[ .,/-]*{_NAMED}",  # 2012 Mar 1
)
# Only where there is nothing else: within other text they may be a piece of a code.
_ALONE = (
    rf"{_YEAR}{_MONTH}{_DAY}([0-9]{{4}}([0-9]{{2}})?)?",  # 20120301
    rf"{_YEAR}-{_MONTH}",  # 2012-03
    rf"{_SHORT}[/-]{_YEAR}",  # 3/2012
    rf"{_SHORT}/{_SHORT}/[0-9]{{2}}",  # 3/1/12
    rf"{_SHORT}[ -]?{_NAMED}[ -]?[0-9]{{2}}",  # 01-MAR-12
)
# DuckDB (RE2), Spark (Java) and Python read this alike.
FORM = (
    rf"([\s\S]*[^0-9])?({'|'.join(_IN_DIGITS)})([^0-9][\s\S]*)?"
    rf"|([\s\S]*[^A-Za-z])?({'|'.join(_IN_WORDS)})([^0-9A-Za-z][\s\S]*)?"
    rf"| *({'|'.join(_ALONE)}) *"
)
_COMPILED = re.compile(FORM)


def names_date(text: str) -> bool:
    """Whether a text names a date."""
    return _COMPILED.fullmatch(text) is not None


def may_name_date(field: Field, rule: Release) -> bool:
    """Whether a date may stand in a column of text or numbers and leave: declared values are known.

    A number is taken for none where its rule says `"calendar": false`, or that it is an age.
    """
    if field.codes and not any(map(names_date, field.codes)):
        return False
    if field.type is FieldType.STRING:
        return rule.method in SHOWS_TEXT
    says_none = rule.params.get("calendar") is False or "of" in rule.params
    return field.type in NUMBERS and rule.method in SHOWS_NUMBER and not says_none


def without_dates(
    treated: exp.Expression, *, held: exp.Expression, kind: FieldType
) -> exp.Expression:
    """A treated column, missing where the cell as held, text or a number, names a date."""
    if kind is FieldType.STRING:
        return either([(_names_date(held), exp.Null())], default=treated)
    low, high = (nodes.number(end) for end in WHOLE_DATES)
    # Engines round a half to different numbers where they cast it, and not every number fits.
    whole = exp.TryCast(this=exp.Floor(this=held.copy()), to=nodes.BIGINT.copy())
    digits = exp.Cast(this=whole, to=nodes.VARCHAR.copy())
    near = exp.Between(this=held.copy(), low=low, high=high)
    named = exp.And(this=near, expression=_names_date(digits))
    return either([(named, exp.Null())], default=treated)


def _names_date(text: exp.Expression) -> exp.Expression:
    return nodes.call("regexp_full_match", text.copy(), nodes.text(FORM))
