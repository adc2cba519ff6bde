"""What a plan or a build is drawn from, and reads of lines, plans and builds for the jobs."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import rfc8785
from django.db.models import Q, QuerySet

from muniment import models
from muniment.dataplane.spec import faults
from muniment.dataplane.spec import holding as declaring
from muniment.queries import asked


@dataclass(frozen=True, slots=True)
class Inputs:
    """What terms and plans are drawn from: documents, and folders inside the home's holdings.

    `parts` are the parts of one release line, None for the whole specification; `holdings` are
    (slug, edition) of every holding that terms are made over. `policies` are the method policies,
    each under what it is for; `terms_version` is the form of the terms that were signed; `declared`
    are the descriptors of described holdings, whose files are not ours to read; `over_time` says
    that later editions leave under the same codes.
    """

    specification: dict[str, Any]
    policies: dict[str, dict[str, Any]]
    folders: tuple[str, ...]
    holdings: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] | None
    terms_version: int | None = None
    declared: tuple[dict[str, Any], ...] = ()
    over_time: bool = False


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


def inputs_of(case: models.Case) -> Inputs:
    """The confirmed specification of a case over all its holdings: what an agreement signs."""
    rows = asked.live_parts(case)
    holdings = list(dict.fromkeys(row.holding for row in rows if row.holding is not None))
    found = {_name(each): find_policy(each) for each in holdings}
    inputs = _inputs(
        json.loads(confirmed(case).document),
        holdings,
        {name: row for name, row in found.items() if row is not None},
    )
    return replace(inputs, over_time=_over_time(case))


def inputs_for(line: models.ReleaseLine) -> Inputs:
    """The same for a release line: its terms are drawn over every holding that was signed for.

    For a part of a later edition the specification reads with that edition, over its holding. Files
    that were brought in for a described holding are read for its own line only.
    """
    part, document = line.part, json.loads(confirmed(line.part.case).document)
    signed = json.loads(signed_terms(line))
    inputs = _inputs(
        document if part.follows is None else asked.followed(document, part),
        signed_holdings(line, signed),
        policies_for(line, signed),
        built_from=part.holding,
    )
    return replace(
        inputs,
        parts=(asked.id_of(part),),
        terms_version=signed.get("muniment_terms"),
        over_time=part.follows is not None and follows_over_time(line),
    )


def _inputs(
    document: dict[str, Any],
    holdings: Collection[models.Holding],
    policies: Mapping[str, models.MethodPolicy],
    *,
    built_from: models.Holding | None = None,
) -> Inputs:
    lying = [
        each
        for each in holdings
        if each.kind == models.Holding.Kind.LOADED or (each == built_from and each.folder)
    ]
    return Inputs(
        specification=document,
        policies={name: json.loads(row.document) for name, row in policies.items()},
        folders=tuple(holding.folder for holding in lying),
        holdings=tuple((holding.slug, holding.edition) for holding in holdings),
        parts=None,
        declared=tuple(holding.descriptor for holding in holdings if holding not in lying),
    )


def signed_holdings(line: models.ReleaseLine, signed: dict[str, Any]) -> list[models.Holding]:
    """The holdings that signed terms name, and the line's own; by name."""
    named = {(each["holding"], each["edition"]) for each in signed.get("editions", [])}
    rows = line.part.case.programme.holdings.filter(slug__in={slug for slug, _ in named})
    found = {row for row in rows if (row.slug, row.edition) in named}
    own = {line.part.holding} if line.part.holding is not None else set()
    return sorted(found | own, key=lambda row: (row.slug, row.edition))


def policies_for(
    line: models.ReleaseLine, signed: dict[str, Any]
) -> dict[str, models.MethodPolicy]:
    """The method policies in force of the holdings that were signed for, by "slug@edition".

    Terms of version 1 have one policy for all, that of the first part. A later edition without one
    is treated as the edition that was signed for.
    """
    part = line.part
    if signed.get("muniment_terms") == 1:
        first = _with_holding(part.case)[0]
        is_moved = part.follows is not None and part.follows.holding == first.holding
        only = _policy_of(part if is_moved else first)
        return {} if only is None else {"": only}
    found = {
        _name(each): _policy_of(part) if each == part.holding else find_policy(each)
        for each in signed_holdings(line, signed)
    }
    return {name: row for name, row in found.items() if row is not None}


def _policy_of(part: models.Part) -> models.MethodPolicy | None:
    holdings = (each.holding for each in (part, part.follows) if each is not None)
    found = (find_policy(holding) for holding in holdings if holding is not None)
    return next((policy for policy in found if policy is not None), None)


def _name(holding: models.Holding) -> str:
    return f"{holding.slug}@{holding.edition}"


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
    return _over_time(line.part.case)


def _over_time(case: models.Case) -> bool:
    is_series = asked.find_answer(case, "delivery_rhythm") == "series"
    return is_series and asked.find_answer(case, "linkage") is True


def find_first_text(line: models.ReleaseLine) -> models.Agreement:
    """The first version of the line's agreement: an institution that signs anew is the same one."""
    agreement = line.agreement
    versions = agreement.case.agreements.filter(institution=agreement.institution_id)
    return versions.order_by("pk")[0]


def is_linked(line: models.ReleaseLine) -> bool:
    """Whether the signed specification links the line's part with another one, person by person.

    A later edition of it is not: a link was approved within one delivery, not over time.
    """
    links = json.loads(line.agreement.terms)["specification"]["links"]
    name = asked.id_of(line.part)
    return line.part.follows is None and any(name in each["parts"] for each in links)


def list_earlier(line: models.ReleaseLine) -> list[str]:
    """The folders of builds of the same holding, of any edition, that others read beside this one.

    They are those that other lines released, and of the same request also those that wait for their
    check: the same people are about to have both.
    """
    part = line.part
    if part.holding is None:
        return []
    leaving = Q(released_at__isnull=False) | Q(
        line__part__case=part.case, state=models.Build.State.CHECKING
    )
    rows = models.Build.objects.filter(
        leaving,
        line__part__holding__slug=part.holding.slug,
        line__part__holding__programme=part.holding.programme,
    )
    others = rows.exclude(line=line).exclude(folder="").order_by("pk")
    return list(others.values_list("folder", flat=True))


def list_published(line: models.ReleaseLine) -> list[dict[str, Any]]:
    """The public tables in force of the line's holding edition."""
    rows = models.PublishedCounts.objects.filter(
        holding=line.part.holding, superseded_at__isnull=True
    )
    return [json.loads(row.document) for row in rows.order_by("pk")]


def find_policy(holding: models.Holding) -> models.MethodPolicy | None:
    """How the fields of a holding leave: its newest method policy."""
    return holding.policies.order_by("-pk").first()


def find_limits(holding: models.Holding) -> dict[str, object] | None:
    """What the holding declares of how far it may leave; None where it is not to be read."""
    try:
        return declaring.parse(holding.descriptor).limits
    except faults.Faulty:
        return None


FORMS = {"stata": "dta", "spss": "sav", "sas": "xpt"}
"""The form's word for a format to the kind of file; Parquet and CSV are always made."""


def kinds_of(case: models.Case) -> tuple[str, ...]:
    """In which forms the tables leave: Parquet and CSV, and what the applicant asked for."""
    wanted = asked.find_answer(case, "formats") or []
    return ("parquet", "csv", *(kind for name, kind in FORMS.items() if name in wanted))


def direct_variables(holding: models.Holding) -> set[tuple[str, str]]:
    """Table and name of every field that points at one person: by its class, or as their key."""
    declared = declaring.parse(holding.descriptor)
    return {
        (table.name, field.name)
        for table in declared.tables
        for field in table.fields
        if declaring.is_direct(declared, table, field)
    }


def ethics_in_date(case: models.Case, today: date) -> bool:
    """Whether the ethics approval, where the answers name its last day, still runs."""
    until = asked.find_answer(case, "ethics_valid_until")
    return not isinstance(until, str) or not until or until >= today.isoformat()
