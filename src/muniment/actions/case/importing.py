"""Earlier requests from a register: kept to be searched and to learn durations from.

They come as one step of the programme, whole or not at all. Each is at its end, so it waits for
nobody; its applicant is a person without account, who can never sign in and is never written to.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785

from muniment import models
from muniment.actions import step
from muniment.queries import editions

SECTION = "register"
"""The section that holds what the register says, so that search finds it like any answer."""
AT_ONCE = 200
"""Rows in one statement, below what a database takes as values."""
LONGEST_NAME = 200
LONGEST_INSTITUTION = 300


@dataclass(frozen=True, slots=True)
class Earlier:
    """One request of a register. `texts` are what it says in words; empty texts are left out."""

    source_id: str
    title: str
    end: str
    """The stage that is its end here."""
    applicant: str
    institution: str
    texts: Mapping[str, str]
    received_on: date | None
    decided_on: date | None
    sound: bool
    track: str = ""

    @property
    def sha256(self) -> str:
        """Hash of all that is kept of the row, to tell a row that was changed since."""
        told: dict[str, Any] = {
            "title": self.title,
            "end": self.end,
            "applicant": self.applicant,
            "institution": self.institution,
            "texts": dict(self.texts),
            "received_on": self.received_on.isoformat() if self.received_on else "",
            "decided_on": self.decided_on.isoformat() if self.decided_on else "",
            "track": self.track,
        }
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: cases made, rows that were here already, ids of rows that differ now."""

    made: int
    kept: int
    changed: tuple[str, ...]


def import_requests(
    programme: models.Programme,
    rows: Sequence[Earlier],
    *,
    source: str,
    file_sha256: str,
    actor: models.Actor,
    now: datetime,
) -> Imported:
    """Bring in the earlier requests of a register that are not here yet, all of them or none.

    What is here already is known by source and id and stays as it is, so a file can be brought in
    again; a row that differs from what is kept is named and not taken.
    """
    with step.taking("import_requests", programme, actor=actor, now=now) as taken:
        known = _known(programme, source)
        new = [row for row in rows if row.source_id not in known]
        changed = [
            row.source_id for row in rows if known.get(row.source_id, row.sha256) != row.sha256
        ]
        _write(taken, programme, new, source)
        taken.records(source=source, file=file_sha256, made=len(new), kept=len(rows) - len(new))
    return Imported(len(new), len(rows) - len(new), tuple(changed))


def _known(programme: models.Programme, source: str) -> dict[str, str]:
    """Source id to the hash of the row, of all that this register gave before."""
    return dict(programme.origins.filter(source=source).values_list("source_id", "row_sha256"))


def _write(
    taken: step.Taken, programme: models.Programme, rows: Sequence[Earlier], source: str
) -> None:
    """A case for each row, its words as a section, and where it came from."""
    cases = models.Case.objects.bulk_create(_cases(taken, programme, rows, source), AT_ONCE)
    models.Section.objects.bulk_create(
        (
            models.Section(
                case=case,
                name=SECTION,
                answers=said(row),
                version=1,
                saved_at=taken.now,
                saved_by=taken.actor,
            )
            for case, row in zip(cases, rows, strict=True)
        ),
        AT_ONCE,
    )
    models.Origin.objects.bulk_create(
        (
            models.Origin(
                case=case,
                programme=programme,
                source=source,
                source_id=row.source_id,
                row_sha256=row.sha256,
                earlier=True,
                institution=row.institution[:LONGEST_INSTITUTION],
                received_on=row.received_on,
                decided_on=row.decided_on,
                sound=row.sound,
                made_at=taken.now,
                made_by=taken.actor,
            )
            for case, row in zip(cases, rows, strict=True)
        ),
        AT_ONCE,
    )


def _cases(
    taken: step.Taken, programme: models.Programme, rows: Sequence[Earlier], source: str
) -> Iterator[models.Case]:
    people = _people(rows, source)
    day = editions.today(programme, taken.now)
    first = programme.origins.filter(earlier=True).count() + 1
    for number, row in enumerate(rows, first):
        yield models.Case(
            reference=f"{programme.slug[:9].upper()}-H-{number:06d}",
            programme=programme,
            edition=programme.active_edition,
            kind=models.Case.Kind.DATA,
            title=row.title,
            stage=row.end,
            stage_since=row.decided_on or row.received_on or day,
            track=row.track,
            applicant=people[row.applicant],
            submitted_on=row.received_on or row.decided_on or day,
            made_at=taken.now,
            made_by=taken.actor,
        )


def said(row: Earlier) -> dict[str, str]:
    """What the register says in words, under names with a space, as no field of a form has.

    So nothing that reads answers by field takes a text of the register for one.
    """
    told = {**row.texts, "applicant": row.applicant, "institution": row.institution}
    return {f"register {name}": text for name, text in told.items() if text}


def _people(rows: Iterable[Earlier], source: str) -> dict[str, models.Person]:
    """One person for each applicant of a register, by the words in which it names them.

    The address is of a domain that can never exist (RFC 2606), and the account is closed.
    """
    addresses = {row.applicant: _address(row.applicant, source) for row in rows}
    here = _by_address(addresses.values())
    new = []
    for name, address in addresses.items():
        if address not in here:
            person = models.Person(email=address, name=name[:LONGEST_NAME], is_active=False)
            person.set_unusable_password()
            new.append(person)
    models.Person.objects.bulk_create(new, batch_size=AT_ONCE)
    here |= {person.email: person for person in new}
    return {name: here[address] for name, address in addresses.items()}


def _by_address(addresses: Iterable[str]) -> dict[str, models.Person]:
    listed, found = sorted(addresses), dict[str, models.Person]()
    for begin in range(0, len(listed), AT_ONCE):
        some = models.Person.objects.filter(email__in=listed[begin : begin + AT_ONCE])
        found |= {person.email: person for person in some}
    return found


def _address(name: str, source: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:24]
    return f"{digest}@{source}.invalid"
