"""Numbers of one edition after another: two of them must not single out who came or went.

Source of the rule: the privacy document of this project, part A5. For numbers that are published
or kept side by side. Builder counts need no such rule within an edition; across editions they have
unrelated noise and a budget each, and what two budgets tell adds up.
"""

from dataclasses import dataclass

from muniment.dataplane.spec.answer import Count


@dataclass(frozen=True, slots=True)
class Composed:
    """The number to show for the new edition, and whether it is still the last edition's."""

    count: Count
    kept: bool


def compose(previous: Count | None, fresh: Count, *, changed: int) -> Composed:
    """The last edition's number stays unless enough units have changed.

    `changed` is the exact number of distinct units that are in the group in one of the two
    editions and not in the other: those who came plus those who went, since a group that lost one
    and gained one has changed by two. Where there was no number before, the new one is shown.
    """
    if previous is None or changed >= fresh.threshold:
        return Composed(fresh, kept=False)
    return Composed(previous, kept=True)
