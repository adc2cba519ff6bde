"""A part at the second gate in words, and its exact figures as tables for whoever may see them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from muniment.pages.screening import forms
from muniment.pages.wording.datasets import Tag
from muniment.queries.screening import availability, need

TONES = {"available": "good", "partly": "warn", "sufficient": "good", "marginal": "warn",
         "insufficient": "stop"}  # fmt: skip
OVERLAP = {
    "little": _("Less than a tenth"),
    "some": _("A tenth to a half"),
    "most": _("Half or more"),
    None: _("Cannot be compared"),
}


def row(part: availability.Part, chosen: availability.Part) -> dict[str, Any]:
    """What a template says of one part."""
    answer = part.answer
    judged = answer.verdict if answer else ""
    return {
        "part": part,
        "name": part.row.part_id,
        "here": part.row.part_id == chosen.row.part_id,
        "sentence": part.written.sentence() if part.written else "",
        "outcome": _tag(answer.outcome, forms.OUTCOMES) if answer else None,
        "verdict": verdict(judged) if judged else None,
        "counted": part.counted,
        "stale": answer is not None and not part.current,
        "by": _name(answer.made_by) if answer else "",
        "judged_by": _name(answer.judged_by) if answer and answer.judged_by else "",
    }


def compared(part: availability.Part, stated: need.Need) -> dict[str, Any]:
    """What the applicant says is needed beside the protected count, with the verdict of the two."""
    counted = part.counted
    word = need.suggested(stated.people, counted.get("shown"), counted=bool(counted))
    return {"stated": stated, "word": word, "tag": verdict(word) if word else None}


def verdict(word: str) -> Tag:
    """A verdict as a tag."""
    return _tag(word, forms.VERDICTS)


def table(exact: Mapping[str, Any], part: availability.Part, stated: need.Need) -> dict[str, Any]:
    """Exact figures in the order in which they are asked about; what was not counted is left out.

    `short` says that fewer are there than the applicant or the plan asks for, `under` that the
    smallest group is smaller than the holding's threshold.
    """
    matching = exact.get("matching")
    needed = part.answer.needed if part.answer else None
    if needed is None:
        needed = stated.people
    holding = part.row.holding
    threshold = holding.descriptor["muniment"].get("threshold") if holding else None
    events = exact.get("events", [])
    cell = exact.get("cell", {"by": [], "smallest": exact.get("smallest")})
    return {
        "matching": matching,
        "needed": needed,
        "short": matching is not None and needed is not None and matching < needed,
        "steps": exact.get("steps", []),
        "missing": exact.get("missing", []),
        "events": [
            {**each, "short": stated.events is not None and each["units"] < stated.events}
            for each in (events if isinstance(events, list) else [{"table": "", "units": events}])
        ],
        "events_needed": stated.events,
        "by": ", ".join(cell["by"]),
        "smallest": cell["smallest"],
        "threshold": threshold,
        "under": None not in (cell["smallest"], threshold) and cell["smallest"] < threshold,
        "overlap": [(name, OVERLAP[band]) for name, band in exact.get("overlap", {}).items()],
    }


def _tag(word: str, words: Mapping[str, Any]) -> Tag:
    return Tag(words[word], TONES.get(word, "line"))


def _name(actor: Any) -> str:
    return actor.person.name if actor.person else ""
