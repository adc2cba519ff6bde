"""Requests by the thousand: every row that hangs on one request that was walked, copied in SQL.

A clone is what the real actions wrote, with keys, reference, title, days, applicant and search
words of its own. Its ledger entries are copied as they stand, so their hashes are right in length
only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connection, models

from muniment.models import Case, ClockSegment, Entry, Person, Salt, SearchWord
from muniment.queries import queue

TO_A_PERSON, TO_A_WORD, DAYS = 10, 25, 300
"""Requests of one applicant; requests that one word of a title finds; days they are spread over."""
Model = type[models.Model]


@dataclass(frozen=True)
class Template:
    """A walked request and the rows that hang on it, by model."""

    case: Case
    thin: bool = False
    """Whether a clone keeps only its row, its clock, its ledger and the words of its title."""

    @cached_property
    def rows(self) -> dict[Model, list[int]]:
        """Model to the keys of its rows, however many relations away from the request."""
        found: dict[Model, list[int]] = {Case: [self.case.pk]}
        if self.thin:
            return found | {ClockSegment: self._hanging(ClockSegment, found)}
        grown = True
        while grown:
            grown = False
            for model in apps.get_app_config("muniment").get_models():
                if model is not Case and (keys := self._hanging(model, found)):
                    grown = grown or keys != found.get(model)
                    found[model] = keys
        return found

    def _hanging(self, model: Model, found: Mapping[Model, list[int]]) -> list[int]:
        hangs = models.Q(pk__in=[])
        for field in _relations(model, found):
            hangs |= models.Q(**{f"{field.name}__in": found[field.related_model]})
        return sorted(model._default_manager.filter(hangs).values_list("pk", flat=True))


def reference(number: int) -> str:
    """The reference of a clone by its number."""
    return f"CLONE-{number:07}"


def thin_size(cursor: Any) -> int:
    """Bytes, with indexes, of what thin clones add to."""
    tables = [each._meta.db_table for each in (Case, ClockSegment, Entry, Person)]
    cursor.execute(
        "SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t", [tables]
    )
    return int(cursor.fetchone()[0])


def clone(template: Template, first: int, last: int) -> None:
    """Make the clones of these numbers, both included; constraints hold but are not asked again."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        bases = {model: _highest(cursor, model) for model in (*template.rows, Person)}
        batch = _Batch(template, bases, first, last)
        for statements in (batch.of_models(), batch.of_the_ledger(), batch.beside()):
            for statement, values in statements:
                cursor.execute(statement, values)
            for model in bases:
                _move_sequence(cursor, model)
        cursor.execute("SET session_replication_role = origin")


@dataclass(frozen=True)
class _Batch:
    """The statements for one run of numbers; `n` is the clone's number in all of them."""

    template: Template
    bases: dict[Model, int]
    first: int
    last: int

    def of_models(self) -> Iterator[tuple[str, list[Any]]]:
        """One statement for each table."""
        for model, keys in self.template.rows.items():
            fields = [field for field in model._meta.concrete_fields if not field.generated]
            columns = ", ".join(f'"{field.column}"' for field in fields)
            chosen = ", ".join(self._value(model, field) for field in fields)
            which = "t.id = ANY(%s)"
            if model is SearchWord:
                case = self.template.case
                own = sorted(queue.words_of(case.reference, case.title))
                yield self._copy(
                    model, columns, chosen, f"{which} AND t.word <> ALL(%s)", keys, own
                )
            else:
                yield self._copy(model, columns, chosen, which, keys)

    def of_the_ledger(self) -> Iterator[tuple[str, list[Any]]]:
        """The entries of the request's chain, with their salts unless it is thin."""
        for model in (Entry,) if self.template.thin else (Entry, Salt):
            fields = [field for field in model._meta.concrete_fields if field.column != "id"]
            columns = ", ".join(f'"{field.column}"' for field in fields if field.column)
            chosen = ", ".join(
                self._moved(Case, "t.subject_id") if field.column == "subject_id"
                else f't."{field.column}"'
                for field in fields if field.column
            )  # fmt: skip
            which = "t.subject_kind = 'case' AND t.subject_id = %s"
            yield self._copy(model, columns, chosen, which, self.template.case.pk)

    def beside(self) -> Iterator[tuple[str, list[Any]]]:
        """An applicant for every ten, the words of each reference and title, the floor's rows."""
        person = list(Person._meta.concrete_fields)
        columns = ", ".join(f'"{field.column}"' for field in person)
        chosen = ", ".join(
            self._applicant() if field.primary_key
            else self._unlike(field) if field.unique
            else _NAME if field.name == "name" else f't."{field.column}"'
            for field in person
        )  # fmt: skip
        once = f"t.id = %s AND (n - %s) %% {TO_A_PERSON} = 0"
        yield self._copy(Person, columns, chosen, once, self.template.case.applicant_id, self.first)
        numbers, case = "generate_series(%s::bigint, %s) AS n", self._moved(Case)
        words = f"(VALUES ('clone'), (lpad(n::text, 7, '0')), ({_WORD}), {_ITS_WORDS})"
        yield (
            f"INSERT INTO {SearchWord._meta.db_table} (case_id, word, in_answers) "
            f"SELECT {case}, word, false FROM {numbers} CROSS JOIN LATERAL {words} AS w(word)",
            [self.first, self.last],
        )
        yield (
            "INSERT INTO floor_application "
            "(reference, applicant_id, title, state, created_at, updated_at, answers) "
            "SELECT 'CLONE-' || lpad(n::text, 7, '0'), n, %s, 'SUBMITTED', now(), now(), '{}' "
            f"FROM {numbers}",
            [self.template.case.title, self.first, self.last],
        )

    def _copy(
        self, model: Model, columns: str, chosen: str, which: str, *values: Any
    ) -> tuple[str, list[Any]]:
        table = model._meta.db_table
        return (
            f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table} AS t "
            f"CROSS JOIN generate_series(%s::bigint, %s) AS n WHERE {which}",
            [self.first, self.last, *values],
        )

    def _value(self, model: Model, field: Any) -> str:
        column = f't."{field.column}"'
        if field.primary_key:
            return self._moved(model)
        if model is Case and field.name in _OF_A_CASE:
            return _OF_A_CASE[field.name].format(column=column)
        if model is Case and field.name == "applicant":
            return self._applicant()
        if field.is_relation and field.related_model in self.template.rows:
            return f"COALESCE({self._moved(field.related_model, column)}, {column})"
        return self._unlike(field) if field.unique else column

    def _moved(self, model: Model, column: str = "") -> str:
        """The key of a clone's row from the template's; without a column, the request's own."""
        keys = self.template.rows[model]
        rank = f"array_position(ARRAY{keys}::bigint[], {column})" if column else "1"
        if not column and model is not Case:
            rank = f"array_position(ARRAY{keys}::bigint[], t.id)"
        return f"{self.bases[model]} + (n - {self.first}) * {len(keys)} + {rank}"

    def _applicant(self) -> str:
        return f"{self.bases[Person]} + 1 + (n - {self.first}) / {TO_A_PERSON}"

    @staticmethod
    def _unlike(field: Any) -> str:
        """A text that must be the only one of its kind."""
        seed = f"t.\"{field.column}\" || '/' || n"
        return f"left(md5({seed}) || md5('/' || {seed}), {field.max_length})"


_NAME = "'Applicant ' || initcap(substr(md5('a' || n), 1, 8) || ' ' || substr(md5('b' || n), 1, 8))"
"""A name of one's own: nobody takes two requests for one because of the clones."""
_OWN = [f"substr(md5('{each}' || n), 1, 9)" for each in "tuvwx"]
_TITLE = " || ' ' || ".join(_OWN)
_ITS_WORDS = ", ".join(f"({each})" for each in _OWN)
_WORD = f"'cohort' || lpad((n / {TO_A_WORD})::text, 6, '0')"
_EARLIER = f"{{column}} - (n %% {DAYS})::int"
_OF_A_CASE = {
    "reference": "'CLONE-' || lpad(n::text, 7, '0')",
    "title": f"{_TITLE} || ', ' || {_WORD}",
    "stage_since": _EARLIER,
    "submitted_on": _EARLIER,
    "due_on": _EARLIER,
}


def _relations(model: Model, found: Mapping[Model, list[int]]) -> list[Any]:
    fields = model._meta.concrete_fields
    return [each for each in fields if each.is_relation and each.related_model in found]


def _highest(cursor: Any, model: Model) -> int:
    cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {model._meta.db_table}")
    return int(cursor.fetchone()[0])


def _move_sequence(cursor: Any, model: Model) -> None:
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
    )
