"""The ten requests of the month: of which dataset, what is asked, and under which title."""

from typing import Any

from muniment.demo import house, papers

OFFICE = {
    "data": {"use_kinds": ["general"]},
    "ethics": {"ethics_status": "not-needed", "ethics_letter": [papers.file("ethics.pdf")]},
}
"""What is answered otherwise where no person is described."""


def pilot(**more: Any) -> dict[str, Any]:
    """The pilot trial, as it is mostly asked for."""
    written = papers.pilot_specification()
    written["parts"][0].update(more)
    return written


def totals() -> dict[str, Any]:
    """A table of practices, which leave only as totals."""
    part = {"id": "p1", "holding": house.CENSUS, "edition": "2026.1", "level": "aggregate",
            "tables": [], "cohort": None, "group_by": ["ownership"]}  # fmt: skip
    return {"muniment_specification": 1, "parts": [part], "links": []}


OLDEST = {"variable": "AGE", "is": "at_least", "value": 85}
TITLES = (
    "Trial numbers in meeting abstracts",
    "Skin reactions under a patch",
    "Practices by ownership",
    "Adverse events after 85",
    "When nausea begins",
    "Dizziness and dose",
    "A ranking of centers",
    "Dose steps and the skin",
    "Early ends of treatment",
    "Practices near me",
)


def ask(number: int) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Dataset, specification and other answers of a request, by its number from 1."""
    if number == 1:
        return house.ABSTRACTS, papers.abstracts_specification(), OFFICE
    if number in (3, 10):
        return house.CENSUS, totals(), OFFICE
    return house.PILOT, pilot(cohort=OLDEST) if number == 4 else pilot(), {}
