"""Queries that Django builds once: their SQL is kept, and asked again with other values.

To build a query of a dozen conditions and to write it as SQL costs several times what the database
needs to answer it (figures W1 and W2). The conditions stay what they are, querysets in one place;
here only the text that came out of them is kept, with the places where the values stand.

    @prepared.query
    def _open_holds(*, case: int) -> QuerySet: return models.Hold.objects.filter(case=case, ...)

    _open_holds(case=7)

What is passed by position is the query's shape, on which its text may depend; what is passed by
name is a value, which it may only compare with. In the first call of a shape each value is a
stand-in that occurs nowhere else, and is looked for in what came out.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
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
Value = int | str | date | datetime | tuple[int, ...]
Build = Callable[..., QuerySet[Any, Any]]
Row = Any
"""An instance for a queryset of instances; a tuple for `values_list`."""


class query:
    """A function that builds a queryset; calling it gives the rows."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._kept: dict[Hashable, _Statement | None] = {}

    def __call__(self, *shape: Hashable, **values: Value) -> list[Row]:
        """The rows for these values; one query, or none where nothing can be found."""
        padded = {name: _padded(value) for name, value in values.items()}
        lengths = tuple(len(each) if isinstance(each, tuple) else 0 for each in padded.values())
        key = (shape, lengths)
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = _written(self._build, shape, padded)
        statement = self._kept[key]
        return [] if statement is None else statement.rows(padded)

    def first(self, *shape: Hashable, **values: Value) -> Row | None:
        """The first of them, or None."""
        return next(iter(self(*shape, **values)), None)

    def one(self, *shape: Hashable, **values: Value) -> Row:
        """The only one; raises ValueError where there are none or several."""
        (row,) = self(*shape, **values)
        return row


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
    """The statement of one shape; None where Django knows that it finds nothing."""
    stand_ins = {
        name: _stand_in(value, place) for place, (name, value) in enumerate(values.items())
    }
    queryset = build(*shape, **stand_ins)
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        text, given = compiler.as_sql()
    except EmptyResultSet:
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


def _stand_in(value: Value, place: int) -> Value:
    """A value of the same kind that no query holds by itself."""
    if isinstance(value, tuple):
        return tuple(_NUMBER - 1_000 * place - each for each in range(len(value)))
    if isinstance(value, int):
        return _NUMBER - 1_000 * place
    if isinstance(value, datetime):
        return _MOMENT + timedelta(days=place)
    if isinstance(value, date):
        return _DAY + timedelta(days=place)
    return f"{_TEXT} {place}"


_NUMBER, _TEXT = -1_999_000_000, "a value that stands in for another, number"
_DAY, _MOMENT = date(2, 1, 1), datetime(3, 1, 1, tzinfo=UTC)
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
        elif _TEXT in str(each):
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
