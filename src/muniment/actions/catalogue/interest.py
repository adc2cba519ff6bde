"""Interest in what is planned: asked for once, told once."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.rulebook import words


def register_interest(
    programme: models.Programme, dataset: models.Dataset, *, actor: models.Actor, now: datetime
) -> models.Interest:
    """Ask to be told when a planned dataset opens; asking twice is asking once."""
    about = {"dataset": dataset}
    with step.taking("register_interest", programme, actor=actor, now=now, about=about) as taken:
        if actor.person is None:
            message = "Sign in, so that we know whom to tell."
            raise step.Refused([words.Refusal("account-unverified", message)])
        interest, _ = models.Interest.objects.get_or_create(
            dataset=dataset, person=actor.person, defaults={"made_at": now, "made_by": actor}
        )
        taken.records(dataset=dataset.slug)
    return interest


def tell_interested(
    programme: models.Programme, dataset: models.Dataset, *, actor: models.Actor, now: datetime
) -> int:
    """Tell everyone who asked that a dataset has opened, once; return how many were told."""
    about = {"dataset": dataset}
    with step.taking("tell_interested", programme, actor=actor, now=now, about=about) as taken:
        waiting = list(
            dataset.interests.filter(told_at__isnull=True).select_related("person").order_by("pk")
        )
        for interest in waiting:
            interest.told_at, interest.told_by = now, actor
            interest.save(update_fields=["told_at", "told_by"])
            taken.tells(interest.person, "edition-open", datasets=dataset.title)
        taken.records(dataset=dataset.slug, told=len(waiting))
    return len(waiting)
