"""What a person asks of the queue: a tab, words, a dataset, somebody's work, an order, a page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.queries import access
from muniment.rulebook import words
from muniment.rulebook.words import Stage

from . import spelling

MOST_WORDS, LONGEST = 12, 200
AT_WORK = [stage.value for stage in words.OPEN_STAGES if stage not in (Stage.DRAFT, Stage.ACTIVE)]
"""The stages in which a request has something to wait for; once data are in use it has not."""
OFFICES = [role.value for role in sorted(access.FROM_SUBMISSION | access.FROM_AGREEMENT)]
"""The offices that have requests in hand; who reviews which is no matter of the queue."""
NOBODY, SOMEBODY, SOMETHING = "nobody", "somebody", "something"
ENDED = [stage.value for stage in words.ENDS]


class Tab(StrEnum):
    """The tabs of the queue."""

    OPEN = "open"
    MINE = "mine"
    LATE = "late"
    APPLICANT = "applicant"
    IN_USE = "in-use"
    CLOSED = "closed"
    EVERY = "every"
    """Open, in use and closed: where somebody looks for words in all of them."""


class Order(StrEnum):
    """In which order the rows stand."""

    URGENT = "urgent"
    NEWEST = "newest"
    OLDEST = "oldest"


TABS, ORDERS = tuple(Tab), tuple(Order)
_LAST = F("due_on").asc(nulls_last=True)
_SORTED: dict[Order, tuple[Any, ...]] = {
    Order.URGENT: (_LAST, "stage_since", "pk"),
    Order.NEWEST: ("-submitted_on", "-pk"),
    Order.OLDEST: ("submitted_on", "pk"),
}
"""Whatever is late comes first, the latest at the top; where the clock stands, last.

What an office owes sooner than the stage is due moves a request up: see `asking`.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked, checked; `assignee` is a public id, `nobody`, or empty for everybody."""

    tab: Tab = Tab.OPEN
    words: str = ""
    dataset: str = ""
    assignee: str = ""
    order: Order = Order.URGENT

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """What an address or a saved view says; whatever it says wrongly is left out."""
        tab, order = given.get("tab", ""), given.get("order", "")
        return cls(
            Tab(tab) if tab in TABS else Tab.OPEN,
            given.get("words", "").strip()[:LONGEST],
            given.get("dataset", "")[:LONGEST],
            given.get("assignee", "")[:LONGEST],
            Order(order) if order in ORDERS else Order.URGENT,
        )

    @property
    def said(self) -> dict[str, str]:
        """The same as an address says it, without what goes without saying."""
        usual = asdict(Wanted())
        return {name: str(value) for name, value in asdict(self).items() if value != usual[name]}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab and the order is asked for."""
        return bool(self.words or self.dataset or self.assignee)

    @property
    def shape(self) -> Self:
        """What of it decides which conditions are asked; the values stand by name in `values`."""
        somebody = self.assignee and (self.assignee if self.assignee == NOBODY else SOMEBODY)
        return replace(self, words="", dataset=self.dataset and SOMETHING, assignee=somebody)

    @property
    def values(self) -> dict[str, str]:
        """What is looked for: each word, the dataset, the person."""
        words = sorted(spelling.words_of(self.words))[:MOST_WORDS]
        found = {f"word_{number}": word for number, word in enumerate(words)}
        if self.dataset:
            found["dataset"] = self.dataset
        if self.assignee not in ("", NOBODY):
            found["assignee"] = self.assignee
        return found

    def of(
        self, cases: QuerySet[models.Case], *, reading: list[int], values: Mapping[str, str]
    ) -> QuerySet[models.Case]:
        """Those of the requests that hold every word, ask for the dataset, and are in that hand.

        `reading` names the programmes in which the reader may read answers; elsewhere a word that
        stands in an answer finds nothing.
        """
        open_words = Q(in_answers=False) | Q(case__programme__in=reading)
        for name in sorted(name for name in values if name.startswith("word_")):
            found = models.SearchWord.objects.filter(open_words, word__startswith=values[name])
            cases = cases.filter(pk__in=found.values("case"))
        if "dataset" in values:
            parts = models.Part.objects.filter(dataset_edition__dataset__slug=values["dataset"])
            cases = cases.filter(pk__in=parts.values("case"))
        given = models.Assignment.objects.filter(ended_at__isnull=True, role__in=OFFICES)
        if self.assignee == NOBODY:
            return cases.exclude(pk__in=given.values("case"))
        if "assignee" in values:
            own = given.filter(person__public_id=values["assignee"])
            cases = cases.filter(pk__in=own.values("case"))
        return cases

    def sorted(self, cases: QuerySet[models.Case]) -> QuerySet[models.Case]:
        """In the order that is asked for; what has ended has no urgency, so the last end first."""
        if self.order is Order.URGENT and self.tab in (Tab.CLOSED, Tab.IN_USE):
            return cases.order_by("-stage_since", "-pk")
        return cases.order_by(*_SORTED[self.order])
