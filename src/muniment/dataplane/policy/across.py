"""Ages and days of the same units in several holdings, where a specification links their parts.

Linked parts share the codes of their units, so who reads both packages adds the age in one to the
days in the other (`privacy.md` A12). A build therefore reads what the linked parts tell of its
units, and withholds by all of it. Where it cannot, nobody may sign: the rows of a described holding
are not ours to read, by another key than that of the units nothing says whose age it is, and what
later editions will tell of people whose dates have left is not known yet.
"""

import functools
import operator
from collections.abc import Iterator, Mapping, Sequence

from muniment.dataplane import refusals
from muniment.dataplane.links import namespaces
from muniment.dataplane.policy import ages, computed, fitting, persons
from muniment.dataplane.spec import derived, holding, specification
from muniment.dataplane.spec.derived import leaving
from muniment.dataplane.spec.fields import Method, Release

Key = tuple[str, str]
Chosen = Mapping[Key, ages.Rules]


def rules_of(
    part: specification.Part, source: holding.Holding, rules: ages.Rules
) -> dict[str, Release]:
    """Those of the columns that one part releases."""
    named = (f"{table.name}.{field.name}" for table, field in persons.fields_of(part, source))
    return {name: rules[name] for name in named if name in rules}


def beside(
    asked: specification.Specification,
    part: specification.Part,
    holdings: holding.Holdings,
    chosen: Chosen,
) -> tuple[specification.Part, ...]:
    """The linked parts by whose ages and days those of a part are withheld; often none."""
    if not (
        _own(asked, part, holdings, chosen).dates and _together(asked, part, holdings, chosen).both
    ):
        return ()
    linked = _linked(asked, part, holdings, chosen)
    return tuple(other for other, is_same, told in linked if is_same and told.any)


def reasons(
    asked: specification.Specification,
    holdings: holding.Holdings,
    parts: Sequence[specification.Part],
    chosen: Chosen,
    *,
    over_time: bool = False,
) -> Iterator[refusals.Refusal]:
    """Every age and day that could not be withheld from somebody, where one would have to be.

    `over_time` says that later editions of these parts leave under the same codes.
    """
    for part in parts:
        source = holdings[part.holding, part.edition]
        together = _together(asked, part, holdings, chosen)
        if together.both:
            widened = leaving.widened(source, computed.listed(parts, source))
            yield from ages.unguarded(widened, chosen[source.key])
        if together.ages:
            yield from _tested(part, source, chosen[source.key])
        here = _told(part, source, chosen[source.key])
        for other, is_same, there in _linked(asked, part, holdings, chosen):
            if (here.ages and there.dates) or (here.dates and there.ages):
                yield from _apart(holdings, part, other, is_same=is_same, over_time=over_time)


def _tested(
    part: specification.Part, source: holding.Holding, rules: ages.Rules
) -> Iterator[refusals.Refusal]:
    """Derived variables that test a date: beside an age they would tell it where it is withheld."""
    for each in part.derived:
        where = f"{source.base_table}.{each.name}"
        rule = rules.get(where)
        leaves = rule is not None and rule.method is not Method.DROP
        is_test = isinstance(each, derived.CountOf | derived.AnyOf)
        if leaves and is_test and leaving.tests_calendar(each, source):
            says = "tests dates, some of which are withheld beside the ages; drop it"
            yield fitting.reason("derived-tells", where, says)


def _apart(
    holdings: holding.Holdings,
    part: specification.Part,
    other: specification.Part,
    *,
    is_same: bool,
    over_time: bool,
) -> Iterator[refusals.Refusal]:
    """Why the ages in one and the days in the other cannot be added up."""
    one, two = sorted((part, other), key=lambda each: each.id)
    sources = [holdings[each.holding, each.edition] for each in (one, two)]
    described = [each for each in sources if each.kind is holding.Kind.DESCRIBED]
    if not is_same:
        why = "the link is not by the key that tells whom the rows of both are about"
    elif described:
        why = f"the files of {described[0].holding} are built elsewhere"
    elif over_time:
        why = "people are followed into later editions of each"
    else:
        return
    message = (
        f"Parts {one.id} and {two.id} are linked, with ages in one and dates in the other, and "
        f"{why}, so no age over 89 could be withheld. Drop the ages or the dates, or take the "
        "link out; have terms signed anew."
    )
    yield refusals.Refusal("ages-across-link", message, {"parts": [one.id, two.id]})


def _own(
    asked: specification.Specification,
    part: specification.Part,
    holdings: holding.Holdings,
    chosen: Chosen,
) -> ages.Told:
    """What leaves of the part's holding tells, in whatever part: its readers are often the same."""
    key = part.holding, part.edition
    listed = computed.listed(asked.parts, holdings[key])
    return ages.told(leaving.widened(holdings[key], listed), chosen[key], listed)


def _linked(
    asked: specification.Specification,
    part: specification.Part,
    holdings: holding.Holdings,
    chosen: Chosen,
) -> Iterator[tuple[specification.Part, bool, ages.Told]]:
    """The linked parts of other holdings: whether their units are the same, and what they tell."""
    for other, is_same in namespaces.beside(asked, part, holdings):
        source = holdings[other.holding, other.edition]
        yield other, is_same, _told(other, source, chosen.get(source.key, {}))


def _told(part: specification.Part, source: holding.Holding, rules: ages.Rules) -> ages.Told:
    """What leaves with one part tells."""
    widened = leaving.widened(source, part.derived)
    return ages.told(widened, rules_of(part, source, rules), part.derived)


def _together(
    asked: specification.Specification,
    part: specification.Part,
    holdings: holding.Holdings,
    chosen: Chosen,
) -> ages.Told:
    """What a part and those that are linked to it tell of the same units."""
    linked = _linked(asked, part, holdings, chosen)
    known = [told for _, is_same, told in linked if is_same]
    return functools.reduce(operator.or_, known, _own(asked, part, holdings, chosen))
