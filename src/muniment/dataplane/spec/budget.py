"""What somebody may still ask: a decision about past questions and answers, never about data.

For one edition the noise of different questions is independent, so all that many answers tell is
bounded by their number and by sigma: `advantage` is that bound. The limits follow from it. Kept
without tables: whoever keeps the past passes it in, and writes a reservation before it looks.

The bound is that of the Gaussian mechanism (Dong, Roth and Su, "Gaussian Differential Privacy",
2019, corollary 1 and theorem 1): m answers that each change by at most one, also when each question
is chosen after the last answer.
"""

import dataclasses
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from muniment.dataplane.spec import normal
from muniment.dataplane.spec.faults import Fault
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part

# An institution has (sigma / 9)² questions, so that all its answers together have an error of 9 or
# more: of ten sizes of a group the right one is guessed at most 0.040 more often than by chance,
# and one yes or no of one person 0.022 more often. The limit is 0.05; measuring has an error.
_LEAST_ERROR = 9
_PROTECTED = frozenset({"person", "practice"})
_EDITION_TO_INSTITUTION = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions about one edition: by one person, by one institution, and by all together."""

    person: int
    institution: int
    edition: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Whose budget is spent, as one sentence that says whom to ask instead."""

    code: str
    message: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """One question that somebody has reserved; `answer` is None until it is recorded.

    `question` is the hash of its normal form (`bill`). A person without an institution is
    one of their own: pass the person's id again.
    """

    question: str
    person: str
    institution: str
    price: int
    answer: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Go:
    """Ask the engine, after writing down the reservation; the person pays `price`.

    A price of 0 asks again what was reserved but never answered: it has the same answer.
    """

    price: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The person has asked this before: here is the same answer, for nothing."""

    answer: Mapping[str, object]


def limits(sigma: int) -> Limits:
    """The default limits of a holding whose noise has this standard deviation.

    Two persons together have what an institution has. Never under one question: `obstacles` says
    where that one would tell too much.
    """
    institution = max(sigma * sigma // _LEAST_ERROR**2, 1)
    return Limits(
        person=max(institution // 2, 1),
        institution=institution,
        edition=institution * _EDITION_TO_INSTITUTION,
    )


def obstacles(holding: Holding) -> list[Fault]:
    """Why nobody outside the office may count at all: one answer would tell too much."""
    if holding.unit not in _PROTECTED or holding.noise_sigma >= _LEAST_ERROR:
        return []
    message = f"{holding.title} has too little noise for live counts: a statistician answers."
    return [Fault("", "no-live-counts", message)]


def size_advantage(questions: int, *, sigma: int, sizes: int = 10) -> float:
    """How much better than one in `sizes` anybody can guess how many are in a small group.

    For somebody who knows everybody else, averages all these questions and takes the nearest size;
    all sizes are equally likely. Ends are guessed from one side only, the others from both.
    """
    inside = math.erf(math.sqrt(questions) / (2 * sigma) / math.sqrt(2))
    return inside * (sizes - 1) / sizes


def advantage(questions: int, *, sigma: int) -> float:
    """How much better than a coin anybody can guess one yes or no of one person, at most.

    Share of right guesses above one half, for somebody who knows everything else about everyone
    and spends all these questions on this one thing.
    """
    return math.erf(math.sqrt(questions) / (2 * sigma) / math.sqrt(2)) / 2


def decide(
    question: str,
    *,
    person: str,
    institution: str,
    price: int,
    past: Iterable[Past],
    allowed: Limits,
) -> Go | Repeated | Refusal:
    """Whether a question about one edition is asked, repeated or refused.

    `past` holds every reservation on that edition, of everybody. What others have asked never
    makes a question free: a free answer would tell that somebody else is asking the same.
    """
    told = list(past)
    own = [each for each in told if each.person == person]
    for each in own:
        if each.question == question:
            return Go(0) if each.answer is None else Repeated(each.answer)
    near = [each for each in told if each.institution == institution]
    if _spent(own) + price > allowed.person:
        return _refusal("person", "You have used your questions about this edition.")
    if _spent(near) + price > allowed.institution:
        return _refusal(
            "institution", "Your institution has used its questions about this edition."
        )
    if _spent(told) + price > allowed.edition:
        return _refusal("edition", "The questions about this edition are used up.")
    return Go(price)


def remaining(person: str, *, past: Iterable[Past], allowed: Limits) -> int:
    """Questions that a person still has. What is left to others is not shown to anybody."""
    own = [each for each in past if each.person == person]
    return max(allowed.person - _spent(own), 0)


def _spent(past: Iterable[Past]) -> int:
    """Every reservation counts, also where two persons have asked the same."""
    return sum(each.price for each in past)


def _refusal(whose: str, sentence: str) -> Refusal:
    message = f"{sentence} Ask the office: a statistician can count for you."
    return Refusal("count-budget", message, {"whose": whose})


PRICE_OF_TOTAL = 1
PRICE_OF_BREAKDOWN = 2
"""A unit is in one cell of a breakdown: it leaves one and enters one when something changes."""


class Of(StrEnum):
    """What is asked about a cohort: how many, or how many in each group."""

    TOTAL = "total"
    BREAKDOWN = "breakdown"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a bill: the hash of its normal form, and its price in questions."""

    of: Of
    question: str
    price: int


def bill(part: Part, *, holding: Holding) -> list[Item]:
    """What answering a part takes: its total, and its breakdown where it is grouped.

    A unit with several base rows may be in any number of cells, so each cell is paid there.
    """
    whole = dataclasses.replace(part, group_by=())
    items = [Item(Of.TOTAL, _hash(Of.TOTAL, whole, holding), PRICE_OF_TOTAL)]
    if part.group_by:
        price = PRICE_OF_BREAKDOWN
        if holding.base.primary_key != (holding.unit_key,):
            price = math.prod(groups(holding.base.get_field(name)) for name in part.group_by)
        items.append(Item(Of.BREAKDOWN, _hash(Of.BREAKDOWN, part, holding), price))
    return items


def groups(field: Field) -> int:
    """The cells of one variable, with the one for missing values."""
    return (len(field.bands) or len(field.codes) or 2) + 1


def _hash(of: Of, part: Part, holding: Holding) -> str:
    form = normal.question(part, holding=holding)
    return "sha256:" + hashlib.sha256(of.value.encode() + b"\0" + form).hexdigest()
