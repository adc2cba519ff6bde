"""Who opened the papers, and the others' scores: reading is a step, so that it is on record."""

from datetime import datetime

from muniment import models
from muniment.actions import step

What = models.Opened.What


def read_papers(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Opened:
    """Open the papers of a request, once in each round."""
    with step.taking("read_papers", case, actor=actor, now=now) as taken:
        return _open(taken, case, What.PAPERS)


def read_scores(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Opened:
    """Open the others' reviews, once one's own is in."""
    with step.taking("read_scores", case, actor=actor, now=now) as taken:
        return _open(taken, case, What.SCORES)


def _open(taken: step.Taken, case: models.Case, what: models.Opened.What) -> models.Opened:
    """Opened again, the first time stands on record; the ledger has each."""
    taken.records(round=case.round)
    return models.Opened.objects.get_or_create(
        case=case,
        round=case.round,
        member=taken.actor.person,
        what=what,
        defaults={"made_at": taken.now, "made_by": taken.actor},
    )[0]
