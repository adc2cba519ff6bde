"""Where the answers of a filled-in file go: into a new draft or a request that is being written.

An applicant's own answers are saved like any others. The office enters them on the applicant's
behalf; they count once the applicant confirms them, and the applicant's own file stays beside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment.actions import application, files, people, step
from muniment.queries import access
from muniment.queries import application as queries
from muniment.queries.facts import application as facts
from muniment.rulebook.words import Role

WRITERS = (Role.APPLICANT, Role.CO_APPLICANT)


@dataclass(frozen=True, slots=True)
class Anew:
    """No request yet; a coordinator may begin one for somebody who sent the form by mail."""

    person: Any
    now: datetime
    edition: Any = None
    case: Any = None
    is_writer: bool = False

    @property
    def answers(self) -> Mapping[str, Mapping[str, Any]]:
        """Nothing stands yet."""
        return {}


@dataclass(frozen=True, slots=True)
class Into:
    """A request that is being written, by one of its writers or by the office for them."""

    person: Any
    now: datetime
    case: Any
    role: Role

    @property
    def edition(self) -> Any:
        """The edition whose form the request answers."""
        return self.case.edition

    @property
    def is_writer(self) -> bool:
        """Whether the person writes for themselves."""
        return self.role in WRITERS

    @property
    def answers(self) -> Mapping[str, Mapping[str, Any]]:
        """What stands now."""
        return queries.form_of(self.case).answers


Place = Anew | Into


def find_into(sight: access.Sight | None, person: Any, *, now: datetime) -> Into | None:
    """The request as a place for answers; None for whoever may not write them."""
    roles = (*WRITERS, Role.COORDINATOR)
    role = next((each for each in roles if sight and each in sight.roles), None)
    return Into(person, now, sight.case, role) if sight and role else None


def may_enter(place: Place) -> bool:
    """Whether this person may begin a request for somebody else; the step asks again."""
    return isinstance(place, Anew) and Role.COORDINATOR in access.offices_of(
        place.person, now=place.now
    )


def first_person(answers: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The first person that the form names: most likely who sent it, and only a proposal."""
    values = (value for section in answers.values() for value in section.values())
    return next((each for each in values if isinstance(each, Mapping) and "email" in each), {})


def take(place: Place, sent: Any, said: Mapping[str, str]) -> Any:
    """Save the answers, all or none, and keep the file; returns the request.

    `said` carries `name` and `email` of the applicant where a coordinator enters a mailed form.
    Raises step.Refused.
    """
    with transaction.atomic():
        if isinstance(place, Into):
            _into(place, sent)
            return place.case
        if said.get("for") == "somebody":
            return _for_somebody(place, sent, said)
        return _own(place, sent)


def _own(place: Anew, sent: Any) -> Any:
    anyone = people.acting(place.person, Role.ANYONE)
    programme = sent.read.edition.programme
    case = application.start_draft(programme, actor=anyone, now=place.now)
    _into(Into(place.person, place.now, case, Role.APPLICANT), sent)
    return case


def _for_somebody(place: Anew, sent: Any, said: Mapping[str, str]) -> Any:
    actor = people.acting(place.person, Role.COORDINATOR)
    programme = sent.read.edition.programme
    reasons = step.refusals(
        "start_draft_for_applicant", programme, actor=actor, now=place.now,
        about={"original": _record(sent, actor, place.now)},
    )  # fmt: skip
    if reasons:
        raise step.Refused(reasons)
    applicant = people.register_person(said.get("email", ""), name=said.get("name", ""))
    original = _record(sent, actor, place.now)
    case = application.start_draft_for_applicant(
        programme, applicant, original=original, actor=actor, now=place.now
    )
    application.enter_for_applicant(
        case, sent.read.answers, original=original, actor=actor, now=place.now
    )
    return case


def _into(place: Into, sent: Any) -> None:
    actor = people.acting(place.person, place.role)
    original = _record(sent, actor, place.now)
    if not place.is_writer:
        application.enter_for_applicant(
            place.case, sent.read.answers, original=original, actor=actor, now=place.now
        )
        return
    application.unless_being_written(place.case)
    form = queries.form_of(place.case)
    for section, given in sent.read.answers.items():
        application.save_section(
            place.case,
            section,
            {**form.answers.get(section, {}), **given},
            version=form.versions.get(section, 0),
            actor=actor,
            now=place.now,
        )
    files.attach(
        place.case, original, purpose=facts.ORIGINAL, name=sent.name, actor=actor, now=place.now
    )


def _record(sent: Any, actor: Any, now: datetime) -> Any:
    return files.record_file(
        sent.sha256, size=sent.size, media_type=media_type(sent.read.kind), actor=actor, now=now
    )


def media_type(kind: str) -> str:
    """Of a filled-in form, by what it is: pdf or docx."""
    return "application/pdf" if kind == "pdf" else WORD


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
