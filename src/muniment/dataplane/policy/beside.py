"""What may not stand beside a shifted date: a true date, year, season, month (`privacy.md` A9)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from muniment.dataplane import links, refusals
from muniment.dataplane.policy import fitting, persons
from muniment.dataplane.spec import fields, holding, specification
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.values import CALENDAR

Chosen = Mapping[tuple[str, str], Mapping[str, Release]]

# A column whose name ends or begins so tells when something was, whatever its type.
CALENDAR_NAME = re.compile(
    r"(.*[_\s.-])?(year|yr|season|quarter|qtr|month)|(year|yr|season|quarter|qtr|month)_of_.*",
    re.IGNORECASE,
)
SHOWING = frozenset(
    {
        Method.KEEP, Method.YEAR, Method.BANDS, Method.ROUND, Method.TOP_BOTTOM, Method.MARK,
        Method.RARE_MERGE, Method.ROLL_UP,
    }
)  # fmt: skip


def shown_years(
    asked: specification.Specification,
    holdings: holding.Holdings,
    parts: Sequence[specification.Part],
    chosen: Chosen,
) -> Iterator[refusals.Refusal]:
    """A true date or year gives a shift away: in the same part, in another part of the same
    holding, or in a part that is linked."""
    for part in parts:
        shifted = [where for where, _, rule in _treated(part, holdings, chosen) if _shifts(rule)]
        if not shifted:
            continue
        group = links.group_of(asked, part.id)
        for other in parts:
            if other.holding != part.holding and other.id not in group:
                continue
            for where, field, rule in _treated(other, holdings, chosen):
                if rule is not None and shows_calendar(field, rule):
                    says = (
                        "shows a true year, season or month beside the shifted dates of "
                        f"{shifted[0]}; drop one"
                    )
                    yield fitting.reason("year-beside-shift", where, says)


def shows_calendar(field: fields.Field, rule: Release) -> bool:
    """By its type, or by its name unless the rule says `"calendar": false`."""
    if rule.method not in SHOWING or rule.params.get("calendar") is False:
        return rule.method in SHOWING and field.type in CALENDAR
    dated = field.type in CALENDAR or rule.method is Method.YEAR
    return dated or field.is_named_year or CALENDAR_NAME.fullmatch(field.name) is not None


def shows_year(field: fields.Field, rule: Release) -> bool:
    """Whether a column shows years and only its name says so: their type would be another."""
    if rule.method not in SHOWING or rule.method is Method.YEAR or "of" in rule.params:
        return False
    return field.is_named_year and rule.params.get("calendar") is not False


def _treated(
    part: specification.Part, holdings: holding.Holdings, chosen: Chosen
) -> Iterator[tuple[str, fields.Field, Release | None]]:
    source = holdings[part.holding, part.edition]
    for table, field in persons.fields_of(part, source):
        where = f"{table.name}.{field.name}"
        yield where, field, chosen[source.key].get(where)


def _shifts(rule: Release | None) -> bool:
    return rule is not None and rule.method is Method.WEEKLY_SHIFT
