"""A register that was read becomes cases: earlier requests at their end, running ones on paper.

Bytes of documents are stored first, under their hash; what no case names is swept up later.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from muniment import models
from muniment.actions import input_refused, people, step
from muniment.actions.case import from_paper, importing
from muniment.documents.register import mapping, rows
from muniment.gateways import storage
from muniment.queries import access
from muniment.queries.house import duplicates
from muniment.rulebook.words import Refusal, Role, Stage

from .papers import Papers

TEXTS = ("team", "summary", "keywords")


@dataclass(frozen=True, slots=True)
class Order:
    """A register as it was read, and who answers for bringing it in, by address."""

    source: str
    requests: Sequence[rows.Request]
    file_sha256: str
    by: str
    second: str = ""
    programme: str = ""


def check(order: Order, *, folder: Path | None, now: datetime) -> dict[str, Any]:
    """Do all of it, with a folder of documents as running requests, and take it back.

    So everything that would stand against it is found, and no row and no byte stays.
    """
    papers = None if folder is None else _look_at(order, Papers(folder, None))
    with transaction.atomic():
        if papers is None:
            told = bring_in_earlier(order, now=now)
        else:
            told = _bring_in_running(order, papers, now=now)
        transaction.set_rollback(True)
    return told


def bring_in_earlier(order: Order, *, now: datetime) -> dict[str, Any]:
    """Bring in earlier requests and say which may be the same one twice; whole or not at all."""
    programme = _programme(order.programme)
    with transaction.atomic():
        done = importing.import_requests(
            programme,
            [_earlier(each) for each in order.requests],
            source=order.source,
            file_sha256=order.file_sha256,
            actor=_actor(programme, order.by, now=now),
            now=now,
        )
    return {
        "made": done.made,
        "kept": done.kept,
        "changed": list(done.changed),
        "duplicates": _duplicates(programme, order.source),
    }


def bring_in_running(order: Order, *, folder: Path, home: Path, now: datetime) -> dict[str, Any]:
    """Open every running request where it stands; raises Refused with every row's reasons."""
    store = storage.at(home, url=settings.MUNIMENT_STORAGE_URL)
    return _bring_in_running(order, _look_at(order, Papers(folder, store)), now=now)


def _look_at(order: Order, papers: Papers) -> Papers:
    """With the documents of what is not here yet, which are read before anything is locked."""
    programme = _programme(order.programme)
    _person(order.by)
    known = _here(programme, order.source)
    papers.fetch(name for each in order.requests if each.id not in known for name in _named(each))
    return papers


def _bring_in_running(order: Order, papers: Papers, *, now: datetime) -> dict[str, Any]:
    programme = _programme(order.programme)
    with transaction.atomic():
        made, unreadable = _open_each(order, papers, programme, now=now)
    return {
        "made": len(made),
        "kept": len(order.requests) - len(made),
        "changed": [],
        "references": made,
        "unreadable": unreadable,
        "duplicates": _duplicates(programme, order.source),
    }


def _open_each(
    order: Order, papers: Papers, programme: models.Programme, *, now: datetime
) -> tuple[list[str], list[dict[str, Any]]]:
    """The references of those that were not here, and what of theirs nobody can read."""
    by: dict[str, Any] = {"actor": _actor(programme, order.by, now=now), "now": now}
    second = _person(order.second) if order.second else None
    refused: list[Refusal] = []
    made: list[str] = []
    unreadable: list[dict[str, Any]] = []
    here = _here(programme, order.source)
    for request in order.requests:
        if request.id in here:
            continue
        try:
            running = _running(request, papers, **by)
            programme.refresh_from_db()
            case = from_paper.bring_in(
                programme, running, source=order.source, second_person=second, **by
            )
            made.append(case.reference)
            unreadable += _unreadable(request, running)
        except step.Refused as reasons:
            refused += [_of_row(request, reason) for reason in reasons.reasons]
    input_refused.unless_empty(refused)
    return made, unreadable


def _earlier(request: rows.Request) -> importing.Earlier:
    said = request.words
    outcome = said.get("outcome", "")
    return importing.Earlier(
        request.id,
        request.title,
        mapping.OUTCOMES[outcome].value if outcome else "",
        said.get("applicant", ""),
        said.get("institution", ""),
        {name: said[name] for name in TEXTS if said.get(name)},
        request.days.get("received_on"),
        request.days.get("decided_on"),
        request.sound,
        said.get("track", ""),
    )


def _running(
    request: rows.Request, papers: Papers, *, actor: models.Actor, now: datetime
) -> from_paper.Running:
    """The request with its files stored; raises Refused for one that is not in the folder."""
    row, said = _earlier(request), request.words
    if row.received_on is None or not request.sound:
        message = "A running request needs the day on which it was received, and days that hold."
        raise step.Refused([Refusal("day-missing", message)])
    names = _named(request)
    if not names:
        raise step.Refused([Refusal("document-missing", "Name the documents of this request.")])
    kept = list(papers.keep(names, actor=actor, now=now))
    return from_paper.Running(
        row,
        said["email"],
        Stage(said["stage"]),
        request.days.get("stage_since", row.received_on),
        [(paper.record, paper.name) for paper in kept],
        _specification(papers, said.get("specification", "")),
        [(number, paper.fault) for number, paper in enumerate(kept, 1) if paper.fault],
    )


def _named(request: rows.Request) -> list[str]:
    return [name.strip() for name in request.words["documents"].split(";") if name.strip()]


def _unreadable(request: rows.Request, running: from_paper.Running) -> Iterator[dict[str, Any]]:
    """Which documents nobody can read, by row and place: a name, or its end, may be a person's."""
    for number, fault in running.unreadable:
        told = Refusal(fault.code, fault.message, {**fault.params, "named": "something else"})
        yield {
            "row": request.row, "document": number, "code": told.code, "message": told.sentence,
        }  # fmt: skip


def _specification(papers: Papers, name: str) -> dict[str, Any] | None:
    if not name:
        return None
    try:
        read = json.loads(papers.content(name))
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        message = "Its specification is not a JSON document of our form."
        raise step.Refused([Refusal("specification-invalid", message)])
    return read


def _of_row(request: rows.Request, reason: Refusal) -> Refusal:
    message = f"Row {request.row}: {reason.message}"
    return Refusal(reason.code, message, reason.params)


def _duplicates(programme: models.Programme, source: str) -> list[list[str]]:
    pairs: Iterator[duplicates.Pair] = iter(duplicates.list_pairs(programme, source=source))
    return [[pair.first, pair.second] for pair in pairs]


def _here(programme: models.Programme, source: str) -> set[str]:
    return set(programme.origins.filter(source=source).values_list("source_id", flat=True))


def _programme(slug: str) -> models.Programme:
    """The programme of that name, or the only one there is."""
    known = models.Programme.objects.filter(**({"slug": slug} if slug else {}))
    if len(known) != 1:
        message = (
            "Name the programme that this register belongs to."
            if known
            else ("There is no such programme here; load its edition first.")
        )
        raise step.Refused([Refusal("programme-unknown", message)])
    return known[0]


def _actor(programme: models.Programme, address: str, *, now: datetime) -> models.Actor:
    """Whoever answers for it: as coordinator, or as administrator where that is their office."""
    person = _person(address)
    held = access.offices_by_programme(person, now=now).get(programme.pk, frozenset())
    administers = Role.ADMINISTRATOR in held and Role.COORDINATOR not in held
    role = Role.ADMINISTRATOR if administers else Role.COORDINATOR
    return people.acting(person, role, via=models.Actor.Via.COMMAND)


def _person(address: str) -> models.Person:
    found = models.Person.objects.filter(email=address.strip().lower()).first()
    if found is None:
        message = "Nobody with this address has an account here."
        raise step.Refused([Refusal("person-unknown", message)])
    return found
