"""Sign an approval file, and build a release from it. Results are written through actions only."""

import hashlib
import json
import logging
import re
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import rfc8785

from muniment.actions import people, release, step, work
from muniment.gateways import dataplane
from muniment.queries import release as releases

from . import beside, figures, findings, plane, planning, points

if TYPE_CHECKING:
    from muniment import models

LOG = logging.getLogger(__name__)
PLACE = re.compile(r"(?P<place>.+-\d+\.\d+?)(\.json|\.trace\.json|\.codes)?(\.part)?")
"""The folder of an attempt, or what lies beside it among the receipts (see `_place`)."""


def sign_approval(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Sign the approval file of the plan that was authorized, with the key kept outside.

    The data plane drafts the paper from specification, policy and data as they are now; it
    refuses when the terms are not those of the signed agreement, and we refuse when the plan is
    not the one that was authorized. The paper holds what the answers decide too, whose key makes
    the pseudonyms and the forms of the files: the build may come to nothing else.
    """
    build = releases.get_build(job.payload["build"])
    line, case = build.line, build.line.part.case
    own = beside.Line(plant, build, _place(build, job, job.attempt))
    paper = plant.plane.approve(
        plant.order(releases.inputs_for(line)),
        terms_hash=f"sha256:{job.payload['terms']}",
        errand={
            "request": case.reference,
            "agreement": f"{case.reference}/{line.agreement.version}",
            "line": line.public_id,
            "build": build.number,
        },
        key=plant.keys.signing_key("approval"),
        line_key=own.key,
        kinds=releases.kinds_of(case),
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
    before = [_place(row, job, attempt) for attempt in range(1, job.attempt)]
    if row.folder in before:  # recorded; its worker died before it could say so
        _forget_pieces(row, plant=plant)
        return
    for left in before:
        _clear(left, plant=plant)
    points.reach(points.Point.BUILD_CLAIMED)
    try:
        release.unless_changed(row, now=now)
        built = _built(row, job, plant=plant, place=place, now=now)
        points.reach(points.Point.BUILD_ANSWERED)
        package = release.Package(
            manifest=built.manifest_text,
            receipt_sha256=str(built.manifest["receipt_hash"]).removeprefix("sha256:"),
            findings=findings.of(row, built, plant=plant, now=now),
            folder=place,
        )
        finish = FINISH[release.finishing(row)]
        points.reach(points.Point.BUILD_INSPECTED)
        finish(row, job=job, actor=people.system(), now=now, package=package)
        points.reach(points.Point.BUILD_RECORDED)
        _forget_pieces(row, plant=plant)
    except dataplane.Stopped:
        _clear(place, plant=plant)  # called off, or another worker's: nothing to say
    except (dataplane.Refused, step.Refused) as refused:
        _clear(place, plant=plant)
        if isinstance(refused, step.Refused) and refused.changed_meanwhile:
            raise
        _fail(row, job, str(refused), now=now)
    except Exception as fault:
        _clear(place, plant=plant)
        _broke(row, job, fault, plant=plant, now=now)
        raise


def _broke(
    row: "models.Build", job: "models.Job", fault: Exception, *, plant: plane.Plant, now: datetime
) -> None:
    """Say what is waited for; give the build back where this was the last attempt."""
    if (away := plane.find_outage(fault)) is not None:
        release.note_progress(row, job=job, now=now, doing=f"waits: {away}", done=0, of=0)
    elif work.is_last(job):
        known = isinstance(fault, dataplane.Failed)
        _fail(row, job, str(fault) if known else "The worker broke.", now=now)
        _forget_pieces(row, plant=plant)


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


def tidy(*, plant: plane.Plant, now: datetime) -> None:
    """Once an hour, and when a worker starts: what attempts left that no build names.

    Their worker died when nobody took the job over: it was called off, or given up. Rows that its
    data plane was still reading or treating, and what the engine spilled, lie in the clear: they go
    at once. Whole packages go after a day, in case a worker is about to record one. Those that a
    checker sent back go the same way, once another one was recorded in their place.
    """
    begun = [
        room
        for kind in (planning.BRINGING, figures.REHEARSING)
        for room in plant.staging.glob(f"{kind}*")
    ]
    for room in (plant.releases, plant.staging, *begun):
        plant.plane.sweep(room)
    old = [
        path
        for room in (plant.releases, plant.receipts)
        for path in room.glob("*")
        if plane.is_old(path, now=now)
    ]
    places = {found["place"] for path in old if (found := PLACE.fullmatch(path.name))}
    for place in sorted(places - releases.recorded_folders(places)):
        _clear(place, plant=plant)


def _place(row: "models.Build", job: "models.Job", attempt: int) -> str:
    """The name of one attempt's folder and receipt: no two workers ever share one."""
    line = row.line
    build = f"{line.part.case.reference}-{line.public_id[:8]}-{row.number}"
    return f"{build}-{job.pk}.{attempt}"


class _CalledOff(Exception):
    """The job is not ours any more; raised while the data plane tells how far it is."""


def _built(
    row: "models.Build", job: "models.Job", *, plant: plane.Plant, place: str, now: datetime
) -> dataplane.Built:
    """Have it built; finished pieces stay, sealed, for the next try of the same plan.

    Raises `Stopped` when the build was called off or its lease lost meanwhile.
    """
    begun = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        plainly = what.partition(":")[0]  # what follows may be an exact number
        moment = now + timedelta(seconds=time.monotonic() - begun)
        if not release.note_progress(row, job=job, now=moment, doing=plainly, done=done, of=of):
            raise _CalledOff

    try:
        return _asked(row, plant=plant, place=place, now=now, tell=tell)
    except _CalledOff:
        raise dataplane.Stopped("The build was called off.") from None


def _asked(
    row: "models.Build", *, plant: plane.Plant, place: str, now: datetime, tell: dataplane.Tell
) -> dataplane.Built:
    line = row.line
    own = beside.Line(plant, row, place)
    given, codes = own.laid()
    built = plant.plane.build(
        plant.order(releases.inputs_for(line)),
        out=plant.releases / place,
        receipt=plant.receipts / f"{place}.json",
        now=now,
        line_key=own.key,
        manifest_key=plant.keys.signing_key("manifest"),
        approval=row.plan.approval.encode(),
        approval_key=plant.keys.public_key("approval"),
        sketch_key=own.sketch_key,
        beside=given,
        means=dataplane.Means(
            resume=_pieces(row, plant=plant), kinds=releases.kinds_of(line.part.case)
        ),
        tell=tell,
    )
    own.taken(after=codes)
    return built


def _clear(place: str, *, plant: plane.Plant) -> None:
    """Leave nothing of an attempt that does not count."""
    shutil.rmtree(plant.releases / place, ignore_errors=True)
    for path in plant.receipts.glob(f"{place}.*"):
        path.unlink(missing_ok=True)


def _pieces(row: "models.Build", *, plant: plane.Plant) -> Path:
    """Where finished pieces of this plan lie, sealed, until the build is done or given up."""
    return plant.staging / f"pieces-{row.line.public_id}-{row.plan.plan_sha256[:16]}"


def _forget_pieces(row: "models.Build", *, plant: plane.Plant) -> None:
    shutil.rmtree(_pieces(row, plant=plant), ignore_errors=True)


def _fail(row: "models.Build", job: "models.Job | None", reason: str, *, now: datetime) -> None:
    release.fail_build(row, job=job, actor=people.system(), now=now, reason=reason)
