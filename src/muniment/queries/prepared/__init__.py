"""Queries that Django builds once: their SQL is kept, and asked again with other values.

To build a query of a dozen conditions and to write it as SQL costs several times what the database
needs to answer it (figures W1 and W2). The conditions stay what they are, querysets in one place;
here only the text that came out of them is kept, with the places where the values stand.

    @prepared.query
    def _open_holds(*, case: int) -> QuerySet: return models.Hold.objects.filter(case=case, ...)

    _open_holds(case=7)

What is passed by position is the query's shape, on which its text may depend; what is passed by
name is a value, which it may only compare with: one, or a tuple that something is to be `in`. In
the first call of a shape each value is a stand-in that occurs nowhere else, and is looked for in
what came out.
"""

import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from . import planned

MOST = 500
"""Texts kept for one query; offices and filters make a few dozen."""
_UNKNOWN: Any = object()
Value = int | str | date | datetime | tuple[int, ...]
Build = Callable[..., QuerySet[Any, Any]]
Row = Any
"""An instance for a queryset of instances; a tuple for `values_list`."""


class query:
    """A function that builds a queryset; calling it gives the rows."""

    def __init__(self, build: Build) -> None:
        self.build = build
        """The same as a queryset, which Django writes anew: its rows are these rows."""
        self._kept: dict[Hashable, _Statement | None] = {}

    def __call__(self, *shape: Hashable, **values: Value) -> list[Row]:
        """The rows for these values; one query, or none where nothing can be found."""
        padded = {name: _padded(value) for name, value in values.items()}
        key = (shape, tuple(_kind(name, value) for name, value in padded.items()))
        statement = self._kept.get(key, _UNKNOWN)
        if statement is _UNKNOWN:
            statement = _written(self.build, shape, padded)
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = statement
        return [] if statement is None else statement.rows(padded)

    def first(self, *shape: Hashable, **values: Value) -> Row | None:
        """The first of them, or None."""
        return next(iter(self(*shape, **values)), None)

    def one(self, *shape: Hashable, **values: Value) -> Row:
        """The only one; raises ValueError where there are none or several."""
        (row,) = self(*shape, **values)
        return row


class fact(query):
    """A query that several parts of one page ask alike, such as for the offices of its reader."""

    def __call__(self, *shape: Hashable, **values: Value) -> list[Row]:
        """The rows, which during one look are asked for once."""
        seen = _LOOK.get()
        if seen is None:
            return super().__call__(*shape, **values)
        key = (self, shape, tuple(sorted(values.items())))
        if key not in seen:
            seen[key] = super().__call__(*shape, **values)
        return list(seen[key])


@contextmanager
def one_look() -> Iterator[None]:
    """The time of one look at a page, during which no fact changes; never that of a step."""
    token = _LOOK.set({})
    try:
        yield
    finally:
        _LOOK.reset(token)


_LOOK: ContextVar[dict[Hashable, list[Row]] | None] = ContextVar("look", default=None)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query's text, its constant values, the places of the others, and what the rows become."""

    text: str
    constants: tuple[Any, ...]
    places: tuple["_Place", ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    read: Callable[[tuple[Any, ...]], Row]
    one_plan: bool
    """Whether one plan serves all values; for the beginning of a word it does not."""

    def rows(self, values: Mapping[str, Value]) -> list[Row]:
        asked = list(self.constants)
        for position, name, number, form in self.places:
            value: Any = values[name]
            asked[position] = form(value if number is None else value[number])
        with (planned.cursor if self.one_plan else connection.cursor)() as cursor:
            cursor.execute(self.text, asked)
            found = cursor.fetchall()
        return [self.read(row) for row in self._converted(found)]

    def _converted(self, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not self.converters:
            return found
        rows = [list(row) for row in found]
        for place, converters, expression in self.converters:
            for row in rows:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return [tuple(row) for row in rows]


def _written(build: Build, shape: tuple[Hashable, ...], values: Mapping[str, Value]) -> Any:
    """The statement of one shape; None where Django knows that it finds nothing.

    Raises LookupError where it would with the values themselves: a field takes no stand-in.
    """
    stand_ins = _stand_ins(values)
    queryset = build(*shape, **stand_ins)
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        text, given = compiler.as_sql()
    except EmptyResultSet:
        if not _finds_nothing(build(*shape, **values)):
            raise LookupError(f"A value is not one that can stand in: {stand_ins}") from None
        return None
    places = tuple(_places(given, stand_ins))
    one_plan = all(form is not _beginning for *_, form in places)
    if one_plan and planned.is_on():
        text = planned.inlined(text, given, places={position for position, *_ in places})
        given = (None,) * len(places)
        places = tuple((number, *place[1:]) for number, place in enumerate(places))
    expressions = [each[0] for each in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(expressions)
    return _Statement(
        text,
        tuple(given),
        places,
        tuple((place, tuple(each), of) for place, (each, of) in converters.items()),
        _instances(compiler) if issubclass(queryset._iterable_class, ModelIterable) else tuple,
        one_plan,
    )


def _instances(compiler: Any) -> Callable[[tuple[Any, ...]], Row]:
    """How Django itself makes an instance of a row, with what was selected along with it."""
    info, annotations = compiler.klass_info, compiler.annotation_col_map or {}
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [each[0].target.attname for each in compiler.select[start:end]]
    # The stubs are those of a later Django, which asks for one thing more.
    along = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(row: tuple[Any, ...]) -> Row:
        made = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for populator in along:
            populator.populate(row, made)
        for name, place in annotations.items():
            setattr(made, name, row[place])
        return made

    return read


def _padded(value: Value) -> Value:
    """A list of keys made as long as the next power of two, so that few lengths are kept."""
    if not isinstance(value, tuple) or not value:
        return value
    return value + (value[-1],) * ((1 << (len(value) - 1).bit_length()) - len(value))


def _kind(name: str, value: Value) -> Hashable:
    """What of a value the text depends on."""
    return name, type(value), len(value) if isinstance(value, tuple) else None


def _finds_nothing(queryset: QuerySet[Any, Any]) -> bool:
    """Whether Django knows so without asking the database."""
    try:
        queryset.query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return True
    return False


def _stand_ins(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values of the same kinds that no query holds by itself, no two of them the same."""
    numbers = itertools.count(_NUMBER, -1)
    return {
        name: _stand_in(value, place, numbers) for place, (name, value) in enumerate(values.items())
    }


def _stand_in(value: Value, place: int, numbers: Iterator[int]) -> Value:
    if isinstance(value, tuple):
        return tuple(next(numbers) for _ in value)
    if isinstance(value, int):
        return next(numbers)
    if isinstance(value, datetime):
        return _MOMENT + timedelta(days=place)
    if isinstance(value, date):
        return _DAY + timedelta(days=place)
    return f"{_TEXT} {place}"


_NUMBER, _TEXT = -1_999_000_000, "a value that stands in for another, number"
_DAY, _MOMENT = date(2, 1, 1), datetime(3, 1, 1, tzinfo=UTC)
_CHANGED = re.compile(rf"\b199[89]\d{{6}}\b|^000\d-|{_TEXT}")
"""What a stand-in still looks like after something was done to it."""
_Place = tuple[int, str, int | None, Callable[[Any], Any]]
"""Position, name, place in a list of values, and the form in which this database takes it."""


def _places(given: Iterable[Any], stand_ins: Mapping[str, Value]) -> Iterator[_Place]:
    """Where the values stand. Raises LookupError where one was changed on its way there."""
    wanted: dict[Any, tuple[str, int | None, Callable[[Any], Any]]] = {}
    for name, value in stand_ins.items():
        if isinstance(value, tuple):
            wanted |= {each: (name, number, _as_it_is) for number, each in enumerate(value)}
        else:
            for form in _FORMS[type(value)]:
                wanted[form(value)] = (name, None, form)
    for position, each in enumerate(given):
        if isinstance(each, int | str | date) and each in wanted:
            yield position, *wanted[each]
        elif _CHANGED.search(str(each)):
            raise LookupError(f"A value is not compared with as it is: {each}")


def _as_it_is(value: Any) -> Any:
    return value


def _as_day(value: date) -> Any:
    return connection.ops.adapt_datefield_value(value)


def _as_moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _beginning(value: str) -> str:
    """A text as the pattern of what begins with it."""
    return f"{connection.ops.prep_for_like_query(value)}%"


_FORMS: dict[type, tuple[Callable[[Any], Any], ...]] = {
    int: (_as_it_is,),
    str: (_as_it_is, _beginning),
    date: (_as_day,),
    datetime: (_as_moment,),
}
"""The forms in which a database takes a value of each kind."""
