"""What a released table looks like from outside: names, types and words, no rows."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from muniment.dataplane.compile import questions
from muniment.dataplane.extract.aggregate import MEASURE, NUMBER, Grouped
from muniment.dataplane.extract.treat import Column, Treated
from muniment.dataplane.methods import bands, roll_up
from muniment.dataplane.methods import round as rounding
from muniment.dataplane.risk.coarse import Coarse
from muniment.dataplane.spec import answer, fields, holding, values
from muniment.dataplane.spec.fields import CODES, Field, Method
from muniment.dataplane.spec.values import FieldType

NUMBER_WORDS = (
    "Number of {units}, rounded to {rounding}; missing where fewer than {threshold}, or where "
    "hidden to protect another number."
)
MEASURE_WORDS = (
    "{said} over the {units} in the group who have a value, rounded to three digits; missing "
    "where the number is, where one or two of them dominate it, or to protect another."
)
COUNT = "protected_count"
# Values of these methods are the values held, or one code for each: keys stay keys.
FAITHFUL = frozenset({Method.KEEP, *CODES})


@dataclass(frozen=True, slots=True)
class OutColumn:
    """`stored` is its name in the session's table; `method` is what the manifest says.

    `labels` pairs those of its codes that have a declared label with it. `step` is what a number
    that bears a mark was rounded to, else 0.
    """

    name: str
    stored: str
    kind: FieldType
    title: str
    description: str
    method: str
    words: str
    codes: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()
    step: int = 0

    @property
    def is_held(self) -> bool:
        """Whether it comes from a column of the holding, as opposed to a count we made."""
        return self.method != COUNT

    @property
    def is_code(self) -> bool:
        """Whether rows can be sorted by it without saying how they lay before."""
        return self.method in CODES

    @property
    def held_labels(self) -> list[tuple[int | float | str, str]]:
        """The labels, each beside its code as the column holds it: text, a number, true or false.

        Codes of other types have none, nor those that the type does not have.
        """
        told = [(values.of(code, kind=self.kind), label) for code, label in self.labels]
        plain = [(float(v) if isinstance(v, Decimal) else v, label) for v, label in told]
        return [(v, label) for v, label in plain if isinstance(v, int | float | str)]


@dataclass(frozen=True, slots=True)
class OutKey:
    """A foreign key: `columns` point at `references` of the table called `table`."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutTable:
    """`name` is unique in the package and safe in a path; `held_as` is the holding's own name.

    `withheld` holds name, method and words of what does not leave. `in_order` says that the stored
    rows lie in an order of our own making, to be kept. `unit_code` is the stored name of the column
    that shows the code of the row's unit, where one leaves; `once` that no unit has two rows then.
    """

    part: str
    name: str
    held_as: str
    title: str
    unit: str
    stored: str
    columns: tuple[OutColumn, ...]
    withheld: tuple[tuple[str, str, str], ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[OutKey, ...]
    in_order: bool = False
    unit_code: str | None = None
    once: bool = False


def of_treated(part: str, tables: Iterable[Treated], source: holding.Holding) -> list[OutTable]:
    """The released tables of one part at record level, keys where they survived."""
    listed = list(tables)
    faithful = {
        table.table.name: {
            column.field.name
            for column in table.columns
            if column.rule.method in FAITHFUL and not isinstance(column, Coarse)
        }
        for table in listed
    }
    return [_of_treated(part, table, source, faithful) for table in listed]


def of_grouped(part: str, grouped: Grouped) -> OutTable:
    """The one table of an aggregate part."""
    source = grouped.scope.source
    columns = [
        OutColumn(
            name=field.name,
            stored=f"c{spot}",
            kind=FieldType.STRING,
            title=field.title,
            description=field.description,
            method="group",
            words="A declared group of values.",
            codes=_labels(field),
            labels=() if field.bands else field.labels,
        )
        for spot, field in enumerate(grouped.columns)
    ]
    return OutTable(
        part=part,
        name="counts",
        held_as=source.base_table,
        title=f"Counts of {answer.plural(source.unit)}, {source.title}",
        unit="group",
        stored=grouped.stored,
        columns=(*columns, *_numbers(grouped, [column.name for column in columns])),
        withheld=(),
        primary_key=tuple(field.name for field in grouped.columns),
        foreign_keys=(),
        in_order=True,
    )


def _labels(field: Field) -> tuple[str, ...]:
    """What stands in a grouping column: bands or codes, and a word where there is no value."""
    declared = tuple(band.label for band in field.bands) or field.codes
    return (*declared, questions.MISSING_LABEL) if declared else ()


def named(listed: list[OutTable], *, prefix: str, taken: set[str]) -> list[OutTable]:
    """The tables under names that no table of the package has yet, in keys too.

    Adds the names it gives to `taken`.
    """
    names: dict[str, str] = {}
    for table in listed:
        wanted = slug(prefix + table.name)
        spare = (f"{wanted}-{number}" for number in itertools.count(2))
        name = wanted if wanted not in taken else next(n for n in spare if n not in taken)
        taken.add(name)
        names[table.name] = name
    return [
        replace(
            table,
            name=names[table.name],
            foreign_keys=tuple(replace(key, table=names[key.table]) for key in table.foreign_keys),
        )
        for table in listed
    ]


def slug(text: str) -> str:
    """A name that is safe in a path and in a Data Package: small letters, digits, _ and -."""
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-") or "table"


def _numbers(grouped: Grouped, taken: list[str]) -> Iterable[OutColumn]:
    """The number of units in each group, then what was measured of them."""
    source = grouped.scope.source
    units = answer.plural(source.unit)
    yield _made(
        _free_name("number", taken),
        NUMBER,
        FieldType.INTEGER,
        f"Number of {units}",
        NUMBER_WORDS.format(units=units, rounding=source.rounding, threshold=source.threshold),
    )
    for spot, measure in enumerate(grouped.scope.part.measures):
        said = f"The {measure.kind} of {measure.variable}"
        yield _made(
            _free_name(f"{measure.kind}_{measure.variable}", [*taken, "number"]),
            f"{MEASURE}{spot}",
            FieldType.NUMBER,
            said,
            MEASURE_WORDS.format(said=said, units=units),
        )


def _made(name: str, stored: str, kind: FieldType, title: str, words: str) -> OutColumn:
    return OutColumn(
        name=name,
        stored=stored,
        kind=kind,
        title=title,
        description="",
        method=COUNT,
        words=words,
        codes=(),
    )


def _of_treated(
    part: str, treated: Treated, source: holding.Holding, faithful: dict[str, set[str]]
) -> OutTable:
    table = treated.table
    is_kept = faithful[table.name].issuperset(table.primary_key)
    return OutTable(
        part=part,
        name=table.name,
        held_as=table.name,
        title=table.title,
        unit=table.unit,
        stored=treated.stored,
        columns=tuple(_column(column) for column in treated.columns),
        withheld=tuple(_withheld(field, rule) for field, rule in treated.withheld),
        primary_key=table.primary_key if is_kept else (),
        foreign_keys=tuple(_keys(table, source, faithful)),
        unit_code=treated.unit_code,
        once=treated.once and treated.unit_code is not None,
    )


def _keys(
    table: holding.Table, source: holding.Holding, faithful: dict[str, set[str]]
) -> Iterable[OutKey]:
    """Only keys to the base table: every released row belongs to a released row of it."""
    pairs = source.find_join(table) or ()
    ours = tuple(here for _, here in pairs)
    theirs = tuple(there for there, _ in pairs)
    points_at_base = pairs and source.unit_key in theirs and source.base_table in faithful
    if not points_at_base:
        return
    if faithful[table.name].issuperset(ours) and faithful[source.base_table].issuperset(theirs):
        yield OutKey(ours, source.base_table, theirs)


def _column(column: Column) -> OutColumn:
    return OutColumn(
        name=column.field.name,
        stored=column.stored,
        kind=column.kind,
        title=column.field.title,
        description=column.field.description,
        method=column.rule.method.value,
        words=column.words,
        codes=_codes(column),
        labels=_declared_labels(column),
        step=rounding.step(column.rule.params) if column.rule.method is Method.MARK else 0,
    )


def _codes(column: Column) -> tuple[str, ...]:
    """Declared values, or the labels a method makes; never what happens to occur."""
    if isinstance(column, Coarse):
        return ()
    if column.rule.method is Method.BANDS:
        return tuple(bands.labels(column.rule.params, kind=column.field.type))
    if column.rule.method is Method.ROLL_UP:
        return tuple(roll_up.labels(column.rule.params))
    if column.rule.method is Method.KEEP:
        return column.field.codes
    if column.rule.method is Method.RARE_MERGE and column.field.codes:
        return tuple(dict.fromkeys([*column.field.codes, str(column.rule.params["into"])]))
    return ()


def _declared_labels(column: Column) -> tuple[tuple[str, str], ...]:
    """The labels of declared values that leave as they are held."""
    stays = column.rule.method in (Method.KEEP, Method.RARE_MERGE)
    return column.field.labels if stays and not isinstance(column, Coarse) else ()


def _withheld(field: fields.Field, rule: fields.Release) -> tuple[str, str, str]:
    from muniment.dataplane import methods

    return field.name, rule.method.value, methods.BY_NAME[rule.method].words(rule.params)


def _free_name(name: str, taken: list[str]) -> str:
    folded = {each.casefold() for each in taken}
    while name in folded:
        name += "_"
    return name
