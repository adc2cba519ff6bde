"""Each query whose SQL is kept finds the rows that Django finds, whatever it is asked."""

import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model

import muniment.actions.people
import muniment.queries
from muniment import models
from muniment.queries import access, prepared
from muniment.queries.queue import asking, wanted
from muniment.rulebook.words import Role, Track
from tests.pages import rows
from tests.queries import every_row

Asked = tuple[tuple[Any, ...], dict[str, Any]]
"""What is passed by position, and what by name."""


def _modules() -> Iterator[Any]:
    for package in (muniment.queries, muniment.actions.people):
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(each.name)


FOUND = {
    f"{module.__name__.removeprefix('muniment.')}.{name}": each
    for module in _modules()
    for name, each in vars(module).items()
    if isinstance(each, prepared.query)
}


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.kept("every row", every_row.made)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_kept_text_finds_what_django_finds(name: str, office: rows.Office) -> None:
    """Each of its shapes and values, one after the other: the text was kept for another."""
    query = FOUND[name]
    answers = set()
    for shape, values in _asked(name, query, office):
        found, plain = query(*shape, **values), query.build(*shape, **values)
        read, expected = [_read(row) for row in found], [_read(row) for row in plain]
        if not plain.ordered:
            read, expected = sorted(read, key=repr), sorted(expected, key=repr)
        assert read == expected, (shape, values)
        answers.add(repr(read))
    assert len(answers) > 1 or name == "queries.editions.running", "The values make no difference."


def test_there_are_queries_whose_text_is_kept() -> None:
    assert {"queries.access._by_reference", "queries.queue.asking._listed"} <= set(FOUND)


def _read(row: Any) -> Any:
    """A tuple as it is; of an instance the columns, and what was selected along with it."""
    if not isinstance(row, Model):
        return row
    columns = {name: value for name, value in vars(row).items() if name != "_state"}
    along = {name: _read(each) for name, each in row._state.fields_cache.items()}
    return type(row), sorted(columns.items()), sorted(along.items())


def _asked(name: str, query: prepared.query, office: rows.Office) -> Iterator[Asked]:
    """What the query is asked: every choice of what this office knows by each parameter's name."""
    if name.startswith("queries.queue.asking."):
        yield from _of_the_queue(name.rpartition(".")[2], office)
        return
    known = _known(office)
    parameters = inspect.signature(query.build).parameters.values()
    for choice in itertools.product(*(known[each.name] for each in parameters)):
        shape, values = [], {}
        for each, value in zip(parameters, choice, strict=True):
            if each.kind is each.POSITIONAL_OR_KEYWORD:
                shape.append(value)
            elif each.kind is each.VAR_KEYWORD:
                values |= value
            else:
                values[each.name] = value
        yield tuple(shape), values


def _known(office: rows.Office) -> dict[str, list[Any]]:
    cases = list(models.Case.objects.order_by("pk"))
    keys = [case.pk for case in cases]
    names = ("alice", "cora", "stella", "paula", "mia", "tess", "sam", every_row.OTHER)
    people = [office.people[name].pk for name in names]
    lists = [(), *((key,) for key in keys[:2]), tuple(keys[:3]), tuple(keys)]
    doors = [access.office_door(office.people[each], now=rows.NOW) for each in ("cora", "mia")]
    return {
        "case": keys,
        "cases": lists,
        "parent": keys[:2],
        "person": people,
        "people": [(), (people[1],), tuple(people[:3]), tuple(people)],
        "programme": [office.programme.pk, 0],
        "programmes": [(office.programme.pk,), (), (0, office.programme.pk)],
        "key": [office.programme.pk, 0],
        "keys": [(), (office.programme.pk,), (0,)],
        "reference": [case.reference for case in cases],
        "role": [Role.COORDINATOR, Role.STATISTICIAN.value, Role.APPLICANT.value],
        "via": ["session", "job"],
        "track": [Track.FULL, Track.PUBLIC.value],
        "today": [rows.TODAY + timedelta(days=day) for day in range(3)],
        "since": [rows.NOW - timedelta(days=days) for days in (2, 0, -1)],
        "tags": [frozenset({"application.submit"}), frozenset({"x"})],
        "held": [(), *(door.held for door in doors)],
        "word": ["0_50%", "sarc", "1"],
        "words": [{"word_0": "0_50%"}, {"word_0": "sarcoma", "word_1": "1_50%"}],
        "sharing": [{"word_0": "0_50%"}, {"cases": tuple(keys)}, {"cases": tuple(keys[:2])}],
    }


def _of_the_queue(name: str, office: rows.Office) -> Iterator[Asked]:
    """The looks that its own page makes of these offices."""
    some = tuple(models.Case.objects.order_by("pk").values_list("pk", flat=True)[:3])
    for reader in ("cora", "paula", "fay", "mia"):
        door = access.office_door(office.people[reader], now=rows.NOW)
        for look in _looks(office) if name in ("_listed", "_number") else (wanted.Wanted(),):
            asked = asking.Asked.by(door, look, today=rows.TODAY)
            if name == "_listed" and not look.narrowed:
                for keys in ({"only": some}, {"without": some}):
                    yield (asked.place, look.shape, 0, 25), {**asked._given(look), **keys}
            yield {
                "_counts": (
                    (asked.place,),
                    {
                        "person": asked.person,
                        "hands": asked.hands,
                        "today": asked.today,
                        "apart": asked.apart,
                    },
                ),
                "_assignees": ((asked.place,), {"person": asked.person}),
                "_number": ((asked.place, look.shape), asked._given(look)),
                "_listed": ((asked.place, look.shape, 0, 25), asked._given(look)),
            }[name]


def _looks(office: rows.Office) -> Iterator[wanted.Wanted]:
    """Every tab with each filter that the others leave alone, and with all of them."""
    cora, stella = (str(office.people[each].public_id) for each in ("cora", "stella"))
    for tab in wanted.TABS:
        for filters in (
            {},
            *({"dataset": each} for each in ("sdtm-pilot", "x")),
            *({"words": each} for each in ("sarc", "1_50 sarcoma", "%")),
            *({"assignee": each} for each in ("nobody", cora, stella)),
            {"dataset": "sdtm-pilot", "words": "sarcoma", "assignee": stella},
        ):
            yield wanted.Wanted.read({"tab": tab, **filters})
