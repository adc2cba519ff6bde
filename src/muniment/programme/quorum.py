"""Who counts, who leads and what the votes decide."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniment.rulebook import words

from .bundle import Bundle, Sectioned

# A vote's choice -> the outcome it asks for, in the words of the decision.
OUTCOMES = {
    "approve": "approved",
    "conditions": "approved_with_conditions",
    "revise": "revise_and_resubmit",
    "defer": "deferred",
    "deny": "denied",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A seat in use: the person, whether they vote, and whether they may lead."""

    person: str
    voting: bool = True
    chair: bool = False
    may_act: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The quorum on one case: who may vote and is here, and how many are needed."""

    eligible: tuple[str, ...]
    present: tuple[str, ...]
    needed: int

    @property
    def met(self) -> bool:
        """Whether enough eligible members are here."""
        return len(self.present) >= self.needed


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads on one case; `acting` when it is not the chair."""

    person: str
    acting: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The count, the outcome, and whether the tie rule made it.

    No outcome: no vote was cast, or whoever leads has still to break the tie.
    """

    counts: Mapping[str, int]
    outcome: str | None
    tie_broken: bool


def standing(
    edition: Bundle,
    members: Sequence[Member],
    *,
    recused: frozenset[str],
    present: frozenset[str],
) -> Standing:
    """The quorum over the voting members who are not recused on the case."""
    eligible = tuple(m.person for m in members if m.voting and m.person not in recused)
    here = tuple(person for person in eligible if person in present)
    return Standing(eligible, here, needed(edition, len(eligible)))


def needed(edition: Sectioned, eligible: int) -> int:
    """How many of so many eligible members make a quorum, by the committee's rule."""
    rule = edition["committee"]["quorum"]
    least: int = rule["at_least"]
    shares = {"majority": eligible // 2 + 1, "two_thirds": -(-eligible * 2 // 3), "all": eligible}
    return max(least, shares[rule["share"]])


def lead(
    edition: Bundle,
    members: Sequence[Member],
    *,
    recused: frozenset[str],
    away: frozenset[str] = frozenset(),
) -> Lead | None:
    """The chair, or whoever acts for a chair who is conflicted or away; None when nobody can."""
    when = edition["committee"]["acting_chair"]["when"]
    chair = next((member.person for member in members if member.chair), None)
    if chair is not None and chair not in recused | away:
        return Lead(chair, acting=False)
    replaceable = (
        chair is None
        or (chair in recused and "conflicted" in when)
        or (chair in away and "away" in when)
    )
    free = [m.person for m in members if m.may_act and m.person not in recused | away]
    return Lead(free[0], acting=True) if replaceable and free else None


def tally(
    edition: Bundle, votes: Mapping[str, str], *, chair: str | None, casting: str = ""
) -> Tally:
    """What the votes (member -> choice) decide.

    A choice with more than half of the votes wins. Otherwise, where approval with and without
    conditions have more than half together, it is approval with conditions, the more careful of
    the two. Otherwise the tie rule decides: deferral, or the leader's own vote where it is one of
    those that lead the count; where it is not, or there is none, the choice with which the leader
    breaks the tie (`casting`), and until then there is no outcome.
    """
    counts = Counter(votes.values())
    for choice, count in counts.items():
        if count * 2 > len(votes):
            return Tally(dict(counts), OUTCOMES[choice], tie_broken=False)
    if (counts["approve"] + counts["conditions"]) * 2 > len(votes):
        return Tally(dict(counts), OUTCOMES["conditions"], tie_broken=False)
    if not votes:
        return Tally({}, None, tie_broken=False)
    if edition["committee"]["tie"] != "chair":
        return Tally(dict(counts), OUTCOMES["defer"], tie_broken=True)
    own = votes.get(chair, "") if chair else ""
    choice = own if own in leading(votes) else casting
    return Tally(dict(counts), OUTCOMES.get(choice), tie_broken=bool(choice))


def leading(votes: Mapping[str, str]) -> frozenset[str]:
    """The choices that lead the count; a tie is broken for one of them, or the item deferred."""
    counts = Counter(votes.values())
    return frozenset(each for each, count in counts.items() if count == max(counts.values()))


def refusals(edition: Bundle, on_case: Standing) -> list[words.Refusal]:
    """Why the committee cannot decide; an empty list means that it can."""
    if on_case.met:
        return []
    message = "{present} of {needed} members without a conflict are here. Call an alternate."
    params = {"present": str(len(on_case.present)), "needed": str(on_case.needed)}
    return [words.Refusal("no-quorum", message, params)]
