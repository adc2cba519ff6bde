"""Sign an approval file, and build a release from it. Results are written through actions only."""

import hashlib
import json
import logging
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rfc8785

from muniment.actions import people, release, step, work
from muniment.gateways import dataplane
from muniment.queries import release as releases

from . import beside, plane

if TYPE_CHECKING:
    from muniment import models

LOG = logging.getLogger(__name__)


def sign_approval(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Sign the approval file of the plan that was authorized, with the key kept outside.

    The data plane drafts the paper from specification, policy and data as they are now; it
    refuses when the terms are not those of the signed agreement, and we refuse when the plan is
    not the one that was authorized.
    """
    build = releases.get_build(job.payload["build"])
    line, case = build.line, build.line.part.case
    paper = plant.plane.approve(
        plant.order(releases.inputs_of(case, part=line.part)),
        terms_hash=f"sha256:{job.payload['terms']}",
        errand={
            "request": case.reference,
            "agreement": f"{case.reference}/{line.agreement.version}",
            "line": line.public_id,
            "build": build.number,
        },
        key=plant.keys.signing_key("approval"),
        now=now,
    )
    signed = hashlib.sha256(rfc8785.dumps(json.loads(paper)["plan"])).hexdigest()
    if signed != job.payload["plan"]:
        message = "The plan is no longer the one that was authorized; authorize it again."
        raise dataplane.Refused([dataplane.Refusal("plan-changed", message)])
    release.store_approval(build, job=job, now=now, approval=paper.decode())


def build(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have the data plane build the package; record it, or record why it failed."""
    row = releases.get_build(job.payload["build"])
    place = _place(row, job, job.attempt)
    for died in range(1, job.attempt):
        _clear(_place(row, job, died), plant=plant)
    try:
        release.unless_changed(row, now=now)
        built = _built(row, plant=plant, place=place, now=now)
        package = release.Package(
            manifest=built.manifest_text,
            receipt_sha256=str(built.manifest["receipt_hash"]).removeprefix("sha256:"),
            findings=_findings(row, built, plant=plant),
            folder=place,
        )
        finish = FINISH[release.finishing(row)]
        finish(row, job=job, actor=people.system(), now=now, package=package)
    except (dataplane.Refused, step.Refused) as refused:
        _clear(place, plant=plant)
        if isinstance(refused, step.Refused) and refused.changed_meanwhile:
            raise
        _fail(row, job, str(refused), now=now)
    except Exception as fault:
        _clear(place, plant=plant)
        if job.attempt >= work.ATTEMPTS:
            known = isinstance(fault, dataplane.Failed)
            _fail(row, job, str(fault) if known else "The worker broke.", now=now)
        raise


FINISH = {
    "finish_build": release.finish_build,
    "finish_further_build": release.finish_further_build,
}


def end_abandoned(*, now: datetime) -> None:
    """Give back the builds that no worker came back from, so that they can be started again."""
    for row in releases.list_abandoned():
        try:
            _fail(row, None, "No worker came back from it.", now=now)
        except step.Refused as refused:
            LOG.info("build %s is not abandoned: %s", row.pk, refused)


def _place(row: "models.Build", job: "models.Job", attempt: int) -> str:
    """The name of one attempt's folder and receipt: no two workers ever share one."""
    line = row.line
    build = f"{line.part.case.reference}-{line.public_id[:8]}-{row.number}"
    return f"{build}-{job.pk}.{attempt}"


def _built(
    row: "models.Build", *, plant: plane.Plant, place: str, now: datetime
) -> dataplane.Built:
    line = row.line
    own = beside.Line(plant, row, place)
    given, codes = own.laid()
    built = plant.plane.build(
        plant.order(releases.inputs_of(line.part.case, part=line.part)),
        out=plant.releases / place,
        receipt=plant.receipts / f"{place}.json",
        now=now,
        line_key=own.key,
        manifest_key=plant.keys.signing_key("manifest"),
        approval=row.plan.approval.encode(),
        approval_key=plant.keys.public_key("approval"),
        sketch_key=own.sketch_key,
        beside=given,
    )
    own.taken(after=codes)
    return built


def _clear(place: str, *, plant: plane.Plant) -> None:
    """Leave nothing of an attempt that does not count."""
    shutil.rmtree(plant.releases / place, ignore_errors=True)
    for suffix in (".json", dataplane.PRINTS, beside.CODES):
        (plant.receipts / f"{place}{suffix}").unlink(missing_ok=True)


def _fail(row: "models.Build", job: "models.Job | None", reason: str, *, now: datetime) -> None:
    release.fail_build(row, job=job, actor=people.system(), now=now, reason=reason)


def _findings(row: "models.Build", built: dataplane.Built, *, plant: plane.Plant) -> dict[str, Any]:
    """The automatic checks and the risk, as the checker sees them.

    `checks` are named yes or no; `risk` holds, per part, the smallest group of people alike on the
    declared baseline variables, the holding's limit, and whether it is kept. Raises Refused when
    the package does not verify.
    """
    plant.plane.verify(Path(built.folder), key=plant.keys.public_key("manifest"))
    asked = json.loads(row.line.agreement.terms)["specification"]
    return {
        "checks": {
            "package_verifies": True,
            "plan_is_approved": built.manifest["plan_hash"] == f"sha256:{row.plan.plan_sha256}",
            "terms_are_signed": built.manifest["terms_hash"] == f"sha256:{row.plan.terms_sha256}",
            "only_approved_variables": _released(built.manifest) <= _approved(asked),
        },
        "risk": {str(part["part"]): _risk(part.get("risk")) for part in built.receipt["parts"]},
    }


def _released(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method["table"], method["variable"])
        for part in manifest["parts"]
        for method in part["methods"]
    }


def _approved(asked: dict[str, Any]) -> set[tuple[str, str]]:
    """Table and variable of everything asked; an aggregate's variables are those it groups by."""
    named = set()
    for part in asked["parts"]:
        for table in part["tables"]:
            named |= {(table["name"], variable["name"]) for variable in table["variables"]}
            named |= {(table["name"], variable) for variable in part.get("group_by", ())}
    return named


def _risk(risk: dict[str, Any] | None) -> dict[str, Any]:
    """An aggregate has no records and so no group of them; its cells kept the threshold."""
    if risk is None or not risk["baseline"]:
        return {"baseline": [], "limit": None, "smallest_group": None, "within": True}
    smallest = risk["after"]["smallest_group"]
    return {
        "baseline": risk["baseline"],
        "limit": risk["limit"],
        "smallest_group": smallest,
        "within": smallest is not None and smallest >= risk["limit"],
    }
