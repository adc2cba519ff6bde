"""What a plan or a build is drawn from, and reads of lines, plans and builds for the jobs."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785
from django.db.models import QuerySet

from muniment import models
from muniment.queries import asked


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is drawn from: plain documents, and folders inside the home's holdings.

    `parts` are the parts of one release line, None for the whole specification; `holdings` are
    (slug, edition) of every loaded holding that is asked for.
    """

    specification: dict[str, Any]
    policy: dict[str, Any] | None
    folders: tuple[str, ...]
    holdings: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] | None


def get_build(pk: int) -> models.Build:
    """A build with its plan, line, agreement, part and case; raises Build.DoesNotExist."""
    return models.Build.objects.select_related(
        "plan", "line__agreement", "line__part__case", "line__part__holding",
        "line__part__follows__holding",
    ).get(pk=pk)  # fmt: skip


def get_line(pk: int) -> models.ReleaseLine:
    """A release line with its agreement, part, case and holding; raises DoesNotExist."""
    rows = models.ReleaseLine.objects.select_related(
        "agreement", "part__case", "part__holding", "part__follows__holding"
    )
    return rows.get(pk=pk)


def planned_since(line: models.ReleaseLine, moment: datetime) -> bool:
    """Whether a build of the line was planned from that moment on."""
    return line.builds.filter(made_at__gte=moment).exists()


def recorded_folders(names: Collection[str]) -> set[str]:
    """Those of these folders that a build names as its package."""
    rows = models.Build.objects.filter(folder__in=names)
    return set(rows.values_list("folder", flat=True))


def list_abandoned() -> list[models.Build]:
    """Builds that are said to run while no job for them waits or runs: its workers all died."""
    live = models.Job.objects.filter(kind="build", state__in=models.Job.LIVE)
    running = models.Build.objects.filter(state=models.Build.State.BUILDING)
    if not running.exists():
        return []
    at_work = {payload["build"] for payload in live.values_list("payload", flat=True)}
    return list(running.exclude(pk__in=at_work).select_related("line__part__case"))


def inputs_of(case: models.Case, *, part: models.Part | None = None) -> Inputs:
    """The confirmed specification of a case, over its holdings, with the policy in force.

    For a part of a later edition the specification reads with that edition, over its holding.
    """
    document = json.loads(confirmed(case).document)
    rows = [part] if part is not None and part.follows is not None else list(_with_holding(case))
    if part is not None and part.follows is not None:
        document = asked.followed(document, part)
    holdings = [row.holding for row in rows if row.holding is not None]
    policy = find_policy(part if part is not None else rows[0])
    return Inputs(
        specification=document,
        policy=None if policy is None else json.loads(policy.document),
        folders=tuple(holding.folder for holding in holdings),
        holdings=tuple((holding.slug, holding.edition) for holding in holdings),
        parts=None if part is None else (asked.id_of(part),),
    )


def confirmed(case: models.Case) -> models.Specification:
    """The newest version that the applicant confirmed; raises Specification.DoesNotExist."""
    return case.specifications.filter(confirmed_at__isnull=False).latest("version")


def _with_holding(case: models.Case) -> QuerySet[models.Part]:
    rows = case.parts.filter(holding__isnull=False, follows__isnull=True)
    return rows.select_related("holding").order_by("part_id")


def signed_terms(line: models.ReleaseLine) -> str:
    """The terms that hold for a line, canonical JSON: those that were signed.

    For a later edition under a standing request, the same with that edition in its place.
    """
    if line.part.follows is None:
        return line.agreement.terms
    return rfc8785.dumps(asked.followed(json.loads(line.agreement.terms), line.part)).decode()


def follows_over_time(line: models.ReleaseLine) -> bool:
    """Whether the request asked for a series of deliveries and for linking people across them.

    Both are answers that the committee approved with the request and that the agreement quotes.
    """
    case = line.part.case
    is_series = asked.find_answer(case, "delivery_rhythm") == "series"
    return is_series and asked.find_answer(case, "linkage") is True


def list_earlier(line: models.ReleaseLine) -> list[str]:
    """The folders of all builds of the same holding, of any edition, that other lines released."""
    part = line.part
    if part.holding is None:
        return []
    rows = models.Build.objects.filter(
        line__part__holding__slug=part.holding.slug,
        line__part__holding__programme=part.holding.programme,
        released_at__isnull=False,
    )
    others = rows.exclude(line=line).exclude(folder="").order_by("pk")
    return list(others.values_list("folder", flat=True))


def list_published(line: models.ReleaseLine) -> list[dict[str, Any]]:
    """The public tables in force of the line's holding edition."""
    rows = models.PublishedCounts.objects.filter(
        holding=line.part.holding, superseded_at__isnull=True
    )
    return [json.loads(row.document) for row in rows.order_by("pk")]


def find_policy(part: models.Part) -> models.MethodPolicy | None:
    """How the fields of a part leave: by its holding's newest method policy.

    A later edition that has none of its own is treated as the one that was signed for.
    """
    for each in (part, part.follows):
        if each is not None and each.holding is not None:
            found = each.holding.policies.order_by("-pk").first()
            if found is not None:
                return found
    return None


FORMS = {"stata": "dta", "spss": "sav", "sas": "xpt"}
"""The form's word for a format to the kind of file; Parquet and CSV are always made."""


def kinds_of(case: models.Case) -> tuple[str, ...]:
    """In which forms the tables leave: Parquet and CSV, and what the applicant asked for."""
    wanted = asked.find_answer(case, "formats") or []
    return ("parquet", "csv", *(kind for name, kind in FORMS.items() if name in wanted))


def ethics_in_date(case: models.Case, today: date) -> bool:
    """Whether the ethics approval, where the answers name its last day, still runs."""
    until = asked.find_answer(case, "ethics_valid_until")
    return not isinstance(until, str) or not until or until >= today.isoformat()
