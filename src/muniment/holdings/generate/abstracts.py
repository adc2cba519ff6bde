"""Synthetic meeting abstracts: invented text, real shapes, an embargo for every row."""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from muniment.holdings.generate import meetings, wording
from muniment.holdings.generate.chance import Chance, Weights
from muniment.holdings.generate.made import Made
from muniment.holdings.generate.meetings import Meeting
from muniment.holdings.writing import Cell

_LATE_BREAKING = 0.015
_IN_PROGRESS = 0.22  # of trials: still running, no results yet
_PRESENTED = Weights(
    {"online-only": 55.0, "poster": 33.0, "oral": 7.0, "discussion": 4.0, "plenary": 1.0}
)
_FUNDERS = Weights({"industry": 41.0, "public": 27.0, "foundation": 15.0, "none": 17.0})
_INSTITUTIONS = 90


def make(*, seed: int, size: int, around: datetime.date) -> Made:
    """`size` abstracts over the meetings around a day; those of the next are under embargo."""
    chance = Chance("meeting-abstracts", seed=seed)
    held = meetings.list_meetings(around)
    weights = Weights({meeting: meeting.weight for meeting in held})
    writer = _Writer(chance)
    abstracts: list[dict[str, Cell]] = []
    authors: list[dict[str, Cell]] = []
    for number in range(1, size + 1):
        abstract_id = f"A{number:06d}"
        abstracts.append(writer.abstract(abstract_id, chance.pick(weights)))
        authors.extend(writer.authors(abstract_id))
    years = [meeting.starts_on.year for meeting in held]
    return Made(tables={"abstracts": abstracts, "authors": authors}, years=(min(years), max(years)))


class _Writer:
    """Keeps the running abstract numbers of each meeting."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._numbers: dict[Meeting, int] = defaultdict(int)
        self._countries = Weights(wording.phrases()["countries"])

    def abstract(self, abstract_id: str, meeting: Meeting) -> dict[str, Cell]:
        chance = self._chance
        topic = wording.topic(chance, series=meeting.series, year=meeting.starts_on.year)
        trial = topic.design in wording.TRIALS
        late = chance.happens(_LATE_BREAKING)
        in_progress = trial and not late and chance.happens(_IN_PROGRESS)
        presented = "oral" if late else chance.pick(_PRESENTED)
        released = meeting.presented_at(chance.between(0, 3)) if late else meeting.released_at
        return {
            "abstract_id": abstract_id,
            "meeting": meeting.series,
            "year": meeting.starts_on.year,
            "abstract_no": self._number(meeting, late, in_progress, presented),
            "track": topic.track,
            "title": topic.title,
            **wording.body(chance, topic, in_progress=in_progress),
            "presentation_type": presented,
            "design": topic.design,
            "clinical_trial": "yes" if trial else "no",
            "in_progress": "yes" if in_progress else "no",
            "late_breaking": "yes" if late else "no",
            "nct_id": f"NCT9{chance.between(0, 9_999_999):07d}" if trial else None,
            "funder_kind": chance.pick(_FUNDERS),
            "review_score": f"{min(max(3 + chance.normal(), 1), 5):.1f}",
            "embargo_until": f"{released:%Y-%m-%dT%H:%M:%SZ}",
        }

    def authors(self, abstract_id: str) -> Iterator[dict[str, Cell]]:
        chance = self._chance
        for order in range(1, min(2 + round(chance.lognormal(5, 0.5)), 25) + 1):
            yield {
                "abstract_id": abstract_id,
                "author_order": order,
                "author_name": self._name(),
                "institution": f"Synthetic Institution {chance.between(1, _INSTITUTIONS):02d}",
                "country": chance.pick(self._countries),
                "disclosure": "yes" if chance.happens(0.38) else "no",
            }

    def _number(self, meeting: Meeting, late: bool, in_progress: bool, presented: str) -> str:
        self._numbers[meeting] += 1
        number = self._numbers[meeting]
        if late:
            return f"LBA{number}"
        if in_progress:
            return f"TPS{1000 + number}"
        return f"e{12000 + number}" if presented == "online-only" else str(1000 + number)

    def _name(self) -> str:
        """Joined from syllables, so that it is nobody's on purpose."""
        parts = [self._chance.one_of(wording.phrases()["syllables"]) for _ in range(3)]
        initial = self._chance.one_of("ABCDEFGHIJKLMNOPRSTVWYZ")
        return f"{initial}. {''.join(parts).capitalize()}"
