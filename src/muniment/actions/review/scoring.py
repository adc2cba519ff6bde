"""A review: drafted alone, handed in whole, replaced by another and never overwritten."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, step
from muniment.programme import criteria
from muniment.queries import editions
from muniment.rulebook import words


def keep_draft(
    case: models.Case, written: Mapping[str, Any], *, actor: models.Actor, now: datetime
) -> models.ReviewDraft:
    """Keep what is written so far, for its writer's eyes only. An edit, open as long as `score` is.

    `written` has `scores` and `comments` by criterion, `comment` and `leaning`.
    """
    against = step.refusals("score", case, actor=actor, now=now)
    if against:
        raise step.Refused(against)
    return models.ReviewDraft.objects.update_or_create(
        case=case,
        round=case.round,
        member=actor.person,
        defaults={"written": dict(written), "saved_at": now, "saved_by": actor},
    )[0]


def score(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    scores: Mapping[str, int],
    comment: str = "",
    comments: Mapping[str, str] | None = None,
    leaning: str = "",
) -> models.Review:
    """Hand in one's review of this round, as complete as the programme's scoring mode asks.

    Others' reviews are shown only afterwards. Handed in again, it takes the place of one's own,
    which stays on record as withdrawn. `leaning` is a vote's choice, or empty.
    """
    with step.taking("score", case, actor=actor, now=now) as taken:
        _unless_complete(case, scores, comments or {}, comment, leaning)
        assert actor.person is not None  # the rulebook gives this step to people only
        mine = case.reviews.filter(round=case.round, member=actor.person)
        mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=now, withdrawn_by=actor)
        review = models.Review.objects.create(
            case=case, round=case.round, member=actor.person, comment=comment, leaning=leaning,
            made_at=now, made_by=actor,
        )  # fmt: skip
        models.Score.objects.bulk_create(
            models.Score(
                review=review,
                criterion=criterion,
                value=value,
                comment=(comments or {}).get(criterion, ""),
            )
            for criterion, value in scores.items()
        )
        case.review_drafts.filter(round=case.round, member=actor.person).delete()
        taken.records(scores=dict(scores), comment=comment, leaning=leaning)
    return review


def _unless_complete(
    case: models.Case,
    scores: Mapping[str, int],
    comments: Mapping[str, str],
    comment: str,
    leaning: str,
) -> None:
    bundle = editions.bundle_of(case.edition)
    reasons = criteria.review_refusals(bundle, scores=scores, comments=comments, comment=comment)
    if scores and bundle["committee"]["scoring"] == "comments":
        message = "Members comment and give no scores here. Leave the scores out."
        reasons.append(words.Refusal("no-scores-here", message))
    if leaning and leaning not in models.Vote.Choice.values:
        message = "Choose how you lean from the list."
        reasons.append(words.Refusal("leaning-unknown", message))
    input_refused.unless_empty(reasons)
