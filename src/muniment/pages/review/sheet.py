"""The review as a form: what a browser sent, what was kept, what the template draws.

Only the programme's criteria are read, so whatever else a request carries is not seen.
"""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from muniment.pages.review import drawing

LONGEST = 8000


def sent(bundle: Any, posted: QueryDict) -> dict[str, Any]:
    """What was typed; a score that is no digit is none."""
    names = [each["id"] for each in bundle["criteria"]["criteria"]]
    scores = {name: posted.get(f"score.{name}", "") for name in names}
    comments = {name: _text(posted, f"comment.{name}") for name in names}
    return {
        "scores": {key: value for key, value in scores.items() if value in list("123456789")},
        "comments": {key: value for key, value in comments.items() if value},
        "comment": _text(posted, "comment"),
        "leaning": posted.get("leaning", "")[:10],
    }


def of_review(review: Any) -> dict[str, Any]:
    """A review that was handed in, as it would be typed again; empty for none."""
    if review is None:
        return {"scores": {}, "comments": {}, "comment": "", "leaning": ""}
    rows = review.scores.all()
    return {
        "scores": {row.criterion: str(row.value) for row in rows},
        "comments": {row.criterion: row.comment for row in rows if row.comment},
        "comment": review.comment,
        "leaning": review.leaning,
    }


def drawn(bundle: Any, written: Mapping[str, Any]) -> dict[str, Any]:
    """Each criterion with its anchors and what stands in it, the comment, the leaning."""
    scale = bundle["criteria"]["scale"]
    weights = {each.get("weight", 1) for each in bundle["criteria"]["criteria"]}
    return {
        "criteria": [
            _criterion(each, scale, written, weighed=len(weights) > 1)
            for each in bundle["criteria"]["criteria"]
        ],
        "below": scale["comment_below"],
        "comment": written["comment"],
        "leanings": [
            {"value": value, "label": label, "chosen": value == written["leaning"]}
            for value, label in drawing.CHOICES.items()
        ],
    }


def _criterion(
    entry: Mapping[str, Any], scale: Mapping[str, Any], written: Mapping[str, Any], *, weighed: bool
) -> dict[str, Any]:
    anchors = {str(key): text for key, text in entry["anchors"].items()}
    chosen = written["scores"].get(entry["id"], "")
    values = [str(each) for each in range(scale["lowest"], scale["highest"] + 1)]
    return {
        "id": entry["id"],
        "title": entry["title"],
        "question": entry["question"],
        "weight": entry.get("weight", 1) if weighed else None,
        "lowest": anchors.get(values[0], ""),
        "highest": anchors.get(values[-1], ""),
        "anchors": [(value, anchors[value]) for value in values if value in anchors],
        "options": [{"value": value, "chosen": value == chosen} for value in values],
        "comment": written["comments"].get(entry["id"], ""),
    }


def _text(posted: QueryDict, name: str) -> str:
    return posted.get(name, "").replace("\r\n", "\n").strip()[:LONGEST]
