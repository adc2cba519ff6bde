"""References of the requests that a scene brings along.

Their year is that of the day on which each was drafted, which is no business of a journey: in
January most scenes began the year before. So the house writes down what it made, and a journey
says which of them it means, by number.
"""

import json
from dataclasses import dataclass
from pathlib import Path

FILE = "references.json"
MADE: list[str] = []
"""Those of the scene that stands; see the fixture `built`."""


def write(home: Path) -> None:
    """Called in the house, once its scene is played."""
    from muniment import models

    made = models.Case.objects.order_by("pk").values_list("reference", flat=True)
    (home / FILE).write_text(json.dumps(list(made)), encoding="utf-8")


def read(home: Path) -> None:
    """Called before the first page."""
    MADE[:] = json.loads((home / FILE).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Reference:
    """The request of that number, in an address or a sentence: `f"/requests/{REQUEST}/"`."""

    number: int

    def __str__(self) -> str:
        return next(name for name in MADE if name.endswith(f"-{self.number:04}"))
