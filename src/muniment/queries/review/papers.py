"""The papers of a request, once a member has opened them: data with figures, gates, the note."""

from dataclasses import dataclass
from typing import Any

from muniment import models
from muniment.dataplane.spec import fields
from muniment.dataplane.spec import holding as holdings
from muniment.dataplane.spec import specification as spec
from muniment.queries import asked, editions, policy, specification

from .place import Place


@dataclass(frozen=True, slots=True)
class Risk:
    """What the asked variables could tell of a person, by their declared class, before a build.

    `people` are those by which somebody might be recognized, `private` what nobody should learn;
    `direct` names what cannot leave as it is.
    """

    asked: int
    people: tuple[str, ...]
    private: tuple[str, ...]
    direct: tuple[str, ...]
    limit: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """One part of the data: its sentence, protected figures, the office's verdict, its risk."""

    title: str
    edition: str
    level: str
    sentence: str
    written: spec.Part | None
    figures: tuple[str, ...]
    synthetic: bool
    outcome: str
    verdict: str
    reason: str
    risk: Risk | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the sharing policy and what was found."""

    title: str
    result: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Note:
    """The office's note to the committee."""

    text: str
    by: str


def has_opened(place: Place, what: models.Opened.What = models.Opened.What.PAPERS) -> bool:
    """Whether the member opened them in this round."""
    mine = place.case.opened.filter(member=place.member, round=place.case.round, what=what)
    return mine.exists()


def list_papers(case: models.Case) -> list[Paper]:
    """Every part that is asked for, with protected figures only."""
    described = specification.asked_of(case)
    rows = {part.part_id: part for part in asked.live_parts(case)}
    return [_paper(part, rows[part.name]) for part in described.parts]


def list_rules(case: models.Case) -> list[Rule]:
    """The policy's findings of this round, what a person judged first."""
    titles = {
        rule["id"]: rule["title"] for rule in editions.bundle_of(case.edition)["policy"]["rules"]
    }
    rows = policy.findings_of(case).select_related("made_by__person").order_by("automatic", "pk")
    return [
        Rule(
            titles.get(row.rule, row.rule),
            row.result,
            row.reason,
            "" if row.automatic or row.made_by.person is None else row.made_by.person.name,
        )
        for row in rows
    ]


def find_note(case: models.Case) -> Note | None:
    """The office's note on this round."""
    row = case.briefings.filter(round=case.round).exclude(text="").first()
    if row is None or row.saved_by is None or row.saved_by.person is None:
        return None
    return Note(row.text, row.saved_by.person.name)


def _paper(part: specification.Part, row: models.Part) -> Paper:
    answer = asked.live_answer(row)
    written = part.written
    return Paper(
        part.title,
        part.edition,
        part.level,
        "" if written is None else written.sentence(),
        written,
        () if answer is None else _figures(answer.protected),
        row.holding is not None and row.holding.synthetic,
        "" if answer is None else answer.outcome,
        "" if answer is None else answer.verdict,
        "" if answer is None else answer.verdict_reason or answer.reason,
        None if written is None or part.holding is None else _risk(written, part.holding),
    )


def _figures(protected: dict[str, Any]) -> tuple[str, ...]:
    """Each protected figure as its own sentence; whatever has none is not for the committee."""
    said = [
        each["says"] for each in protected.values() if isinstance(each, dict) and "says" in each
    ]
    return tuple(dict.fromkeys(said))


def _risk(written: spec.Part, holding: holdings.Holding) -> Risk:
    found: dict[fields.Sensitivity | None, list[str]] = {}
    count = 0
    for table in written.tables:
        declared = holding.get_table(table.name)
        for variable in table.variables:
            field = declared.find_field(variable.name)
            count += 1
            if field is not None:
                found.setdefault(field.sensitivity, []).append(f"{table.name}.{field.name}")
    by = {kind: tuple(found.get(kind, ())) for kind in fields.Sensitivity}
    return Risk(
        count,
        by[fields.Sensitivity.QUASI],
        by[fields.Sensitivity.SENSITIVE],
        by[fields.Sensitivity.DIRECT],
        holding.k,
    )
