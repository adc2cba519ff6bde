"""What is prepared for whoever decides: an edit, kept until a determination takes it up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import step
from muniment.queries import conflicts
from muniment.rulebook import words

WRITERS = {
    words.Role.COORDINATOR,
    words.Role.DETERMINING_OFFICER,
    words.Role.CHAIR,
    words.Role.ACTING_CHAIR,
}


def keep_draft(
    case: models.Case, document: Mapping[str, Any], *, actor: models.Actor, now: datetime
) -> models.DraftDecision:
    """Keep outcome, reasons, conditions and letter as they are now; the last one to save wins."""
    step.only_for(WRITERS, case, actor=actor, now=now)
    if case.stage != words.Stage.DETERMINATION.value:
        message = "A decision is prepared only while the request waits for one."
        raise step.Refused([words.Refusal("not-at-determination", message)])
    assert actor.person is not None  # the writers are people
    if conflicts.conflicted(case, actor.person):
        message = "You have a conflict of interest here, so you prepare nothing."
        raise step.Refused([words.Refusal("conflicted", message)])
    kept, _ = models.DraftDecision.objects.update_or_create(
        case=case,
        defaults={
            "round": case.round,
            "document": dict(document),
            "made_at": now,
            "made_by": actor,
        },
    )
    return kept
