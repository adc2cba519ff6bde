"""Ages and days of the same units in several holdings, where a specification links their parts.

Linked parts share the codes of their units, so who reads both packages adds the age in one to the
days in the other (`privacy.md` A12). A build therefore reads what the linked parts tell of its
units, and withholds by all of it. Where it cannot, nobody may sign: the rows of a described holding
are not ours to read, by another key than that of the units nothing says whose age it is, and what
later editions will tell of people whose dates have left is not known yet.
"""

import functools
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.links import namespaces
from muniment.dataplane.methods import dated_text
from muniment.dataplane.policy import ages, beside, computed, fitting, persons
from muniment.dataplane.spec import derived, holding
from muniment.dataplane.spec.derived import leaving
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.specification import Part, Specification

Chosen = Mapping[tuple[str, str], ages.Rules]


def rules_of(part: Part, source: holding.Holding, rules: ages.Rules) -> dict[str, Release]:
    """Those of the columns that one part releases."""
    named = (f"{table.name}.{field.name}" for table, field in persons.fields_of(part, source))
    return {name: rules[name] for name in named if name in rules}


@dataclass(frozen=True, slots=True)
class Request:
    """A specification, its holdings, and the rules by which their columns leave."""

    asked: Specification
    holdings: holding.Holdings
    chosen: Chosen

    def beside(self, part: Part) -> tuple[Part, ...]:
        """The linked parts by whose ages and days those of a part are withheld; often none."""
        if not (self._of_holding(part).dates and self._together(part).both):
            return ()
        return tuple(other for other, is_same, told in self._linked(part) if is_same and told.any)

    def shows_ages_elsewhere(self, part: Part) -> bool:
        """Whether an age leaves with a linked part of another holding, by whichever key."""
        return any(told.ages for _, _, told in self._linked(part))

    def reasons(self, part: Part, *, over_time: bool) -> Iterator[refusals.Refusal]:
        """Every age and day of a part that could not be withheld where it would have to be.

        `over_time` says that later editions of the parts leave under the same codes.
        """
        source = self.holdings[part.holding, part.edition]
        rules, together = self.chosen[source.key], self._together(part)
        if together.both:
            listed = computed.listed(self.asked.parts, source)
            yield from ages.unguarded(leaving.widened(source, listed), rules)
        if together.ages or self.shows_ages_elsewhere(part):
            yield from _tested(part, source, rules)
            yield from _named(source, rules_of(part, source, rules))
        here = _told(part, source, rules)
        for other, is_same, there in self._linked(part):
            if (here.ages and there.dates) or (here.dates and there.ages):
                yield from self._apart(part, other, is_same=is_same, over_time=over_time)

    def _of_holding(self, part: Part) -> ages.Told:
        """What leaves of the part's holding tells, in whatever part."""
        source = self.holdings[part.holding, part.edition]
        listed = computed.listed(self.asked.parts, source)
        return ages.told(leaving.widened(source, listed), self.chosen[source.key], listed)

    def _linked(self, part: Part) -> Iterator[tuple[Part, bool, ages.Told]]:
        """The linked parts of other holdings: whether their units are the same, what they tell."""
        for other, is_same in namespaces.beside(self.asked, part, self.holdings):
            source = self.holdings[other.holding, other.edition]
            yield other, is_same, _told(other, source, self.chosen[source.key])

    def _together(self, part: Part) -> ages.Told:
        """What a part's holding and the parts linked to it tell of the same units."""
        linked = [told for _, is_same, told in self._linked(part) if is_same]
        return functools.reduce(operator.or_, linked, self._of_holding(part))

    def _apart(
        self, part: Part, other: Part, *, is_same: bool, over_time: bool
    ) -> Iterator[refusals.Refusal]:
        """Why the ages in one and the days in the other cannot be added up."""
        one, two = sorted((part, other), key=lambda each: each.id)
        sources = [self.holdings[each.holding, each.edition] for each in (one, two)]
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


def _told(part: Part, source: holding.Holding, rules: ages.Rules) -> ages.Told:
    """What leaves with one part tells."""
    widened = leaving.widened(source, part.derived)
    return ages.told(widened, rules_of(part, source, rules), part.derived)


def _tested(part: Part, source: holding.Holding, rules: ages.Rules) -> Iterator[refusals.Refusal]:
    """Derived variables that test a date: beside an age they would tell it where it is withheld."""
    for each in part.derived:
        where = f"{source.base_table}.{each.name}"
        rule = rules.get(where)
        leaves = rule is not None and rule.method is not Method.DROP
        if leaves and isinstance(each, derived.CountOf | derived.AnyOf) and _tells(each, source):
            says = "tests dates, some of which are withheld beside the ages; drop it"
            yield fitting.reason("derived-tells", where, says)


def _tells(each: derived.CountOf | derived.AnyOf, source: holding.Holding) -> bool:
    in_text = any(map(dated_text.names_date, leaving.texts(each)))
    return in_text or leaving.tests_calendar(each, source)


def _named(source: holding.Holding, rules: ages.Rules) -> Iterator[refusals.Refusal]:
    """Years that only the name of a column tells: they are not held beside ages."""
    for table, field, rule in ages.of_anybody(source, rules):
        if beside.shows_year(field, rule):
            says = (
                f"is named like a year, and none that shows an age over 89 could be withheld of "
                f"{field.type} values; drop it, or declare its type as year"
            )
            if rule.method is Method.KEEP:
                says += ' (its rule may say "calendar": false where it tells none)'
            yield fitting.reason("year-beside-age", f"{table.name}.{field.name}", says)
