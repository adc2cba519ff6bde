"""The release workbench: lines and builds of a request, and the builds of all requests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from muniment import models
from muniment.queries import access, asked
from muniment.queries.office.jobs import CALLED_OFF
from muniment.rulebook.words import Role, Stage

SAMPLE_LASTS = timedelta(hours=1)
READERS = frozenset({Role.DATA_ENGINEER, Role.CHECKER, Role.COORDINATOR, Role.AUDITOR})
"""Who reads exact figures about a build."""
BUILDERS = frozenset({Role.DATA_ENGINEER, Role.CHECKER})
"""Whose day's work the list of builds is."""
BEGINNINGS = ("plan", "bring_in")
"""Jobs by which a line comes to a build."""
RELEASING = (Stage.BUILDING.value, Stage.CHECKING.value, Stage.ACTIVE.value)
State = models.Build.State


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of the plan, or of the files, that were asked for last on a line.

    `kind` is that of the job; `reasons` say why nothing came of it, or why it has to wait.
    """

    kind: str = ""
    lives: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """A release line with its builds, newest first, and what was asked for since the newest."""

    line: models.ReleaseLine
    builds: tuple[models.Build, ...]
    begun: Begun = Begun()

    @property
    def newest(self) -> models.Build | None:
        """The build in work; None before one was planned."""
        return self.builds[0] if self.builds else None


def bench_of(case: models.Case) -> list[Bench]:
    """Every line of a request, oldest first; a fixed number of queries."""
    return _benches(_lines().filter(part__case=case).order_by("pk"), {case.pk})


def list_bench(person: models.Person, *, now: datetime) -> list[Bench]:
    """Every line on which this person works as data engineer or checker; none for others."""
    held = access.offices_by_programme(person, now=now)
    programmes = [key for key, roles in held.items() if roles & BUILDERS]
    cases = {
        sight.case.pk
        for sight in access.list_sights(person, now=now)
        if sight.roles & BUILDERS and sight.case.stage in RELEASING
    }
    mine = Q(part__case__programme__in=programmes, part__case__in=cases)
    return _benches(_lines().filter(mine).order_by("-pk"), cases)


def find_build(case: models.Case, pk: int) -> models.Build | None:
    """A build of this request, with what a step on it needs; None where there is none."""
    return _builds().filter(line__part__case=case, pk=pk).first()


def find_line(case: models.Case, pk: int) -> models.ReleaseLine | None:
    """A release line of this request; None where there is none."""
    return _lines().filter(part__case=case, pk=pk).first()


def list_lines_to_open(case: models.Case) -> list[tuple[models.Part, models.Agreement]]:
    """Each part that was not denied with each agreement that it has no line for; three queries.

    The lead institution's comes first, then those that joined it. A later delivery of a standing
    request has a line from its preparation, for the agreement that the lead's was then.
    """
    issued = case.agreements.filter(superseded_at__isnull=True, issued_at__isnull=False)
    texts = list(issued.select_related("institution").order_by("-kind", "institution__name"))
    lines = models.ReleaseLine.objects.filter(agreement__in=texts)
    followed = Q(status=models.Part.Status.FOLLOWING, follows__status__in=asked.LIVE)
    parts = case.parts.filter(Q(status__in=asked.LIVE) | followed)
    found = parts.select_related("holding", "dataset_edition__dataset", "case__edition")
    pairs = [(part, text) for part in found.order_by("part_id") for text in texts]
    open_for = {(line.part_id, line.agreement_id) for line in lines}
    return [(part, text) for part, text in pairs if (part.pk, text.pk) not in open_for]


def get_sample(pk: int) -> models.Look:
    """A look at rows with its build; raises Look.DoesNotExist."""
    return models.Look.objects.select_related("build__line__part__case").get(pk=pk)


def find_sample(build: models.Build, person: models.Person, *, now: datetime) -> models.Look | None:
    """This person's own newest look at rows of a build, within its hour; theirs alone."""
    rows = build.looks.filter(
        what=models.Look.What.ROWS, made_by__person=person, made_at__gt=now - SAMPLE_LASTS
    )
    return rows.order_by("-pk").first()


def list_stale_samples(*, now: datetime) -> list[models.Look]:
    """Looks whose hour is over and whose rows still lie somewhere."""
    rows = models.Look.objects.filter(made_at__lte=now - SAMPLE_LASTS).exclude(sha256="")
    return list(rows.order_by("pk"))


def earlier_build(build: models.Build) -> models.Build | None:
    """The build of the same line that was made before this one; None for the first."""
    made = build.line.builds.filter(number__lt=build.number, built_at__isnull=False)
    return made.order_by("-number").first()


def _benches(lines: QuerySet[models.ReleaseLine], cases: Collection[int]) -> list[Bench]:
    """Each line with the newest of its jobs; one query more, however many lines there are."""
    jobs = models.Job.objects.filter(case__in=cases, kind__in=BEGINNINGS).order_by("pk")
    newest = {job.payload["line"]: job for job in jobs}
    return [_bench(line, newest.get(line.pk)) for line in lines]


def _bench(line: models.ReleaseLine, job: models.Job | None) -> Bench:
    made = tuple(line.builds.all())
    if job is None or job.error == CALLED_OFF or job.state == models.Job.State.DONE:
        return Bench(line, made)
    if any(build.made_at >= job.made_at for build in made):
        return Bench(line, made)
    begun = Begun(job.kind, job.state in models.Job.LIVE, tuple(job.error.splitlines()))
    return Bench(line, made, begun)


def _lines() -> QuerySet[models.ReleaseLine]:
    return models.ReleaseLine.objects.select_related(
        "agreement__institution",
        "part__holding",
        "part__case__edition",
        "part__dataset_edition__dataset",
    ).prefetch_related(Prefetch("builds", queryset=_builds().order_by("-number")))


def _builds() -> QuerySet[models.Build]:
    return models.Build.objects.select_related(
        "plan__made_by__person",
        "plan__approved_by__person",
        "made_by__person",
        "started_by__person",
        "released_by__person",
        "line__agreement",
        "line__part__case",
        "line__part__holding",
    ).prefetch_related(
        Prefetch(
            "checks", queryset=models.Check.objects.select_related("made_by__person").order_by("pk")
        )
    )
