"""Files of a described holding: built elsewhere, laid in a folder of this office, checked alike.

They never pass the web: a data engineer lays them in `incoming/` under the line's name, and the
data plane reads them where they lie.
"""

from dataclasses import dataclass
from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.rulebook import words

from . import builds


@dataclass(frozen=True, slots=True)
class Brought:
    """What the data plane made of the files: a folder in the home's holdings, and its hash."""

    folder: str
    content_sha256: str


def ask_to_bring(line: models.ReleaseLine, *, actor: models.Actor, now: datetime) -> models.Job:
    """Have the data plane read the files of the line's folder; a job then brings them in."""
    step.only_for({words.Role.DATA_ENGINEER}, builds.case_of(line), actor=actor, now=now)
    input_refused.unless_empty(_not_described(line))
    case = builds.case_of(line)
    return work.enqueue("bring_in", actor=actor, now=now, case=case, payload={"line": line.pk})


def bring_in_files(
    line: models.ReleaseLine,
    brought: Brought,
    *,
    actor: models.Actor,
    now: datetime,
    job: models.Job | None = None,
) -> models.Holding:
    """From now on these files stand behind the holding; a plan quotes their hash.

    Refused when the lease of the job that read them was lost.
    """
    case = builds.case_of(line)
    about = {"line": line, "part": line.part, "brought": brought}
    with step.taking("bring_in_files", case, actor=actor, now=now, about=about) as taken:
        if job is not None:
            builds.unless_held(job)
        input_refused.unless_empty(_not_described(line))
        holding = models.Holding.objects.get(parts=line.part)
        holding.folder, holding.content_sha256 = brought.folder, brought.content_sha256
        holding.save(update_fields=["folder", "content_sha256"])
        taken.records(line=line.public_id, holding=holding.slug, content=brought.content_sha256)
    return holding


def _not_described(line: models.ReleaseLine) -> list[words.Refusal]:
    holding = line.part.holding
    if holding is not None and holding.kind == models.Holding.Kind.DESCRIBED:
        return []
    message = "This holding is loaded; its own files are built from, and none are brought in."
    return [words.Refusal("not-described", message)]
