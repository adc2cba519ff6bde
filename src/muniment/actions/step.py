"""One step of the line: rule, version lock, body, stage, ledger entry, outbox, all or nothing.

Every action that the rulebook names is written inside `taking`:

    with step.taking("certify_complete", case, actor=actor, now=now) as taken:
        check = models.CompletenessCheck.objects.create(...)
        taken.records(findings=findings)
        taken.tells(case.applicant, "received", reference=case.reference)

Nothing of it stays when the rule refuses, when the body fails, or when someone else changed the
subject in the meantime.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.queries import facts
from muniment.queries.facts import seconds
from muniment.queries.prepared import planned
from muniment.rulebook import reading, words

from . import clocks, ledger, outbox

Subject = models.Case | models.Programme | models.Holding

# Plain SQL, as for the ledger: every step begins with it.
_LOCK: dict[type[Subject], str] = {
    models.Case: "UPDATE muniment_case SET version = version + 1 WHERE id = %s AND version = %s",
    models.Programme: (
        "UPDATE muniment_programme SET version = version + 1 WHERE id = %s AND version = %s"
    ),
    models.Holding: (
        "UPDATE muniment_holding SET version = version + 1 WHERE id = %s AND version = %s"
    ),
}


class Refused(Exception):
    """The rulebook said no; `reasons` is the list that page, API and command line show.

    `attempt` is what was tried, where a step was refused by its row.
    """

    def __init__(
        self, reasons: list[words.Refusal], *, attempt: facts.Situation | None = None
    ) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons, self.attempt = reasons, attempt

    @property
    def changed_meanwhile(self) -> bool:
        """Whether somebody was only quicker, so that the same attempt may go through now."""
        return any(reason.code == "changed-meanwhile" for reason in self.reasons)


@dataclass(slots=True)
class Taken:
    """A step in progress: what its body adds to the ledger and the outbox."""

    name: str
    subject: Subject
    actor: models.Actor
    now: datetime
    values: dict[str, Any] = field(default_factory=dict)
    letters: list[tuple[models.Person, str, dict[str, str]]] = field(default_factory=list)
    enquiry: models.Enquiry | None = None
    to: words.Stage | None = None

    def records(self, **values: Any) -> None:
        """Put JSON values into the ledger entry, as salted hashes."""
        self.values.update(values)

    def tells(self, person: models.Person, letter: str, **placeholders: str) -> None:
        """Send the programme's letter of that name to a person, in the same transaction.

        A reply by mail lands in the thread of the subject, or of `enquiry` where that is set.
        """
        self.letters.append((person, letter, placeholders))


@contextmanager
def taking(
    name: str,
    subject: Subject,
    *,
    actor: models.Actor,
    now: datetime,
    about: Mapping[str, Any] | None = None,
) -> Iterator[Taken]:
    """Take the rulebook's step `name` on `subject`, or raise Refused with every reason.

    `about` names the rows the step is about (part, build, invoice, question …) for the facts. A
    second person's word for the attempt, as it was before the body ran, is used up with the step,
    and what was typed to ask for it is not kept any longer.
    """
    with transaction.atomic():
        _lock(subject)
        here = facts.Situation(name, subject, actor, now, about or {}, taking=True)
        reasons = _against(here)
        if reasons:
            raise Refused(reasons, attempt=here)
        taken = Taken(name, subject, actor, now, to=reading.next_stage(name))
        second = here.given(seconds.NAMED)
        word = None if second is None else seconds.given(here, second)
        alone = seconds.find_lone_mode(here)
        yield taken
        if word is not None:
            word.update(used_at=now, used_by=actor, typed=[], path="")
        if alone is not None:
            _report(here, alone)
        _finish(taken)


def refusals(
    name: str,
    subject: Subject,
    *,
    actor: models.Actor,
    now: datetime,
    about: Mapping[str, Any] | None = None,
    seen: dict[Hashable, Any] | None = None,
) -> list[words.Refusal]:
    """Why this actor may not take this step now; an empty list means go.

    A page that looks at many steps gives them all the same `seen`, an empty dict at first.
    """
    seen = {} if seen is None else seen
    return _against(facts.Situation(name, subject, actor, now, about or {}, seen=seen))


def _against(here: facts.Situation) -> list[words.Refusal]:
    standing = facts.standing(here)
    return reading.refusals(
        here.step,
        roles=standing.roles,
        stage=standing.stage,
        track=standing.track,
        facts=standing.facts,
    )


def only_for(
    allowed: set[words.Role], subject: Subject, *, actor: models.Actor, now: datetime
) -> None:
    """The access rule of an edit: the actor must hold one of these roles; else raise Refused."""
    if not facts.roles_of(subject, actor=actor, now=now) & allowed:
        who = " or ".join(sorted(role.label.lower() for role in allowed))
        message = "This is for: {who}."
        raise Refused([words.Refusal("not-your-step", message, {"who": who})])


def _lock(subject: Subject) -> None:
    """Take the subject's next version; whoever comes second is told so."""
    with planned.cursor() as cursor:
        cursor.execute(_LOCK[type(subject)], [subject.pk, subject.version])
        taken = cursor.rowcount
    if not taken:
        raise Refused(
            [
                words.Refusal(
                    "changed-meanwhile",
                    "Someone else changed this at the same time. Open it again and repeat your "
                    "step if it is still needed.",
                    {},
                )
            ]
        )


def _report(here: facts.Situation, mode: words.Mode) -> None:
    """Keep for the reports that one person did what asks for two, and why they might."""
    models.LoneStep.objects.create(
        programme_id=here.programme_id,
        case=here.case_if_any,
        step=here.step,
        mode=mode.value,
        made_at=here.now,
        made_by=here.actor,
    )


def _finish(taken: Taken) -> None:
    """Write the outbox, move the stage, append the ledger entry."""
    subject = taken.subject
    for person, letter, placeholders in taken.letters:
        outbox.write(
            person,
            letter,
            subject=subject,
            placeholders=placeholders,
            actor=taken.actor,
            now=taken.now,
            enquiry=taken.enquiry,
        )
    before, after = _move(taken)
    ledger.append(
        subject,
        tag=f"{reading.STEPS[taken.name].room}.{taken.name}",
        actor=taken.actor,
        now=taken.now,
        stage_from=before,
        stage_to=after,
        values=taken.values,
    )
    subject.version += 1


def _move(taken: Taken) -> tuple[str, str]:
    """Bring a case to the stage where the step leads; the stage before and the one after."""
    case = taken.subject
    if not isinstance(case, models.Case):
        return "", ""
    before = case.stage
    if taken.to is not None and taken.to.value != before:
        case.stage = taken.to.value
        changed = clocks.turn(case, actor=taken.actor, now=taken.now)
        models.Case.objects.filter(pk=case.pk).update(**changed)
    return before, case.stage
