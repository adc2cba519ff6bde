"""What an attacker asks: one world behind one protection, with accounts and their budgets.

`questioned` is the protection of the product, by the product's own functions. `off` is none at
all: the control. `by_set` is noise by the set of people alone, which decision 13 found wanting.
"""

import copy
import hashlib
import random
from collections.abc import Callable, Sequence

from muniment.dataplane import noise
from muniment.dataplane.counts import protection
from muniment.dataplane.spec import answer, budget, cohort
from tests.attacks import worlds

Form = Callable[[cohort.Node | None, str], bytes]
Protection = Callable[["Oracle", cohort.Node | None], int | None]
# Whole institution: enough people that its own limit binds. Two accounts: of two institutions.
INSTITUTION = [(f"person {at}", "one") for at in range(12)]
TWO = [("person 1", "one"), ("person 2", "two")]


class Spent(Exception):
    """Every account's budget is used up."""


class Oracle:
    """Answers questions about a world. `limits` None: as many as anybody likes."""

    def __init__(
        self,
        world: worlds.World,
        protect: Protection,
        *,
        key: bytes,
        accounts: Sequence[tuple[str, str]] = INSTITUTION,
        limits: budget.Limits | None = None,
        form: Form = worlds.as_written,
    ) -> None:
        self.world = world
        self.keys = noise.edition_keys(key, holding="attacked", edition=world.edition)
        self._xors = _by_fours(world.hashes(self.keys.units))
        self._last: tuple[object, bytes] = (self, b"")
        self.past: list[budget.Past] = []
        self._protect = protect
        self._form = form
        self._all_accounts = tuple(accounts)
        self._accounts = list(accounts)
        self._limits = limits

    def ask(self, node: cohort.Node | None) -> int | None:
        """The number shown, or None where it is too small. Raises `Spent`."""
        if self._limits is None:
            return self._protect(self, node)
        question = hashlib.sha256(self.form(node)).hexdigest()
        while self._accounts:
            person, institution = self._accounts[0]
            decided = budget.decide(
                question, person=person, institution=institution, price=1,
                past=self.past, allowed=self._limits,
            )  # fmt: skip
            if isinstance(decided, budget.Repeated):
                return decided.answer["shown"]
            if isinstance(decided, budget.Go):
                shown = self._protect(self, node)
                told = {"shown": shown}
                self.past.append(budget.Past(question, person, institution, decided.price, told))
                return shown
            assert isinstance(decided, budget.Refusal)
            self._accounts.pop(0)
        raise Spent

    def anew(self) -> "Oracle":
        """The same world under the same key, asked by people who have asked nothing yet."""
        fresh = copy.copy(self)
        fresh.past, fresh._accounts = [], list(self._all_accounts)
        return fresh

    def form(self, node: cohort.Node | None) -> bytes:
        """Kept for the node asked last, since the bill and the noise both want it."""
        if self._last[0] is not node:
            self._last = (node, self._form(node, self.world.edition))
        return self._last[1]

    def xor(self, mask: int) -> int:
        """The XOR of the hashes of the people in a mask, four at a time."""
        found = 0
        for table in self._xors:
            found ^= table[mask & 15]
            mask >>= 4
        return found


def _by_fours(hashes: Sequence[int]) -> list[list[int]]:
    """For every four people, the XOR of each of the 16 sets of them.

    A pool is a few questions, so larger tables would cost more than they save.
    """
    tables = []
    for start in range(0, len(hashes), 4):
        table = [0]
        for each in hashes[start : start + 4]:
            table += [each ^ known for known in table]
        tables.append(table)
    return tables


def off(oracle: Oracle, node: cohort.Node | None) -> int | None:
    """No protection: the exact count."""
    return oracle.world.count(node)


def questioned(oracle: Oracle, node: cohort.Node | None) -> int | None:
    """The product: noise by question and set."""
    mask = oracle.world.mask(node)
    return _said(oracle, mask, oracle.form(node))


def by_set(oracle: Oracle, node: cohort.Node | None) -> int | None:
    """Noise by the set of people alone: what decision 2 had."""
    return _said(oracle, oracle.world.mask(node), b"any")


def _said(oracle: Oracle, mask: int, question: bytes) -> int | None:
    said: answer.Count = protection.said(
        mask.bit_count(), oracle.xor(mask), question=question,
        rule=oracle.world.rule, keys=oracle.keys,
    )  # fmt: skip
    return said.shown


def key_for(*words: object) -> bytes:
    return hashlib.sha256(repr(words).encode()).digest()


def chooser(*words: object) -> random.Random:
    return random.Random(repr(words))
