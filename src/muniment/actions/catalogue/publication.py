"""Publications: a public dataset is downloaded by anybody at once, under the rule all the same."""

from datetime import datetime

from muniment import models
from muniment.actions import people, step
from muniment.rulebook import words

TRIES = 5


def download_publication(
    holding: models.Holding,
    table: str,
    *,
    person: models.Person | None,
    now: datetime,
    tries: int = TRIES,
) -> models.Holding:
    """Put on record that a table of a public edition was given, to whom where they are signed in.

    Raises Refused where it is not public, was withdrawn, or holds rows under embargo. Of two who
    come at once the later one tries again, so many times.
    """
    try:
        return _taken(holding, table, person, now)
    except step.Refused as refused:
        if tries == 1 or not refused.changed_meanwhile:
            raise
    holding.refresh_from_db()
    return download_publication(holding, table, person=person, now=now, tries=tries - 1)


def _taken(
    holding: models.Holding, table: str, person: models.Person | None, now: datetime
) -> models.Holding:
    about = {"edition": holding.dataset_edition, "track": words.Track.PUBLIC}
    session = models.Actor.Via.SESSION
    actor = people.acting(person, words.Role.ANYONE) if person else people.system(via=session)
    with step.taking("download_publication", holding, actor=actor, now=now, about=about) as taken:
        taken.records(table=table, content=holding.content_sha256)
    return holding
