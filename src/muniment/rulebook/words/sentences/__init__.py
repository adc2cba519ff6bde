"""Why not, in words: one sentence for each fact that a step misses or that stands against it.

`MISSING` speaks when a step needs a fact that does not hold, `PRESENT` when a fact holds that must
not. A row of a table may say it differently with a `Need` of its own.
"""

from muniment.rulebook.words.fact import Fact
from muniment.rulebook.words.refusal import Refusal
from muniment.rulebook.words.sentences import applying, deciding, delivering, office

MISSING: dict[Fact, Refusal] = {
    **office.MISSING,
    **applying.MISSING,
    **deciding.MISSING,
    **delivering.MISSING,
}
PRESENT: dict[Fact, Refusal] = {
    **office.PRESENT,
    **applying.PRESENT,
    **deciding.PRESENT,
    **delivering.PRESENT,
}
