"""What a fact may look at: the subject, who acts, when, and the rows the step is about."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from muniment import models
from muniment.programme import Bundle, clocks
from muniment.queries import conflicts, editions
from muniment.rulebook import words

Value = TypeVar("Value")
Subject = models.Case | models.Programme | models.Holding


@dataclass
class Situation:
    """One step about to be taken. Facts are functions of it; nothing here decides."""

    step: str
    subject: Subject
    actor: models.Actor
    now: datetime
    about: Mapping[str, Any] = field(default_factory=dict)
    taking: bool = False
    """Whether the step is being taken now, not only looked at."""
    seen: dict[Hashable, Any] = field(default_factory=dict)
    """What was read for another step that was looked at in the same moment of the same page."""

    @cached_property
    def case(self) -> models.Case:
        """The case of the step; facts about cases are asked only where there is one."""
        assert self.case_if_any is not None
        return self.case_if_any

    @property
    def case_if_any(self) -> models.Case | None:
        """The same, for whoever asks before it is known that there is one."""
        if isinstance(self.subject, models.Case):
            return self.subject
        case: models.Case | None = self.given("case")
        return case

    @property
    def person(self) -> models.Person | None:
        """Who acts; None for the system."""
        return self.actor.person

    @cached_property
    def programme(self) -> models.Programme:
        """The programme that the subject belongs to."""
        subject = self.subject
        return subject if isinstance(subject, models.Programme) else subject.programme

    @property
    def programme_id(self) -> int:
        """Its key, for whoever needs no more of it."""
        subject = self.subject
        return subject.pk if isinstance(subject, models.Programme) else subject.programme_id

    @cached_property
    def bundle(self) -> Bundle:
        """The rules in force: the case's own edition, else the programme's active one."""
        if isinstance(self.subject, models.Case):
            return editions.bundle_of(self.subject.edition)
        return editions.active_bundle(self.programme)

    @cached_property
    def today(self) -> date:
        """The day in the programme's own zone."""
        return clocks.local_day(self.bundle, self.now)

    @cached_property
    def build(self) -> models.Build:
        """The build of the step, read afresh: what counts is what the database holds now."""
        given = self.given("build") or self.given("delivery").build
        return models.Build.objects.select_related(
            "plan__made_by",
            "made_by",
            "started_by",
            "line__agreement",
            "line__part__holding",
            "line__part__follows__holding",
            "line__part__case",
        ).get(pk=given.pk)

    @cached_property
    def stakes(self) -> conflicts.Stakes:
        """What ties who acts to the case; nothing does for the system."""
        person = self.person
        if person is None:
            return conflicts.NO_STAKES
        key = ("stakes", self.case.pk, person.pk)
        return self.once(key, lambda: conflicts.stakes(self.case, person))

    def once(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """What is read, or was under this key; whoever takes a step begins with an empty memory."""
        if key not in self.seen:
            self.seen[key] = read()
        found: Value = self.seen[key]
        return found

    def given(self, name: str) -> Any:
        """A row or value the step is about; None where the caller named none."""
        return self.about.get(name)


Reading = Callable[[Situation], bool]
READINGS: dict[words.Fact, Reading] = {}


def reads(*facts: words.Fact) -> Callable[[Reading], Reading]:
    """Declare that a function answers these facts; one function for each fact in all."""

    def register(reading: Reading) -> Reading:
        for fact in facts:
            if fact in READINGS:
                raise ValueError(f"{fact} has two readings")
            READINGS[fact] = reading
        return reading

    return register
