"""The first three digits of a ZIP code, or 000 (45 CFR 164.514(b)(2)(i)(B)).

000 where the area holds 20,000 people or fewer in any of the chosen censuses, where a chosen
census lists all areas and not this one, for military mail, and for whatever is not a US ZIP code
of five or nine digits written as text: a code that lost its leading zero is not guessed at. A
foreign code of five digits looks like a US one; give such a column `drop`.
"""

from collections.abc import Mapping

from sqlglot import exp

from muniment.dataplane import reference
from muniment.dataplane.compile import nodes
from muniment.dataplane.methods.place import Need, Place, either, missing
from muniment.dataplane.spec.values import FieldType

LEAVES = True
NEEDS: frozenset[Need] = frozenset()
HIDDEN = "000"
SHOWN, NOT_SHOWN = "1", "0"
INT = exp.DataType(this=exp.DataType.Type.INT)
FORM = r"^[0-9]{5}(-?[0-9]{4})?\z"
# APO, FPO and DPO prefixes of the US Postal Service: they place nobody, and few people hold each.
MILITARY = frozenset({*(f"{n:03}" for n in range(90, 100)), "340", *map(str, range(962, 967))})


def result(kind: FieldType) -> FieldType:
    return FieldType.STRING


def words(params: Mapping[str, object]) -> str:
    return (
        "The first three digits of the ZIP code; 000 for areas of 20,000 people or fewer in "
        f"Census {', '.join(years(params))}, and for codes that are not US ZIP codes."
    )


def apply(column: exp.Expression, *, place: Place, params: Mapping[str, object]) -> exp.Expression:
    # Named, since without it engines strip spaces of different kinds.
    written = exp.Trim(this=column.copy(), expression=nodes.text(" "))
    first = exp.Substring(this=written.copy(), start=nodes.number(1), length=nodes.number(3))
    fits = exp.RegexpLike(this=written, expression=nodes.text(FORM))
    # One sign of one text is compared faster than eight hundred prefixes.
    number = exp.TryCast(this=first.copy(), to=INT.copy())
    sign = exp.Substring(
        this=nodes.text(_signs(params)),
        start=exp.Add(this=nodes.number(1), expression=number),
        length=nodes.number(1),
    )
    shown = nodes.every([fits, exp.EQ(this=sign, expression=nodes.text(SHOWN))])
    hidden = nodes.text(HIDDEN)
    return either([(missing(column), exp.Null()), (shown, first)], default=hidden)


def prefixes(params: Mapping[str, object]) -> tuple[bool, frozenset[str]]:
    """(True, prefixes that may be shown), or (False, prefixes that must not be).

    The second form is for censuses of which only the restricted list was published.
    """
    tables = [reference.zip3(year) for year in years(params)]
    never = MILITARY.union({HIDDEN}, *(table.restricted for table in tables))
    complete = [table.known for table in tables if table.known is not None]
    if not complete:
        return False, never
    return True, frozenset.intersection(*complete) - never


def _signs(params: Mapping[str, object]) -> str:
    """A sign for each prefix from 000 to 999: whether it may be shown."""
    allowed, listed = prefixes(params)
    each = (f"{number:03}" for number in range(1000))
    return "".join(SHOWN if (prefix in listed) == allowed else NOT_SHOWN for prefix in each)


def years(params: Mapping[str, object]) -> list[str]:
    """The chosen censuses."""
    listed = params["tables"]
    assert isinstance(listed, list | tuple)
    return [str(year) for year in listed]
