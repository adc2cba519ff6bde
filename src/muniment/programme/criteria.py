"""What the committee judges a request by, and whether a member's review is complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment.rulebook import words

from .bundle import Bundle


@dataclass(frozen=True, slots=True)
class Free:
    """A criterion added for one case, with the reason for adding it."""

    id: str
    title: str
    reason: str


def list_criteria(edition: Bundle, *, free: tuple[Free, ...] = ()) -> dict[str, str]:
    """Criterion id -> title: the edition's own, then those added for the case."""
    own = {entry["id"]: entry["title"] for entry in edition["criteria"]["criteria"]}
    return own | {one.id: one.title for one in free}


def free_refusals(edition: Bundle, free: tuple[Free, ...]) -> list[words.Refusal]:
    """Why these criteria cannot be added to a case; an empty list means that they can."""
    rules = edition["criteria"].get("free_criteria", {"at_most": 0, "reason_required": True})
    found = []
    if len(free) > rules["at_most"]:
        message = "At most {most} criteria may be added to one case. Remove some."
        params = {"most": str(rules["at_most"])}
        found.append(words.Refusal("too-many-criteria", message, params))
    taken = set(list_criteria(edition))
    for one in free:
        if one.id in taken:
            message = "There is already a criterion {criterion}. Choose another name."
            found.append(words.Refusal("criterion-twice", message, {"criterion": one.id}))
        if rules["reason_required"] and not one.reason.strip():
            message = "Say why the criterion {criterion} is added to this case."
            found.append(words.Refusal("criterion-reason", message, {"criterion": one.title}))
        taken.add(one.id)
    return found


def review_refusals(
    edition: Bundle,
    *,
    scores: Mapping[str, int],
    comments: Mapping[str, str],
    comment: str,
    free: tuple[Free, ...] = (),
) -> list[words.Refusal]:
    """What keeps a member's review from being complete, by the programme's scoring mode."""
    mode = edition["committee"]["scoring"]
    if mode == "none":
        return []
    found = []
    if mode == "comments":
        if not comment.strip():
            found.append(words.Refusal("comment-missing", "Write your comment on the request."))
        return found
    titles = list_criteria(edition, free=free)
    for unknown in sorted(set(scores) - set(titles)):
        message = "There is no criterion {criterion}. Remove its score."
        found.append(words.Refusal("criterion-unknown", message, {"criterion": unknown}))
    for criterion, title in titles.items():
        score = scores.get(criterion)
        said = comments.get(criterion, "")
        found += _score_refusals(edition["criteria"]["scale"], title, score, said)
    return found


def _score_refusals(
    scale: Mapping[str, Any], title: str, score: int | None, comment: str
) -> list[words.Refusal]:
    params = {
        "criterion": title,
        "lowest": str(scale["lowest"]),
        "highest": str(scale["highest"]),
        "below": str(scale["comment_below"]),
    }
    if score is None:
        message = 'Score the criterion "{criterion}".'
        return [words.Refusal("score-missing", message, params)]
    if isinstance(score, bool) or not scale["lowest"] <= score <= scale["highest"]:
        message = 'Score "{criterion}" with a whole number from {lowest} to {highest}.'
        return [words.Refusal("score-out-of-scale", message, params)]
    if score < scale["comment_below"] and not comment.strip():
        message = 'A score below {below} needs a comment: say why for "{criterion}".'
        return [words.Refusal("score-needs-comment", message, params)]
    return []
